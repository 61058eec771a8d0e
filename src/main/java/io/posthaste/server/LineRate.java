package io.posthaste.server;

import java.util.concurrent.TimeUnit;

/** So many lines a second, and a second's worth at once. One thread; the clock comes from outside. */
final class LineRate {
    private static final long BURST_NS = TimeUnit.SECONDS.toNanos(1);

    private final long lineNs;
    private boolean begun;
    private long spentUntilNs;

    /** @param linesPerSecond at least 1 */
    LineRate(final int linesPerSecond) {
        lineNs = TimeUnit.SECONDS.toNanos(1) / linesPerSecond;
    }

    /** Whether another line may be written now; if so, it is counted. */
    boolean tryLine(final long nowNs) {
        if (!begun) {
            begun = true;
            spentUntilNs = nowNs;
        }
        final long spentNs = (spentUntilNs - nowNs > 0 ? spentUntilNs : nowNs) + lineNs;
        if (spentNs - nowNs > BURST_NS) {
            return false;
        }
        spentUntilNs = spentNs;
        return true;
    }
}
