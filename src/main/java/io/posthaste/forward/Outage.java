package io.posthaste.forward;

import io.posthaste.forward.ForwardCounters.Count;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While a target is away, or the spool cannot be read for it: nothing is given to it for a while, then one message alone, and
 * when that is answered all others.
 *
 * <pre>
 *   there --away--&gt; paused --time--&gt; probing --answered--&gt; there
 *                     ^                |
 *                     +------away------+      each pause about twice the last
 * </pre>
 *
 * Kept by a clock that nobody sets. Forwarding thread only.
 */
final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

    private final String description;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final ForwardCounters counters;

    /** Pauses since the target was there last; 0 while it is. */
    private int pauses;

    /** Whether the target itself said so; else it was the spool. */
    private boolean isAway;

    private long pausedUntilNs;

    /** @param description of the target */
    Outage(
            final String description,
            final LongSupplier nanoTime,
            final RandomGenerator random,
            final ForwardCounters counters) {
        this.description = description;
        this.nanoTime = nanoTime;
        this.random = random;
        this.counters = counters;
    }

    /** Whether nothing is to be given now. */
    boolean isPaused() {
        return pauses > 0 && nanoTime.getAsLong() - pausedUntilNs < 0;
    }

    /** Whether it was not found to be back yet: no more than one message is to be given at once. */
    boolean isOn() {
        return pauses > 0;
    }

    /** Whether the target said that it is away, and was not found to be back yet. */
    boolean isAway() {
        return isAway;
    }

    /** When the pause ends, by the clock; only while paused. */
    long pausedUntilNs() {
        return pausedUntilNs;
    }

    /** The target said that it is away. */
    void away(final String reason) {
        if (isPaused()) {
            return; // it was given before the others came back
        }
        if (!isAway) {
            isAway = true;
            counters.add(Count.OUTAGES, 1);
            LOG.warn("{} is away, its mail is kept: {}", description, reason);
        }
        pause();
    }

    /** Nothing is given for a while, whose fault ever it is. */
    void pause() {
        pauses++;
        pausedUntilNs = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(Retrying.PAUSE.delayMs(pauses, random));
    }

    /** The target answered. */
    void back() {
        pauses = 0;
        if (isAway) {
            isAway = false;
            LOG.info("{} is back", description);
        }
    }
}
