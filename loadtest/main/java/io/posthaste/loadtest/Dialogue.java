package io.posthaste.loadtest;

import java.nio.ByteBuffer;

/**
 * The client's side of the SMTP dialogue on one connection: input and time go in, the next {@link Move} comes out. It
 * knows no socket and no clock; it counts and times what happens.
 *
 * <pre>
 *  EXPECT_CONNECT ─────── plain ───────▶ EXPECT_GREETING ─▶ EXPECT_EHLO ─▶ READY
 *        └─ implicit TLS ─▶ EXPECT_HANDSHAKE ─▶ ┘               │   ▲
 *                                 ▲    └────── STARTTLS ────────┼───┘
 *                                 └── 220 ── EXPECT_STARTTLS ◀──┘
 *
 *  READY ─▶ EXPECT_MAIL ─▶ EXPECT_RCPT ─▶ EXPECT_DATA ─▶ EXPECT_ACCEPTED ─any reply─▶ READY
 *    │           │              │  └─────── BDAT ──────────▶    │
 *    │           └── 4yz, 5yz ──┴──────────────┴─▶ EXPECT_RSET ─▶ READY
 *    └─▶ EXPECT_QUIT ─▶ EXPECT_CLOSE
 * </pre>
 *
 * <p>When the envelope is pipelined, a refusal is noted and the replies up to that of DATA are still consumed. If it is
 * 354 nevertheless, the transaction is dropped (RFC 2920, section 3.1): by an end-of-data mark alone when no recipient
 * was accepted (EXPECT_DISCARDED), else by closing. With BDAT everything has left already: the replies of the whole
 * {@link Batch} are consumed, and RSET follows if anything was refused.
 *
 * <p>Engine thread only; used for one connection after the other. No allocation.
 */
final class Dialogue {
    private static final int SERVICE_CLOSING = 421;

    private final ReplyParser parser = new ReplyParser();
    private final Extensions extensions = new Extensions();
    private final Batch batch;
    private final int recipients;
    private final long messagesPerConnection;
    private final LoadPlan.Manner manner;
    private final boolean isEightBit;
    private final boolean isTlsImplicit;
    private final boolean isTlsStarted;
    private final Workload workload;
    private final Tally tally;
    private final Outcomes outcomes;

    private DialogueState state = DialogueState.EXPECT_CONNECT;
    private CloseReason closeReason = CloseReason.COMPLETED;
    private boolean isSecured;
    private boolean isPipelined;
    private boolean hasOutcome;
    private long begun;

    /** Something of the batch was refused, so the server's state is not known for certain. */
    private boolean isResetDue;
    /** Something of the transaction was refused. */
    private boolean isRefused;

    private int repliedRecipients;
    private int acceptedRecipients;

    private long transactionStartNs;
    private long sentNs;
    private long contentSentNs;

    Dialogue(LoadPlan plan, Workload workload, Tally tally, Outcomes outcomes) {
        this.recipients = plan.traffic().recipients();
        this.manner = plan.traffic().manner();
        this.isEightBit = plan.traffic().content().isEightBit();
        this.isTlsImplicit = plan.tls().map(TlsPlan::isImplicit).orElse(false);
        this.isTlsStarted = plan.tls().isPresent() && !isTlsImplicit;
        this.messagesPerConnection = plan.extent().messagesPerConnection();
        this.batch = new Batch(manner.depth());
        this.workload = workload;
        this.tally = tally;
        this.outcomes = outcomes;
    }

    /** Starts over: a connection is about to be opened. */
    void onOpening(long nowNs) {
        parser.reset();
        extensions.clear();
        batch.clear();
        state = DialogueState.EXPECT_CONNECT;
        closeReason = CloseReason.COMPLETED;
        isSecured = false;
        isPipelined = false;
        hasOutcome = false;
        isRefused = false;
        isResetDue = false;
        begun = 0;
        sentNs = nowNs;
        tally.onOpened();
    }

    /** The connection stands; TLS begins, or the greeting is the server's to send. */
    Move onConnected(long nowNs) {
        outcomes.onPhase(Phase.CONNECT, nowNs - sentNs);
        sentNs = nowNs;
        if (isTlsImplicit) {
            state = DialogueState.EXPECT_HANDSHAKE;
            return Move.START_TLS;
        }
        state = DialogueState.EXPECT_GREETING;
        return Move.AWAIT;
    }

    /** The TLS handshake is finished. What was learned before STARTTLS is forgotten (RFC 3207, section 4.2). */
    Move onSecured(long nowNs) {
        outcomes.onPhase(Phase.TLS, nowNs - sentNs);
        sentNs = nowNs;
        isSecured = true;
        extensions.clear();
        if (isTlsImplicit) {
            state = DialogueState.EXPECT_GREETING;
            return Move.AWAIT;
        }
        state = DialogueState.EXPECT_EHLO;
        return Move.SEND_EHLO;
    }

