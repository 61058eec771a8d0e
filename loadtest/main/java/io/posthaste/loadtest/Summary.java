package io.posthaste.loadtest;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a run came to.
 *
 * @param durationNs from its start to the last message's outcome
 * @param notSent messages asked for and never begun, since the connections had failed
 * @param tally counters of all threads, no longer written to
 * @param measurements latencies of all threads, no longer written to
 * @param open what became of the plan; empty for a closed loop
 * @param accepted sequence numbers of the messages accepted
 */
record Summary(
        LoadPlan plan,
        long durationNs,
        Workload.End end,
        long notSent,
        Tally tally,
        Measurements measurements,
        Optional<OpenResult> open,
        List<Interval> intervals,
        SequenceSet accepted) {

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
        return durationNs > 0 ? tally.acceptedOctets() / durationSeconds() / OCTETS_PER_MB : 0;
    }

    /** Replies with a code, over all phases. */
    long replies(int code) {
        long sum = 0;
        for (final Phase phase : Phase.values()) {
            sum += tally.replies(phase, code);
        }
        return sum;
    }

    /** Whether messages were accepted and nothing else became of any that was begun. */
    boolean isClean() {
        return tally.accepted() > 0 && tally.rejected() == 0 && tally.failed() == 0 && notSent == 0;
    }
}
