package io.posthaste.loadtest;

import java.util.Locale;

/** The stretches of a dialogue that are timed and counted apart, in the order in which they happen. */
enum Phase {
    /** From the connect call to the established connection. */
    CONNECT,
    /** From the established connection to the greeting. */
    GREETING,
    EHLO,
    MAIL,
    RCPT,
    /** From DATA to 354. */
    DATA,
    /** From the end of the content's write to the reply to the end-of-data mark. */
    CONTENT,
    RSET,
    QUIT;

    /** Number of phases, for tables indexed by ordinal. */
    static final int COUNT = values().length;

    /** The name in reports, in lower case. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