    /**
     * Begins what is due: the next transaction, or a batch of them; QUIT when there is none left for this connection;
     * nothing when none is due yet.
     */
    Move begin(long nowNs) {
        batch.clear();
        final int depth = isPipelined ? batch.capacity() : 1;
        long sequence = Workload.OVER;
        while (batch.size() < depth && begun < messagesPerConnection) {
            sequence = workload.claim(nowNs);
            if (sequence < 0) {
                break;
            }
            batch.add(sequence, workload.plannedNs());
            begun++;
        }
        if (batch.size() > 0) {
            startTransaction();
            return !isPipelined ? Move.SEND_MAIL : manner.chunking() ? Move.SEND_BATCH : Move.SEND_ENVELOPE;
        }
        if (sequence == Workload.NOT_DUE) {
            return Move.AWAIT;
        }
        state = DialogueState.EXPECT_QUIT;
        return Move.SEND_QUIT;
    }

    private void startTransaction() {
        isRefused = false;
        repliedRecipients = 0;
        acceptedRecipients = 0;
        state = DialogueState.EXPECT_MAIL;
    }

    /** The octets of the last move are about to be written. */
    void onSending(long nowNs) {
        sentNs = nowNs;
        contentSentNs = nowNs;
        if (state == DialogueState.EXPECT_MAIL) {
            transactionStartNs = nowNs;
            tally.onSent(batch.size());
        }
    }

    /** The last octet of content has been written. */
    void onContentSent(long nowNs) {
        outcomes.onPhase(Phase.CONTENT, nowNs - sentNs);
        contentSentNs = nowNs;
    }

    /**
     * Consumes replies, in order.
     *
     * @param input consumed whole, unless the connection is to be closed; borrowed for the call
     * @param isSending whether some of the last move's octets are still unsent
     */
    Move onInput(ByteBuffer input, long nowNs, boolean isSending) {
        if (state == DialogueState.EXPECT_CLOSE) {
            return Move.AWAIT;
        }
        while (input.hasRemaining()) {
            final int event = parser.parse(input);
            if (event == ReplyParser.NEED_MORE) {
                break;
            }
            if (event == ReplyParser.MALFORMED) {
                return close(CloseReason.MALFORMED_REPLY);
            }
            if (state == DialogueState.EXPECT_EHLO) {
                extensions.onLine(parser);
            }
            if (event != ReplyParser.CONTINUED) {
                final Move move = onReply(event, nowNs, isSending);
                if (move != Move.AWAIT) {
                    return input.hasRemaining() ? onSurplus(move) : move;
                }
            }
        }
        return Move.AWAIT;
    }

    /** What follows answers nothing: the command it would answer has not been sent, or would be sent encrypted. */
    private Move onSurplus(Move move) {
        if (move == Move.CLOSE) {
            return move;
        }
        return close(move == Move.START_TLS ? CloseReason.NOT_TLS : CloseReason.OUT_OF_STEP);
    }

    private Move onReply(int code, long nowNs, boolean isSending) {
        tally.onReply(state.phase(), code, parser);
        if (state != DialogueState.EXPECT_DISCARDED && state != DialogueState.READY) {
            outcomes.onPhase(state.phase(), nowNs - (state == DialogueState.EXPECT_ACCEPTED ? contentSentNs : sentNs));
        }
        final boolean isEarly = isSending && !isMoreOfTheWriteExpected();
        if (code >= 400) {
            return onRefusal(code, nowNs, isEarly);
        }
        return isEarly || code / 100 != state.severity() ? close(CloseReason.OUT_OF_STEP) : onSuccess(nowNs);
    }

    /** Whether further replies to the same write are due behind the one that has come. */
    private boolean isMoreOfTheWriteExpected() {
        if (!isPipelined) {
            return false;
        }
        return state == DialogueState.EXPECT_MAIL
                || state == DialogueState.EXPECT_RCPT
                || state == DialogueState.EXPECT_ACCEPTED && manner.chunking() && !batch.isLast();
    }

    private Move onSuccess(long nowNs) {
        switch (state) {
            case EXPECT_GREETING:
                state = DialogueState.EXPECT_EHLO;
                return Move.SEND_EHLO;
            case EXPECT_EHLO:
                return isTlsStarted && !isSecured ? onTlsKnown() : onExtensionsKnown();
            case EXPECT_STARTTLS:
                state = DialogueState.EXPECT_HANDSHAKE;
                sentNs = nowNs;
                return Move.START_TLS;
            case EXPECT_MAIL:
                state = DialogueState.EXPECT_RCPT;
                return isPipelined ? Move.AWAIT : Move.SEND_RCPT;
            case EXPECT_RCPT:
                acceptedRecipients++;
                return onRecipientReplied();
            case EXPECT_DATA:
                return onDataInvited();
            case EXPECT_ACCEPTED:
                if (isRefused) {
                    tally.onAcceptedInPart();
                } else {
                    hasOutcome = true;
                    tally.onAccepted(nowNs);
                    outcomes.onAccepted(batch.sequence(), batch.plannedNs(), transactionStartNs, nowNs);
                }
                return onTransactionOver();
            case EXPECT_DISCARDED:
            case EXPECT_RSET:
                return ready();
            case EXPECT_QUIT:
                state = DialogueState.EXPECT_CLOSE;
                return Move.AWAIT;
            default:
                return close(CloseReason.OUT_OF_STEP);
        }
    }

