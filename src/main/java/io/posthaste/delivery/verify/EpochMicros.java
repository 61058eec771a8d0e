package io.posthaste.delivery.verify;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Microseconds since 1970 without an object a reading: the monotonic clock, set by the wall clock once a second, so that it
 * follows corrections. One thread.
 */
final class EpochMicros implements LongSupplier {
    private static final long SETTING_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private long setNs;
    private long setEpochUs;

    EpochMicros() {
        set(System.nanoTime());
    }

    @Override
    public long getAsLong() {
        final long nowNs = System.nanoTime();
        if (nowNs - setNs >= SETTING_INTERVAL_NS) {
            set(nowNs);
        }
        return setEpochUs + (nowNs - setNs) / 1_000;
    }

    private void set(final long nowNs) {
        final Instant now = Instant.now();
        setNs = nowNs;
        setEpochUs = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }
}
