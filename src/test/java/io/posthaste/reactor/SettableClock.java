package io.posthaste.reactor;

import org.agrona.concurrent.NanoClock;

/** A clock that stands still until it is moved. It starts below zero, as {@code System.nanoTime} may. */
final class SettableClock implements NanoClock {
    private long nowNs = -1_000_000_000_000_000L;

    @Override
    public long nanoTime() {
        return nowNs;
    }

    void advance(final long ns) {
        nowNs += ns;
    }
}
