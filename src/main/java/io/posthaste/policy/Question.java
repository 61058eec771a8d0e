package io.posthaste.policy;

import io.posthaste.envelope.Via;
import java.net.InetAddress;

/**
 * What a {@link Policy} is asked about. Borrowed: it answers only until the method of the policy returns, on its thread; what
 * is needed later is to be taken before. The strings are made when they are asked for.
 */
public interface Question {
    /** The client's address. */
    InetAddress clientAddress();

    /**
     * The balancer that relayed the connection and what its PROXY header told of the client: host name asked for, unique id, TLS
     * version, name in the client's certificate. Null when the client came directly. Immutable, and the same object for each
     * question of a connection: it may be kept, and read on any thread.
     */
    Via via();

    /** The name that the client gave with EHLO or HELO; empty before. */
    String helloName();

    /** Whether TLS is on. */
    boolean isSecure();

    /** Who the client has proved to be with AUTH; empty when it has not. */
    String user();

    /** The reverse-path's mailbox as it was sent; empty for the null reverse-path, and before MAIL. */
    String sender();

    /** The forward-path's mailbox as it was sent; empty before RCPT. */
    String recipient();
}
