package io.posthaste.session;

import io.posthaste.reply.Reply;

/**
 * The states of a session, named by what is expected next, and what a command hears that comes out of order (RFC 5321 section
 * 4.1.4, RFC 3030 section 2).
 *
 * <pre>
 *                  HELO, EHLO              MAIL               RCPT                    DATA
 *   EXPECT_HELLO ─────────────▶ EXPECT_MAIL ──▶ EXPECT_RCPT ──▶ EXPECT_RCPT_OR_DATA ──▶ EXPECT_CONTENT
 *                                    ▲  ▲            │ RSET            │ RSET               │ CRLF.CRLF
 *                                    │  └────────────┴─────────────────┘                    ▼
 *                                    │ 250, 4yz, 5yz                                  EXPECT_HAND_OFF
 *                                    ├──────────────────────────────────── refused ─────────┤
 *                                    └── receipt ── EXPECT_RECEIPT ◀──────── queued ─────────┘
 *
 *                            BDAT                 octets, not LAST
 *   EXPECT_RCPT_OR_DATA ──────────▶ EXPECT_CHUNK ──────────────────▶ EXPECT_BDAT      RSET: EXPECT_MAIL
 *                                    │        ▲          BDAT              │
 *                    octets, LAST or │        └────────────────────────────┘
 *                    a chunk failed  └──▶ EXPECT_HAND_OFF
 *
 *   EXPECT_CONTENT, EXPECT_CHUNK, EXPECT_BDAT ── much is kept ──▶ EXPECT_PART_RECEIPT ── receipt ──▶ the state it was in
 *
 *   any other ── BDAT out of order ──▶ EXPECT_REFUSED_CHUNK ── octets ──▶ the state it was in
 * </pre>
 */
enum State {
    /** What policies say of the client, before the greeting; then EXPECT_HELLO, or EXPECT_QUIT when they refuse it. */
    EXPECT_ADMISSION,
    EXPECT_HELLO(Reply.HELLO_FIRST, Reply.HELLO_FIRST, Reply.HELLO_FIRST),
    EXPECT_MAIL(null, Reply.MAIL_FIRST, Reply.MAIL_BEFORE_DATA),
    EXPECT_RCPT(Reply.NESTED_MAIL, null, Reply.RCPT_FIRST),
    EXPECT_RCPT_OR_DATA(Reply.NESTED_MAIL, null, null),
    EXPECT_CONTENT,
    /** Octets of a chunk of the message. */
    EXPECT_CHUNK,
    /** The next BDAT of the message. */
    EXPECT_BDAT(Reply.NESTED_MAIL, Reply.CHUNKS_UNDER_WAY, Reply.CHUNKS_UNDER_WAY),
    /** Octets of a chunk that was refused at its command. */
    EXPECT_REFUSED_CHUNK,
    EXPECT_HAND_OFF,
    EXPECT_RECEIPT,
    /** That the delivery has taken a part of the content; then the state it was in. */
    EXPECT_PART_RECEIPT,
    /** A response of AUTH. */
    EXPECT_CREDENTIALS,
    /** Whether a password is right; then EXPECT_MAIL. */
    EXPECT_AUTHENTICATION,
    /** The end of a session that got 554 in place of the greeting (RFC 5321 section 3.1). */
    EXPECT_QUIT(Reply.NO_SERVICE_HERE, Reply.NO_SERVICE_HERE, Reply.NO_SERVICE_HERE);

    private final Reply mailRefusal;
    private final Reply rcptRefusal;
    private final Reply dataRefusal;

    /** No command is taken. */
    State() {
        this(null, null, null);
    }

    State(final Reply mailRefusal, final Reply rcptRefusal, final Reply dataRefusal) {
        this.mailRefusal = mailRefusal;
        this.rcptRefusal = rcptRefusal;
        this.dataRefusal = dataRefusal;
    }

    /** Why MAIL may not come now; null when it may. */
    Reply mailRefusal() {
        return mailRefusal;
    }

    /** Why RCPT may not come now; null when it may. */
    Reply rcptRefusal() {
        return rcptRefusal;
    }

    /**
     * Why neither DATA nor a first chunk may come now; null when they may.
     *
     * @param recipientRefused whether a recipient was refused: to have none is then no mistake of order
     */
    Reply dataRefusal(final boolean recipientRefused) {
        return this == EXPECT_RCPT && recipientRefused ? Reply.NO_VALID_RECIPIENTS : dataRefusal;
    }
}
