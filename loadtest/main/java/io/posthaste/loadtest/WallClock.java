package io.posthaste.loadtest;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells the time of day for a reading of the monotonic clock, without allocating. The distance between the two is taken
 * anew by {@link #resync}, since the time of day may be slewed. Any thread.
 */
final class WallClock {
    private final LongSupplier clock;
    /** Time of day less the monotonic clock, in microseconds. */
    private volatile long distanceUs;

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    WallClock(LongSupplier clock) {
        this.clock = clock;
        resync();
    }

    /** Takes the distance anew; allocates. */
    void resync() {
        final Instant now = Instant.now();
        final long nowUs =
                TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(now.getNano());
        distanceUs = nowUs - TimeUnit.NANOSECONDS.toMicros(clock.getAsLong());
    }

    /** Microseconds since 1970 at a reading of the clock. */
    long epochUs(long nowNs) {
        return distanceUs + TimeUnit.NANOSECONDS.toMicros(nowNs);
    }
}
