package io.posthaste.delivery;

import io.posthaste.envelope.Envelope;

/**
 * What an embedding program does with a message. Called on a delivery thread, one message at a time; the client waits for
 * its reply meanwhile, and the message counts as accepted when the handler returns.
 */
@FunctionalInterface
public interface MessageHandler {
    /**
     * Takes a message.
     *
     * @param envelope borrowed until the handler returns: copy what is to be kept, and do not call
     *     {@link Envelope#complete()}
     * @throws MessageRejectedException never to be taken: the sender gets {@code 554}
     * @throws Exception not taken now: the sender gets {@code 451} and tries again
     */
    void onMessage(Envelope envelope) throws Exception;
}
