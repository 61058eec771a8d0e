package io.posthaste.relay;

import io.posthaste.relay.TransferOutcome.End;

/**
 * A message that waits for its transfer, or is under way. Client thread only.
 *
 * @param deadlineNs when it is given up
 * @param attempts transfers that were begun and broken off before anything was answered
 * @param failed what is said of it when nothing else can be: made before, for there may be no memory for it then
 */
record Job(OutgoingMessage message, long deadlineNs, int attempts, TransferOutcome failed) {
    static final HopReply FAILED = HopReply.ours(451, "4.3.0", "Failure of the relay");

    /** One that was never begun. */
    static Job of(final OutgoingMessage message, final long deadlineNs) {
        return new Job(message, deadlineNs, 0, TransferOutcome.ofAll(message, "", FAILED, End.ANSWERED));
    }

    Job again() {
        return new Job(message, deadlineNs, attempts + 1, failed);
    }
}
