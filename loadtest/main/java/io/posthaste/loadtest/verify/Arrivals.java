package io.posthaste.loadtest.verify;

import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What arrived of one run, built up message by message. One thread. */
final class Arrivals {
    private static final int PAGE = 4096;
    private static final long HIGHEST_DELAY_US = TimeUnit.DAYS.toMicros(1);

    private final String run;
    /** Each page has for each of its numbers the deliveries that came, then the recipients that were to come. */
    private final TreeMap<Long, int[]> pages = new TreeMap<>();

    private final Histogram delaysUs = new Histogram(HIGHEST_DELAY_US, 3);
    private long clockAhead;
    private long corrupted;
    private long unstamped;
    private long damaged;
    private long others;

    Arrivals(String run) {
        this.run = run;
    }

    /** @param arrivedEpochUs when it came, microseconds since 1970 */
    void add(StampedMessage message, long arrivedEpochUs) {
        if (!message.isStamped()) {
            unstamped++;
        } else if (message.stamp().isEmpty()) {
            damaged++;
        } else if (!message.stamp().get().run().equals(run)) {
            others++;
        } else {
            add(message.stamp().get(), message, arrivedEpochUs);
        }
    }

    private void add(Stamp stamp, StampedMessage message, long arrivedEpochUs) {
        final int[] page = pages.computeIfAbsent(stamp.sequence() / PAGE, number -> new int[2 * PAGE]);
        final int index = 2 * (int) (stamp.sequence() % PAGE);
        if (page[index] < stamp.recipients()) {
            time(arrivedEpochUs - stamp.sentEpochUs());
        }
        page[index] += message.weight();
        page[index + 1] = stamp.recipients();
        corrupted += message.isIntact() ? 0 : 1;
    }

    private void time(long delayUs) {
        clockAhead += delayUs < 0 ? 1 : 0;
        delaysUs.recordValue(Math.min(HIGHEST_DELAY_US, Math.max(0, delayUs)));
    }

    /**
     * What came until now.
     *
     * @param timing how the arrivals were timed, for people
     */
    Evidence evidence(String source, String timing) {
        final Ranges absent = new Ranges();
        final Ranges parts = new Ranges();
        long next = 0;
        long received = 0;
        long duplicated = 0;
        long surplus = 0;
        for (final var entry : pages.entrySet()) {
            final int[] page = entry.getValue();
            for (int i = 0; i < PAGE; i++) {
                final int came = page[2 * i];
                final int expected = page[2 * i + 1];
                if (came == 0) {
                    continue;
                }
                final long sequence = entry.getKey() * PAGE + i;
                if (sequence > next) {
                    absent.add(next, sequence - 1);
                }
                next = sequence + 1;
                if (came < expected) {
                    parts.add(sequence, sequence);
                } else {
                    received++;
                }
                duplicated += came > expected ? 1 : 0;
                surplus += Math.max(0, came - expected);
            }
        }
        return new Evidence(
                run,
                source,
                new Evidence.Counts(next - 1, received, parts.count(), duplicated, surplus, corrupted, 0),
                absent,
                parts,
                delays(timing),
                new Evidence.Strangers(unstamped, damaged, others));
    }

    private Evidence.Delays delays(String timing) {
        return new Evidence.Delays(
                timing,
                delaysUs.getTotalCount(),
                delaysUs.getValueAtPercentile(50),
                delaysUs.getValueAtPercentile(90),
                delaysUs.getValueAtPercentile(99),
                delaysUs.getValueAtPercentile(99.9),
                delaysUs.getMaxValue(),
                clockAhead);
    }
}
