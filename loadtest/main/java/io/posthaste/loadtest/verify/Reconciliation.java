package io.posthaste.loadtest.verify;

import com.grack.nanojson.JsonStringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What was acknowledged against what arrived.
 *
 * @param evidence what arrived
 * @param accepted messages the server acknowledged
 * @param lost acknowledged messages of which nothing arrived
 * @param partial acknowledged messages that arrived for some of their recipients only
 * @param unacknowledged messages that arrived although no acknowledgement was heard; RFC 5321 allows that
 */
public record Reconciliation(Evidence evidence, long accepted, Ranges lost, Ranges partial, long unacknowledged) {
    /** Ranges that a report names. */
    private static final int NAMED_RANGES = 10;

    static Reconciliation of(Evidence evidence, AcceptedMessages messages) {
        final Ranges lost = new Ranges();
        final Ranges partial = new Ranges();
        final Ranges.Cursor absent = evidence.absent().cursor();
        final Ranges.Cursor parts = evidence.parts().cursor();
        final long highest = evidence.counts().highest();
        final long sequences = messages.sequences();
        long accepted = 0;
        for (long sequence = 0; sequence < sequences; sequence++) {
            if (!messages.wasAccepted(sequence)) {
                continue;
            }
            accepted++;
            if (sequence > highest || absent.contains(sequence)) {
                lost.add(sequence, sequence);
            } else if (parts.contains(sequence)) {
                partial.add(sequence, sequence);
            }
        }
        final long arrived = evidence.counts().received() + evidence.counts().partial();
        return new Reconciliation(evidence, accepted, lost, partial, arrived - (accepted - lost.count()));
    }

    /** Whether each acknowledged message arrived once, whole and unchanged, as far as account was kept. */
    public boolean isClean() {
        final Evidence.Counts counts = evidence.counts();
        return isComplete()
                && counts.duplicated() == 0
                && counts.corrupted() == 0
                && counts.untracked() == 0
                && evidence.strangers().damaged() == 0;
    }

    /** Whether nothing that was acknowledged is still to come. */
    boolean isComplete() {
        return lost.count() == 0 && partial.count() == 0;
    }

    /** For people, lines without ends; each begins with a word and blanks up to column 14, as the load report does. */
    public List<String> text() {
        final Evidence.Counts counts = evidence.counts();
        final Evidence.Strangers strangers = evidence.strangers();
        final List<String> lines = new ArrayList<>();
        lines.add(line("verified", "run %s, %s", evidence.run(), evidence.source()));
        lines.add(line(
                "arrived",
                "%,d of %,d acknowledged, %,d whole; %,d not acknowledged",
                accepted - lost.count(),
                accepted,
                accepted - lost.count() - partial.count(),
                unacknowledged));
        lines.add(line(
                "found",
                "%,d lost, %,d lost in part, %,d duplicated (%,d deliveries too many), %,d corrupted",
                lost.count(),
                partial.count(),
                counts.duplicated(),
                counts.surplus(),
                counts.corrupted()));
        addRanges(lines, "lost", lost);
        addRanges(lines, "in part", partial);
        if (counts.untracked() > 0) {
            lines.add(line("untracked", "%,d copies: the sink had no room to keep account", counts.untracked()));
        }
        if (strangers.unstamped() + strangers.damaged() + strangers.others() > 0) {
            lines.add(line(
                    "strangers",
                    "%,d without stamp, %,d with a damaged stamp, %,d of other runs",
                    strangers.unstamped(),
                    strangers.damaged(),
                    strangers.others()));
        }
        addDelays(lines, evidence.delays());
        return lines;
    }

    /** Adds the figures as keys of the object that is open. */
    public void writeTo(JsonStringWriter json) {
        final Evidence.Counts counts = evidence.counts();
        final Evidence.Strangers strangers = evidence.strangers();
        json.value("run", evidence.run())
                .value("source", evidence.source())
                .value("clean", isClean())
                .value("accepted", accepted)
                .value("received", counts.received())
                .value("lost", lost.count())
                .value("partial", partial.count())
                .value("duplicated", counts.duplicated())
                .value("surplus_deliveries", counts.surplus())
                .value("corrupted", counts.corrupted())
                .value("unacknowledged_arrived", unacknowledged)
                .value("untracked", counts.untracked())
                .value("unstamped", strangers.unstamped())
                .value("damaged", strangers.damaged())
                .value("other_runs", strangers.others())
                .value("highest", counts.highest());
        writeRanges(json, "lost_sequences", lost);
        writeRanges(json, "partial_sequences", partial);
        writeDelays(json, evidence.delays());
    }

    private static void addRanges(List<String> lines, String name, Ranges ranges) {
        if (ranges.count() > 0) {
            final List<Ranges.Range> all = ranges.list();
            final String named =
                    all.stream().limit(NAMED_RANGES).map(Ranges.Range::toString).collect(Collectors.joining(", "));
            lines.add(line(name, "%s%s", named, all.size() > NAMED_RANGES ? ", ..." : ""));
        }
    }

    private static void addDelays(List<String> lines, Evidence.Delays delays) {
        if (delays.count() > 0) {
            lines.add(line(
                    "delay",
                    "in us: p50 %,d, p90 %,d, p99 %,d, p99.9 %,d, max %,d (%s)",
                    delays.p50(),
                    delays.p90(),
                    delays.p99(),
                    delays.p999(),
                    delays.max(),
                    delays.meaning()));
        }
        if (delays.clockAhead() > 0) {
            lines.add(line("clocks", "%,d copies came before they were sent: the clocks differ", delays.clockAhead()));
        }
    }

    private static String line(String name, String format, Object... values) {
        return String.format(Locale.ROOT, "%-13s", name) + String.format(Locale.ROOT, format, values);
    }

    private static void writeRanges(JsonStringWriter json, String name, Ranges ranges) {
        json.array(name);
        ranges.list().stream().limit(NAMED_RANGES).forEach(range -> json.value(range.toString()));
        json.end();
    }

    /** Null stands for a figure of which there is none: a 0 would read as a measurement. */
    private static void writeDelays(JsonStringWriter json, Evidence.Delays delays) {
        json.object("delay_us").value("meaning", delays.meaning()).value("count", delays.count());
        final List<String> names = List.of("p50", "p90", "p99", "p999", "max");
        final List<Long> values = List.of(delays.p50(), delays.p90(), delays.p99(), delays.p999(), delays.max());
        for (int i = 0; i < names.size(); i++) {
            if (delays.count() > 0) {
                json.value(names.get(i), values.get(i));
            } else {
                json.nul(names.get(i));
            }
        }
        json.value("clock_ahead", delays.clockAhead()).end();
    }
}
