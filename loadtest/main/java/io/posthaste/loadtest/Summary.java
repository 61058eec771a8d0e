package io.posthaste.loadtest;

import java.util.concurrent.TimeUnit;

/**
 * What a run came to.
 *
 * @param durationNs from the first connect to the last message's outcome
 * @param notSent messages asked for and never begun, since the connections had failed
 * @param tally counters, no longer written to
 * @param recorder latencies, no longer written to
 */
record Summary(LoadPlan plan, long durationNs, Workload.End end, long notSent, Tally tally, PhaseRecorder recorder) {

    private static final double OCTETS_PER_MB = 1e6;

    double durationSeconds() {
        return (double) durationNs / TimeUnit.SECONDS.toNanos(1);
    }

    /** Accepted messages per second. */
    double achievedRate() {
        return durationNs > 0 ? tally.accepted() / durationSeconds() : 0;
    }

    /** Accepted message octets, in units of 10^6 per second, dot-stuffing and commands not counted. */
    double achievedMegabytesPerSecond() {
        return achievedRate() * plan.traffic().messageSize() / OCTETS_PER_MB;
    }

    /** Replies with a code, over all phases. */
    long replies(int code) {
        long sum = 0;
        for (final Phase phase : Phase.values()) {
            sum += tally.replies(phase, code);
        }
        return sum;
    }

    /** Whether messages were accepted and nothing else became of any. */
    boolean isClean() {
        return tally.accepted() > 0 && tally.rejected() == 0 && tally.failed() == 0 && notSent == 0;
    }
}
