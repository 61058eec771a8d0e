package io.posthaste.relay;

import java.util.concurrent.TimeUnit;

/** How long each step may take, in nanoseconds: the least that RFC 5321 section 4.5.3.2 asks of a client. */
final class HopTimeouts {
    /** A connection; not in the RFC. */
    static final long CONNECT_NS = TimeUnit.SECONDS.toNanos(30);
    /** Section 4.5.3.2.1, and for EHLO, STARTTLS and RSET. */
    static final long GREETING_NS = TimeUnit.MINUTES.toNanos(5);
    /** A whole handshake of TLS; not in the RFC. */
    static final long HANDSHAKE_NS = TimeUnit.MINUTES.toNanos(1);
    /** Section 4.5.3.2.2. */
    static final long MAIL_NS = TimeUnit.MINUTES.toNanos(5);
    /** Section 4.5.3.2.3. */
    static final long RCPT_NS = TimeUnit.MINUTES.toNanos(5);
    /** Section 4.5.3.2.4. */
    static final long DATA_NS = TimeUnit.MINUTES.toNanos(2);
    /** Section 4.5.3.2.5: a piece of content that the server does not take. */
    static final long CONTENT_NS = TimeUnit.MINUTES.toNanos(3);
    /** Section 4.5.3.2.6. */
    static final long END_NS = TimeUnit.MINUTES.toNanos(10);
    /** QUIT: nothing depends on its answer. */
    static final long QUIT_NS = TimeUnit.SECONDS.toNanos(5);

    private HopTimeouts() {}
}
