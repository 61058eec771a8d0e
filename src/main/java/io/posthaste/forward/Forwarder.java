package io.posthaste.forward;

import io.posthaste.delivery.Figure;
import java.io.IOException;
import java.util.List;

/**
 * Where messages of a spool go on to: a broker, the next mail server, a directory, a program of one's own.
 *
 * <p>Each forwarder has a thread of its own, the forwarding thread, and a durable cursor in the spool. A message is given to
 * {@link #forward} at least once: again when it was deferred, and again after a crash when its settlement had not become
 * durable. The framework keeps the times of the attempts; a forwarder keeps nothing.
 *
 * <p>{@link #forward} and {@link #flush} are called by the forwarding thread only, {@link #close} by another one once that
 * has ended.
 */
public interface Forwarder extends AutoCloseable {
    /** Where to, for people, the log and metrics: {@code kafka://broker:9092/mail}. Always the same. */
    String description();

    /**
     * By which the cursor is found again at the next start; the description unless it says more than where to. Whoever
     * changes it begins anew at the oldest message.
     */
    default String identity() {
        return description();
    }

    /** Messages that it takes at once: given to {@link #forward} and not settled yet. At least 1. */
    int window();

    /**
     * Takes a message. What becomes of it is told to the settlement, now or later, by any thread, once for each of the
     * message's {@link ForwardedMessage#recipients()}. A settlement that never comes holds one place of the window and the
     * spool's segment for ever: whoever waits for others must bound the time.
     *
     * <p>May block as long as one message may take (a sync, a write into a buffer), not for a connection or an answer. A
     * {@link RuntimeException} settles what is open as deferred.
     *
     * @param message readable until it is settled, by any thread
     */
    void forward(ForwardedMessage message, Settlement settlement);

    /** No other message is at hand now: who gathers, to sync or send many at once, must not wait for more. */
    default void flush() {
        // Most do not gather.
    }

    /**
     * Whether it has told the sender of what it settles as failed, where the sender is to be told (RFC 5321 section 6.1). If
     * not, the framework keeps a failed message as a file for the operator, because nobody else has it.
     */
    default boolean reportsFailures() {
        return false;
    }

    /** Whether it passes on or acts on the parameters of RFC 3461; DSN is announced only when all forwarders do. */
    default boolean carriesDsn() {
        return false;
    }

    /** What it tells of itself, for metrics, besides what the framework tells of each: always the same figures. Any thread. */
    default List<Figure> figures() {
        return List.of();
    }

    /** Gives up what is under way, which may still be settled or not, and releases what it holds. Idempotent. Bounded in time. */
    @Override
    void close() throws IOException;
}
