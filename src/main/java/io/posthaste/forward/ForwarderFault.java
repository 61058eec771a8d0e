package io.posthaste.forward;

/** What is said of a message on which its forwarder failed by a fault of its own. Any thread. */
final class ForwarderFault {
    private static final String WITHOUT_CAUSE = "the forwarder failed";

    private ForwarderFault() {}

    /** With the cause as far as it can be told: there may be no memory for it, and an answer matters more. */
    static String reason(final Throwable cause) {
        try {
            return WITHOUT_CAUSE + ": " + cause;
        } catch (final RuntimeException | Error e) {
            return WITHOUT_CAUSE;
        }
    }
}