    private Move onTlsKnown() {
        if (!extensions.offersStartTls()) {
            return close(CloseReason.NOT_OFFERED);
        }
        state = DialogueState.EXPECT_STARTTLS;
        return Move.SEND_STARTTLS;
    }

    private Move onExtensionsKnown() {
        if (manner.chunking() && !extensions.offersChunking() || isEightBit && !extensions.offersEightBit()) {
            return close(CloseReason.NOT_OFFERED);
        }
        isPipelined = manner.pipelining() && extensions.offersPipelining();
        if (isPipelined) {
            tally.onPipelined();
        }
        return ready();
    }

    private Move onRefusal(int code, long nowNs, boolean isEarly) {
        if (state.isTransaction() && !isRefused) {
            isRefused = true;
            hasOutcome = true;
            tally.onRejected(nowNs);
        }
        if (state.isOpening()) {
            return close(CloseReason.SESSION_REFUSED);
        }
        if (code == SERVICE_CLOSING) {
            return close(CloseReason.SERVICE_CLOSING);
        }
        if (isEarly) {
            return close(CloseReason.REFUSED_WHILE_SENDING);
        }
        switch (state) {
            case EXPECT_MAIL:
                isResetDue = true;
                if (!isPipelined) {
                    return reset();
                }
                state = DialogueState.EXPECT_RCPT;
                return Move.AWAIT;
            case EXPECT_RCPT:
                isResetDue = true;
                return isPipelined ? onRecipientReplied() : reset();
            case EXPECT_DATA:
                return reset();
            case EXPECT_ACCEPTED:
                isResetDue |= manner.chunking();
                return onTransactionOver();
            case EXPECT_DISCARDED:
                return ready();
            case EXPECT_RSET:
                return close(CloseReason.RSET_REFUSED);
            case EXPECT_QUIT:
                return close(CloseReason.COMPLETED);
            default:
                return close(CloseReason.OUT_OF_STEP);
        }
    }

    private Move onRecipientReplied() {
        if (++repliedRecipients < recipients) {
            return isPipelined ? Move.AWAIT : Move.SEND_RCPT;
        }
        state = manner.chunking() ? DialogueState.EXPECT_ACCEPTED : DialogueState.EXPECT_DATA;
        if (isPipelined) {
            return Move.AWAIT;
        }
        return manner.chunking() ? Move.SEND_CHUNK : Move.SEND_DATA;
    }

    private Move onDataInvited() {
        if (!isRefused) {
            state = DialogueState.EXPECT_ACCEPTED;
            return Move.SEND_CONTENT;
        }
        if (acceptedRecipients > 0) {
            return close(CloseReason.TRANSACTION_ABANDONED);
        }
        state = DialogueState.EXPECT_DISCARDED;
        return Move.SEND_END_OF_DATA;
    }

    private Move onTransactionOver() {
        if (!batch.isLast()) {
            batch.advance();
            startTransaction();
            return Move.AWAIT;
        }
        return manner.chunking() && isResetDue ? reset() : ready();
    }

    private Move ready() {
        isResetDue = false;
        state = DialogueState.READY;
        return Move.BEGIN;
    }

    private Move reset() {
        state = DialogueState.EXPECT_RSET;
        return Move.SEND_RSET;
    }

    private Move close(CloseReason reason) {
        closeReason = reason;
        return Move.CLOSE;
    }

    /**
     * The connection is gone: the transactions under way have failed.
     *
     * @param detail what the system said, or null
     */
    void onClosed(CloseReason reason, String detail, long nowNs) {
        if (state.isTransaction()) {
            tally.onFailed(batch.remaining() - (isRefused ? 1 : 0), nowNs);
        }
        tally.onClosed(reason, state.phase(), detail);
    }

    /** Why the dialogue wants the connection closed, after {@link Move#CLOSE}. */
    CloseReason closeReason() {
        return closeReason;
    }

    /** Index of the forward-path to send next, from 0. */
    int recipient() {
        return repliedRecipients;
    }

    /** The transactions under way; unchanged until {@link #begin}. */
    Batch batch() {
        return batch;
    }

    /** When they began. */
    long transactionStartNs() {
        return transactionStartNs;
    }

    /** Whether the connection is free for a transaction. */
    boolean isReady() {
        return state == DialogueState.READY;
    }

    /** Whether a connection that is ready has sent all the messages it may. */
    boolean isSpent() {
        return begun >= messagesPerConnection;
    }

    /** Whether TLS is being begun, in which the dialogue has no part. */
    boolean isSecuring() {
        return state == DialogueState.EXPECT_HANDSHAKE;
    }

    /** Whether the dialogue is over and the server's close is all that is missing. */
    boolean isOver() {
        return state == DialogueState.EXPECT_CLOSE;
    }

    /** Whether the connection brought a message to an outcome that the server decided. */
    boolean hasOutcome() {
        return hasOutcome;
    }
}
