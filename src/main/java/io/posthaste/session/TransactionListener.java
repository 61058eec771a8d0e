package io.posthaste.session;

import io.posthaste.envelope.Envelope;

/** Told of the end of every mail transaction: the transaction log. Called on the reactor thread; must not block. */
@FunctionalInterface
public interface TransactionListener {
    /** Hears nothing. */
    TransactionListener NONE = (envelope, outcome, replyCode, latencyNs) -> {};

    /**
     * @param envelope borrowed until the call returns
     * @param replyCode the code that the client was told, 0 when it was told nothing
     * @param latencyNs from the end of data to now; 0 when there was none
     */
    void onTransaction(Envelope envelope, TransactionOutcome outcome, int replyCode, long latencyNs);
}
