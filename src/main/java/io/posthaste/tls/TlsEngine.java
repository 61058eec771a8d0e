package io.posthaste.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;

/**
 * One side of one TLS connection. Buffers are used from position to limit, and their positions move by what was
 * taken and put. One thread at a time: while {@link #runTask()} runs on another, nothing else may be called.
 */
public interface TlsEngine {
    /** What engines of ours say of octets that do not begin like a record of TLS. */
    String NOT_A_RECORD = "not a record of TLS";

    /** What the engine has to do before anything else. */
    enum Need {
        /** Nothing: octets may go either way. */
        NOTHING,
        /** Octets of the peer, for the handshake. */
        UNWRAP,
        /** To say something of its own: {@link #wrap} with or without octets. */
        WRAP,
        /** Heavy work, off the reactor: {@link #runTask()}. */
        TASK
    }

    /** How a step ended. */
    enum Outcome {
        OK,
        /** The input ends within a record. */
        INCOMPLETE,
        /** The output has too little room; nothing was taken. */
        NO_ROOM,
        /** This direction is closed. */
        CLOSED
    }

    Need need();

    /**
     * Takes one record of the peer's and puts what was in it.
     *
     * @throws SSLException the peer's octets are no TLS, or it refuses ours; an alert may be left to {@link #wrap}
     */
    Outcome unwrap(ByteBuffer cipher, ByteBuffer plain) throws SSLException;

    /**
     * Makes one record of what there is to say: of the handshake, or else of the plain octets.
     *
     * @throws SSLException the connection is broken
     */
    Outcome wrap(ByteBuffer plain, ByteBuffer cipher) throws SSLException;

    /** Does the heavy work of {@link Need#TASK}, all of it. What fails in it is thrown by the next step. */
    void runTask();

    /** Whether the handshake is done. */
    boolean isFinished();

    /** Whether the handshake continued an earlier session; once it is finished. */
    boolean isResumed();

    /** The version agreed on, such as {@code TLSv1.3}; once it is finished. May allocate. */
    String version();

    /** The cipher suite agreed on, by its name in the registry of IANA; once it is finished. May allocate. */
    String cipherSuite();

    /** The host name that the client asked for (SNI), as it came; null where there is none, or none was read. May allocate. */
    String serverName();

    /** Nothing more will be said: what {@link #wrap} makes from now on ends with close_notify. Idempotent. */
    void closeOutput();

    /** Whether the last of our octets, close_notify, was made. */
    boolean isOutputClosed();

    /** Gives back what the engine holds outside the heap. Nothing may be called any more, but for this: idempotent. */
    void release();
}
