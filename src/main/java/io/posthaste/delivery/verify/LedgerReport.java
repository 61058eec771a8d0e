package io.posthaste.delivery.verify;

import io.posthaste.delivery.verify.RunLedger.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** A ledger as lines of words {@code key=value}, described in {@code docs/verify.md}. Under the ledger's lock. */
final class LedgerReport {
    /** Ranges on a line: as many as fit into a line of a reply, each 26 octets at the most. */
    private static final int RANGES_PER_LINE = 16;

    private static final int RANGE_LINES = 5;
    /** Sequence numbers walked over for one reply: some 10 ms. */
    private static final long WALK_LIMIT = 1L << 22;

    private LedgerReport() {}

    static String hex(final long run) {
        return String.format(Locale.ROOT, "%016x", run);
    }

    /** What there is: one line, and one for each run. */
    static List<String> overview(
            final List<RunLedger> runs, final long unstamped, final long damaged, final long refused) {
        final List<String> lines = new ArrayList<>();
        lines.add("runs=" + runs.size() + " " + strangers(unstamped, damaged, refused));
        for (final RunLedger run : runs) {
            lines.add(counts(run));
        }
        return lines;
    }

    /** What belongs to no run. */
    static String strangers(final long unstamped, final long damaged, final long refused) {
        return "unstamped=" + unstamped + " damaged=" + damaged + " refused=" + refused;
    }

    /** The figures of a run, 3 lines. */
    static List<String> figures(final RunLedger run) {
        final Histogram delays = run.delaysUs();
        return List.of(
                counts(run),
                "highest=" + run.highest() + " copies=" + run.copies() + " deliveries=" + run.deliveries() + " surplus="
                        + run.surplus() + " untracked=" + run.untracked(),
                "delay_count=" + delays.getTotalCount()
                        + " delay_p50_us=" + delays.getValueAtPercentile(50)
                        + " delay_p90_us=" + delays.getValueAtPercentile(90)
                        + " delay_p99_us=" + delays.getValueAtPercentile(99)
                        + " delay_p999_us=" + delays.getValueAtPercentile(99.9)
                        + " delay_max_us=" + delays.getMaxValue()
                        + " clock_ahead=" + run.clockAhead());
    }

    /**
     * The messages below the highest of which nothing ({@code gap=}) or only a part came ({@code part=}), at and behind a
     * sequence number: as many ranges as a reply has room for. {@code next=} is where to ask for more, -1 when that is all.
     */
    static List<String> gaps(final RunLedger run, final long from) {
        final List<String> ranges = new ArrayList<>();
        final long walkEnd = Math.min(run.highest() + 1, from + WALK_LIMIT);
        long start = from;
        while (start < walkEnd && ranges.size() < RANGES_PER_LINE * RANGE_LINES) {
            final Standing standing = run.standing(start);
            long end = start + 1;
            while (end < walkEnd && run.standing(end) == standing) {
                end++;
            }
            if (standing != Standing.COMPLETE) {
                ranges.add((standing == Standing.ABSENT ? "gap=" : "part=") + start + "-" + (end - 1));
            }
            start = end;
        }
        final List<String> lines = new ArrayList<>();
        lines.add("from=" + from + " next=" + (start <= run.highest() ? start : -1) + " ranges=" + ranges.size());
        for (int i = 0; i < ranges.size(); i += RANGES_PER_LINE) {
            lines.add(String.join(" ", ranges.subList(i, Math.min(ranges.size(), i + RANGES_PER_LINE))));
        }
        return lines;
    }

    private static String counts(final RunLedger run) {
        return "run=" + hex(run.run()) + " received=" + run.complete() + " partial=" + run.partial() + " missing="
                + run.missing() + " duplicated=" + run.duplicated() + " corrupted=" + run.corrupted();
    }
}
