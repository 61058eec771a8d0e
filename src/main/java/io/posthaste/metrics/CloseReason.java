package io.posthaste.metrics;

/** Why a connection was closed; every close has exactly one reason, and each is counted. */
public enum CloseReason {
    /** The client said QUIT. */
    QUIT,
    /** The client closed its side while nothing of its was under way. */
    PEER_CLOSED,
    /** The client closed its side in the middle of a transaction. */
    PEER_CLOSED_IN_TRANSACTION,
    /** The connection broke: reset, unreachable. */
    CONNECTION_RESET,
    /** No command, or no whole command, within the time limit. */
    COMMAND_TIMEOUT,
    /** No content within the time limit. */
    DATA_TIMEOUT,
    /** The client did not read its replies within the time limit. */
    WRITE_TIMEOUT,
    /** There was no memory for what the connection needed to keep. */
    MEMORY,
    /** BDAT without a readable size: the end of the chunk cannot be known. */
    LOST_STEP,
    /** More errors than the limit. */
    ERROR_LIMIT,
    /** More commands that bring no mail than the limit. */
    IDLE_COMMAND_LIMIT,
    /** More recipients refused than the limit. */
    REFUSED_RECIPIENT_LIMIT,
    /** More commands a second than the limit. */
    COMMAND_RATE_LIMIT,
    /** The session is older than the limit. */
    SESSION_TIME_LIMIT,
    /** Content came more slowly than the limit. */
    CONTENT_RATE_LIMIT,
    /** A balancer did not send a whole PROXY header within the time limit. */
    PROXY_HEADER_TIMEOUT,
    /** A balancer began with something else than a PROXY header. */
    PROXY_HEADER_MISSING,
    /** The PROXY header of a balancer is malformed, or its checksum is wrong. */
    PROXY_HEADER_MALFORMED,
    /** The PROXY header of a balancer is longer than the limit. */
    PROXY_HEADER_TOO_LONG,
    /** The client sent before it was greeted. */
    EARLY_TALKER,
    /** The client's address has more connections than the limit: turned away ungreeted. */
    CLIENT_CONNECTION_LIMIT,
    /** The client's address begins more connections a minute than the limit: turned away ungreeted. */
    CLIENT_CONNECTION_RATE_LIMIT,
    /** The client's address failed to log in more often a minute than the limit. */
    CLIENT_AUTH_FAILURE_RATE_LIMIT,
    /** Octets behind STARTTLS in the same segment. */
    STARTTLS_INJECTION,
    /** The handshake of TLS failed: no common version or cipher suite, an alert, or no TLS at all. */
    TLS_HANDSHAKE_FAILURE,
    /** The handshake of TLS took longer than the limit. */
    TLS_HANDSHAKE_TIMEOUT,
    /** Too many handshakes at once: on a listener for TLS, or behind STARTTLS. */
    TLS_OVERLOAD,
    /** TLS broke after its handshake. */
    TLS_FAILURE,
    /** More attempts to log in failed than the limit. */
    AUTH_FAILURE_LIMIT,
    /** A policy said 421, or gave no answer before the greeting. */
    POLICY,
    /** A client of a network that is refused, on a listener where TLS begins before the greeting. */
    NETWORK_BLOCKED,
    /** The server is stopping. */
    SHUTDOWN,
    /** An exception in our code. */
    INTERNAL_ERROR
}
