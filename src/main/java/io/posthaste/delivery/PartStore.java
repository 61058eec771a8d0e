package io.posthaste.delivery;

import io.posthaste.envelope.Envelope;
import java.io.IOException;

/**
 * Takes large contents while they come, so that they need not be held in memory. Nothing of it counts before the message
 * behind it was appended to the {@link Delivery} and committed.
 *
 * <pre>
 *   append … append, finish, then {@link Delivery#append} and {@link Delivery#commit}
 *   append … append, abandon
 * </pre>
 *
 * <p>What it keeps of a message is {@link Envelope#stored()}. Called by one thread, which is not the delivery's: a large
 * content must not keep other messages waiting. A method that throws, or sets a status other than accepted, has dropped all
 * that was taken of the message; nothing more comes of it. So has {@link Delivery#append} for a message that was finished.
 */
public interface PartStore {
    /** Octets of content past which a message is given in parts; with less when memory is scarce. */
    long largeOctets();

    /**
     * Takes what the envelope holds of the content, behind the parts before it.
     *
     * @throws IOException it could not be stored; the sender is told to try again
     */
    void append(Envelope envelope) throws IOException;

    /**
     * Takes the rest, and makes the content durable.
     *
     * @throws IOException it could not be stored; the sender is told to try again
     */
    void finish(Envelope envelope) throws IOException;

    /**
     * Drops what was taken of a message that was given up.
     *
     * @throws IOException something of it stays behind
     */
    void abandon(Envelope envelope) throws IOException;
}
