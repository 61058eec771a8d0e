package io.posthaste.relay;

/**
 * A message that waits for its transfer, or is under way. Client thread only.
 *
 * @param deadlineNs when it is given up
 * @param attempts transfers that were begun and broken off before anything was answered
 */
record Job(OutgoingMessage message, long deadlineNs, int attempts) {
    Job again() {
        return new Job(message, deadlineNs, attempts + 1);
    }
}
