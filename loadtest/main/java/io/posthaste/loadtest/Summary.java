package io.posthaste.loadtest;

import io.posthaste.loadtest.verify.Reconciliation;
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
 * @param verified what of them arrived, where a sink was asked
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
        SequenceSet accepted,
        Optional<Reconciliation> verified) {

    private static final double OCTETS_PER_MB = 1e6;

    /** The same, with what arrived. */
    Summary verified(Reconciliation reconciliation) {
        return new Summary(
                plan,
                durationNs,
                end,
                notSent,
                tally,
                measurements,
                open,
                intervals,
                accepted,
                Optional.of(reconciliation));
    }

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

    /** Whether messages were accepted, nothing else became of any that was begun, and all arrived if that was asked. */
    boolean isClean() {
        return tally.accepted() > 0
                && tally.rejected() == 0
                && tally.failed() == 0
                && notSent == 0
                && verified.map(Reconciliation::isClean).orElse(true);
    }
}
