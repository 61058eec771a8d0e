package io.posthaste.loadtest.verify;

/**
 * What arrived of a run.
 *
 * @param run its name
 * @param source where that was seen, for people
 * @param counts of messages
 * @param absent messages below the highest of which nothing came
 * @param parts messages that came for some of their recipients only
 * @param delays end to end
 * @param strangers messages that were seen beside the run's
 */
public record Evidence(
        String run, String source, Counts counts, Ranges absent, Ranges parts, Delays delays, Strangers strangers) {
    /**
     * Counts of the run's messages.
     *
     * @param highest the highest sequence number that came, -1 when nothing came
     * @param received messages that came for all their recipients
     * @param partial messages that came for some of them only
     * @param duplicated messages with more recipient-deliveries than recipients
     * @param surplus those deliveries
     * @param corrupted copies whose body is not as it was made
     * @param untracked copies of which no account was kept
     */
    public record Counts(
            long highest, long received, long partial, long duplicated, long surplus, long corrupted, long untracked) {}

    /**
     * Microseconds from the beginning of a transaction to the arrival.
     *
     * @param meaning how the arrival was timed, for people
     * @param count copies timed; while it is 0 the others mean nothing
     * @param clockAhead copies that came before they were sent: the clocks differ
     */
    public record Delays(
            String meaning, long count, long p50, long p90, long p99, long p999, long max, long clockAhead) {}

    /**
     * Messages that belong to no run, or to another.
     *
     * @param unstamped without a stamp
     * @param damaged with a stamp that is not as it was made
     * @param others of other runs; at a sink, of runs that it has no room for
     */
    public record Strangers(long unstamped, long damaged, long others) {}
}
