package io.posthaste.metrics;

/** Why a handshake of TLS that began was not completed. */
public enum HandshakeFailure {
    /** Nothing in common: cipher suites, groups, or signature algorithms that go with our certificates. */
    NO_SHARED_CIPHER,
    /** The client can do no version that is offered, or wants none of them. */
    UNSUPPORTED_VERSION,
    /** What came is no TLS: SMTP in the clear, HTTP, or anything else. */
    NOT_TLS,
    /** An alert says that the client does not take our certificate: unknown_ca, certificate_expired and so on. */
    CLIENT_REJECTED_CERTIFICATE,
    /** The client gave up with another alert. */
    CLIENT_ALERT,
    /** It was not over in time. */
    TIMEOUT,
    /** The client went: it closed, or reset the connection. */
    CLOSED,
    /** The server had no thread or no memory for it. */
    OVERLOAD,
    /** The server was stopped. */
    SHUTDOWN,
    /** None of these: the log has the engine's own words. */
    OTHER
}
