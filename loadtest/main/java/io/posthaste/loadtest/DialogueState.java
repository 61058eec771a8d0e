package io.posthaste.loadtest;

/** Where a {@link Dialogue} stands, named by what is expected next. */
enum DialogueState {
    EXPECT_CONNECT(Phase.CONNECT, 0, false),
    /** The handshake is under way, in which the dialogue has no part. */
    EXPECT_HANDSHAKE(Phase.TLS, 0, false),
    EXPECT_GREETING(Phase.GREETING, 2, false),
    EXPECT_EHLO(Phase.EHLO, 2, false),
    EXPECT_STARTTLS(Phase.STARTTLS, 2, false),
    /** Nothing is expected: the connection is free for a transaction. */
    READY(Phase.MAIL, 0, false),
    EXPECT_MAIL(Phase.MAIL, 2, true),
    EXPECT_RCPT(Phase.RCPT, 2, true),
    EXPECT_DATA(Phase.DATA, 3, true),
    EXPECT_ACCEPTED(Phase.END_OF_DATA, 2, true),
    EXPECT_DISCARDED(Phase.END_OF_DATA, 2, false),
    EXPECT_RSET(Phase.RSET, 2, false),
    EXPECT_QUIT(Phase.QUIT, 2, false),
    /** QUIT was answered: the server closes, so that the port's TIME_WAIT stays with it. */
    EXPECT_CLOSE(Phase.QUIT, 0, false);

    private final Phase phase;
    /** First digit of a reply that lets the dialogue go on (RFC 5321, section 4.2.1); 0 if none is expected. */
    private final int severity;

    private final boolean isTransaction;

    DialogueState(Phase phase, int severity, boolean isTransaction) {
        this.phase = phase;
        this.severity = severity;
        this.isTransaction = isTransaction;
    }

    /** The phase that a reply is counted under. */
    Phase phase() {
        return phase;
    }

    /** First digit of a reply that lets the dialogue go on, or 0. */
    int severity() {
        return severity;
    }

    /** Whether the session is being opened, so that a refusal ends it. */
    boolean isOpening() {
        return this == EXPECT_GREETING || this == EXPECT_EHLO || this == EXPECT_STARTTLS;
    }

    /** Whether a message is under way whose outcome is open. */
    boolean isTransaction() {
        return isTransaction;
    }
}
