package io.posthaste.wire;

/** How much of the message a client wants back with a notification of failure: the value of RET (RFC 3461, 4.3). */
public enum ReturnType {
    /** RET is absent: the choice is the server's. */
    UNSPECIFIED,
    /** FULL: the whole message. */
    FULL,
    /** HDRS: its header section only. */
    HEADERS
}
