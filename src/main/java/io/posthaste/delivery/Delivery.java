package io.posthaste.delivery;

import io.posthaste.envelope.Envelope;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Stores messages, a batch at a time: {@link #append} for each, then one {@link #commit}, and only then are receipts sent,
 * so that one sync serves the whole batch (group commit).
 *
 * <p>Called by one thread, {@link #help}, {@link #figures} and {@link #obstacle} apart: its {@link DeliveryAgent}'s, or a reactor's when the delivery never blocks. An envelope is
 * borrowed from {@code append} until {@code commit} returns. Large contents may be taken before that, by {@link #parts}.
 */
public interface Delivery extends AutoCloseable {
    /** Where a message is once it was committed. */
    AcknowledgementLevel acknowledgementLevel();

    /** As it was configured, for people: {@code maildir:./mail}. */
    String description();

    /** Whether the content is wanted at all; without it the octets are checked and counted but not kept in memory. */
    default boolean keepsContent() {
        return true;
    }

    /**
     * Whether the parameters of RFC 3461 (RET, ENVID, NOTIFY, ORCPT) are acted on or passed on behind this; only then are
     * they announced to clients. A store that sends no notifications must not promise them.
     */
    default boolean carriesDsn() {
        return false;
    }

    /** Takes large contents in parts, before their end; empty where each must come whole. Always the same. */
    default Optional<PartStore> parts() {
        return Optional.empty();
    }

    /**
     * Whether it sends the receipts itself, each in its own time: {@link #append} then takes the envelope over, unless it
     * throws, and {@link Envelope#complete()} is called by the delivery, on whatever thread. There are no batches: {@link
     * #commit} is not called. {@link #close} completes what is left.
     */
    default boolean answersLater() {
        return false;
    }

    /**
     * Answers HELP with a topic that only this delivery knows, for clients that are trusted. Any thread, at any time; may
     * allocate.
     *
     * @param topic what stands behind HELP, without blanks around it
     * @return the lines of the {@code 214} reply: at most 40, printable ASCII of at most 490 octets each and 3,600 in all;
     *     empty when the topic is unknown
     */
    default List<String> help(final String topic) {
        return List.of();
    }

    /** What it tells of itself, for metrics: always the same figures. Any thread, at any time; may allocate. */
    default List<Figure> figures() {
        return List.of();
    }

    /**
     * Why it could take no mail now, in one line for the operator; empty when nothing is known against it. It has to find out
     * without being given mail, since none may come while it says so. Any thread, at any time; may look at the disk.
     */
    default Optional<String> obstacle() {
        return Optional.empty();
    }

    /**
     * Adds a message to the batch. It may be refused by itself: by an exception (temporarily) or by setting
     * {@link Envelope#status(io.posthaste.envelope.DeliveryStatus)}.
     *
     * @throws IOException the message was not stored and left nothing behind; the sender is told to try again
     */
    void append(Envelope envelope) throws IOException;

    /**
     * Makes the batch as durable as {@link #acknowledgementLevel()} says. On return every appended envelope carries the
     * right status: those that failed alone have been marked.
     *
     * @throws IOException none of the batch is acknowledged; what could be withdrawn was
     */
    void commit() throws IOException;

    /** Releases what it holds. Idempotent. */
    @Override
    void close() throws IOException;
}
