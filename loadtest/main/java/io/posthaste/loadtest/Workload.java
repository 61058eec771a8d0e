package io.posthaste.loadtest;

/**
 * What may still be sent: the closed loop, in which each free connection takes the next message at once.
 *
 * <p>Engine thread only, except {@link #stop()}.
 */
final class Workload {
    /** What ended a run. */
    enum End {
        MESSAGES,
        DURATION,
        STOPPED,
        /** Every connection failed too often in a row. */
        GIVEN_UP
    }

    private final long messages;
    private final long durationNs;

    private long startNs;
    private long claimed;
    private boolean isOutOfTime;

    private volatile boolean isStopped;

    Workload(LoadPlan.Extent extent) {
        this.messages = extent.messages();
        this.durationNs = extent.durationNs();
    }

    void start(long nowNs) {
        startNs = nowNs;
    }

    /** Ends the run as if its time were over. Any thread. */
    void stop() {
        isStopped = true;
    }

    /** Whether a message may be begun now. */
    boolean hasMore(long nowNs) {
        if (durationNs != LoadPlan.UNLIMITED && nowNs - startNs >= durationNs) {
            isOutOfTime = true;
        }
        return claimed < messages && !isOutOfTime && !isStopped;
    }

    /** Takes one message; the caller must then begin its transaction. */
    boolean tryClaim(long nowNs) {
        if (!hasMore(nowNs)) {
            return false;
        }
        claimed++;
        return true;
    }

    /** Messages that were asked for and never begun although nothing ended the run; 0 without a limit. */
    long notSent() {
        return end() == End.GIVEN_UP && messages != LoadPlan.UNLIMITED ? messages - claimed : 0;
    }

    /** What ended the run; asked when no connection is left. */
    End end() {
        if (claimed == messages) {
            return End.MESSAGES;
        }
        if (isOutOfTime) {
            return End.DURATION;
        }
        return isStopped ? End.STOPPED : End.GIVEN_UP;
    }
}
