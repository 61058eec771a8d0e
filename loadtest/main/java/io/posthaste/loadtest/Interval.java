package io.posthaste.loadtest;

/**
 * What happened in one interval of a run, a second as a rule.
 *
 * @param endS its end, in seconds from the start of the run
 * @param seconds its length
 * @param sent messages begun in it
 * @param accepted messages accepted in it
 * @param errors messages rejected or failed in it
 * @param acceptedInAll messages accepted from the start to its end, as the next two
 * @param backlog messages waiting for a connection at its end
 * @param corrected latencies of those accepted, from their planned time; of none in a closed loop
 * @param uncorrected latencies of those accepted, from the begin of their transaction
 */
record Interval(
        double endS,
        double seconds,
        long sent,
        long accepted,
        long errors,
        long acceptedInAll,
        long rejectedInAll,
        long failedInAll,
        long backlog,
        Latencies corrected,
        Latencies uncorrected) {}
