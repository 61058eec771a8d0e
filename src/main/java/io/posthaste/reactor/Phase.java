package io.posthaste.reactor;

/** What a {@link Connection} waits for. */
enum Phase {
    /** The handshake of TLS. */
    SHAKING_HANDS,
    /** The time to greet, if the client can wait. */
    AWAITING_GREETING,
    READING,
    AWAITING_RECEIPT,
    /** A policy to answer. */
    AWAITING_VERDICT,
    AWAITING_ROOM,
    AWAITING_MEMORY,
    /** Our last reply to be taken. */
    CLOSING,
    /** The client to close, after our last reply. */
    LINGERING,
    CLOSED;

    /** Whether the last words are said. */
    boolean isEnding() {
        return this == CLOSING || this == LINGERING;
    }
}
