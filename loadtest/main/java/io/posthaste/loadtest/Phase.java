package io.posthaste.loadtest;

import java.util.Locale;

/**
 * The stretches of a dialogue that are timed and counted apart, in the order in which they happen.
 *
 * <p>In lock step each begins with the write of its command. Commands that leave in one write are all timed from that
 * write, so that their phases overlap.
 */
enum Phase {
    /** From the connect call to the established connection. */
    CONNECT,
    /** From the established connection, with implicit TLS from the handshake finished, to the greeting. */
    GREETING,
    /** Of STARTTLS, twice: before and behind the handshake. */
    EHLO,
    /** From STARTTLS to 220. */
    STARTTLS,
    /** From the write of ClientHello to the handshake finished, its last octet taken by the socket. */
    TLS,
    MAIL,
    RCPT,
    /** From DATA to 354. */
    DATA,
    /** From 354 to the last octet of the content written; with BDAT from the begin of the write that holds it. */
    CONTENT,
    /** From the last octet of the content written to its reply. */
    END_OF_DATA,
    RSET,
    QUIT;

    private static final Phase[] VALUES = values();

    /** Number of phases, for tables indexed by ordinal. */
    static final int COUNT = VALUES.length;

    /** The phase with an ordinal. */
    static Phase of(int ordinal) {
        return VALUES[ordinal];
    }

    /** The name in reports, in lower case. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
