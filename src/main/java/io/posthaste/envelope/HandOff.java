package io.posthaste.envelope;

/** Where a reactor leaves completed envelopes. One a reactor, called on its thread only. */
public interface HandOff {
    /** What {@link #offer} did. */
    enum Outcome {
        /** The delivery is done: the envelope is the caller's again, with its status set. */
        COMPLETED,
        /** The envelope is the delivery's; it comes back as a receipt. */
        QUEUED,
        /** No room: the envelope is still the caller's, who stops reading that connection and offers again later. */
        FULL
    }

    Outcome offer(Envelope envelope);

    /** A receipt came back: makes room for another envelope. */
    void onReceipt();

    /** Envelopes offered whose receipt has not come back; approximate for any thread but the reactor's. */
    default int inFlight() {
        return 0;
    }
}
