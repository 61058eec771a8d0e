package io.posthaste.conformance;

import java.io.Closeable;
import java.io.IOException;

/**
 * The server's side of one dialogue: a connection that was just opened, over a socket or in process. One thread.
 *
 * <p>A peer may cut what is sent into pieces as it likes: no outcome may depend on that.
 */
public interface DialoguePeer extends Closeable {
    /** {@link #receive}: the server closed the connection. */
    int CLOSED = -1;

    /** {@link #receive}: nothing came in time, or in process: nothing will come before more is sent. */
    int NOTHING = 0;

    /** {@link #delivered()}: nobody can know. */
    int UNKNOWN = -1;

    /** The outcome of {@link #startTls()}. */
    enum Handshake {
        DONE,
        /** The server closed the connection or ended the handshake with an alert. */
        REFUSED,
        /** What the server sent is no TLS. */
        PLAINTEXT_CAME
    }

    /**
     * Sends octets in one write. Says nothing when the server closed meanwhile: {@link #receive} will.
     *
     * @throws IOException the peer itself failed
     */
    void send(byte[] octets) throws IOException;

    /**
     * Receives what the server sent.
     *
     * @return how many octets were put at the start of the array, {@link #NOTHING} or {@link #CLOSED}
     */
    int receive(byte[] into) throws IOException;

    /** Lets what was sent travel, so that what is sent next arrives in another segment. */
    default void pause() throws IOException {}

    /** Closes the direction to the server; the other one stays open. */
    void halfClose() throws IOException;

    /** Begins TLS, trusting any certificate. */
    Handshake startTls() throws IOException;

    /** Messages that the server handed on since the connection was opened, or {@link #UNKNOWN}. */
    default int delivered() {
        return UNKNOWN;
    }

    @Override
    void close();
}
