package io.posthaste.loadtest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The client's side of the SMTP dialogue on one connection: input and time go in, the next {@link Move} comes out. It
 * knows no socket and no clock; it counts and times what happens.
 *
 * <pre>
 *  EXPECT_CONNECT ─▶ EXPECT_GREETING ─▶ EXPECT_EHLO ─▶ READY
 *
 *  READY ─▶ EXPECT_MAIL ─▶ EXPECT_RCPT ─▶ EXPECT_DATA ─▶ EXPECT_ACCEPTED ─any reply─▶ READY
 *    │           └── 4yz, 5yz ──┴──────────────┴─▶ EXPECT_RSET ─▶ READY
 *    └─▶ EXPECT_QUIT ─▶ EXPECT_CLOSE
 * </pre>
 *
 * <p>When the envelope is pipelined, a refusal is noted and the replies up to that of DATA are still consumed. If it is
 * 354 nevertheless, the transaction is dropped (RFC 2920, section 3.1): by an end-of-data mark alone when no recipient
 * was accepted (EXPECT_DISCARDED), else by closing.
 *
 * <p>Engine thread only; used for one connection after the other. No allocation.
 */
final class Dialogue {
    /** Named by what is expected next. */
    private enum State {
        EXPECT_CONNECT(Phase.CONNECT, 0, false),
        EXPECT_GREETING(Phase.GREETING, 2, false),
        EXPECT_EHLO(Phase.EHLO, 2, false),
        /** Nothing is expected: the connection is free for a transaction. */
        READY(Phase.MAIL, 0, false),
        EXPECT_MAIL(Phase.MAIL, 2, true),
        EXPECT_RCPT(Phase.RCPT, 2, true),
        EXPECT_DATA(Phase.DATA, 3, true),
        EXPECT_ACCEPTED(Phase.CONTENT, 2, true),
        EXPECT_DISCARDED(Phase.CONTENT, 2, false),
        EXPECT_RSET(Phase.RSET, 2, false),
        EXPECT_QUIT(Phase.QUIT, 2, false),
        /** QUIT was answered: the server closes, so that the port's TIME_WAIT stays with it. */
        EXPECT_CLOSE(Phase.QUIT, 0, false);

        private final Phase phase;
        /** First digit of a reply that lets the dialogue go on (RFC 5321, section 4.2.1); 0 if none is expected. */
        private final int severity;

        private final boolean isTransaction;

        State(Phase phase, int severity, boolean isTransaction) {
            this.phase = phase;
            this.severity = severity;
            this.isTransaction = isTransaction;
        }
    }

    private static final byte[] PIPELINING = "PIPELINING".getBytes(StandardCharsets.US_ASCII);
    private static final int SERVICE_CLOSING = 421;

    private final ReplyParser parser = new ReplyParser();
    private final int recipients;
    private final long messagesPerConnection;
    private final boolean wantsPipelining;
    private final Workload workload;
    private final Tally tally;
    private final PhaseRecorder recorder;

    private State state = State.EXPECT_CONNECT;
    private CloseReason closeReason = CloseReason.COMPLETED;
    private boolean offersPipelining;
    private boolean isPipelined;
    private boolean hasOutcome;
    private long begun;

    private boolean isRefused;
    private int repliedRecipients;
    private int acceptedRecipients;

    private long transactionStartNs;
    private long sentNs;

    Dialogue(LoadPlan plan, Workload workload, Tally tally, PhaseRecorder recorder) {
        this.recipients = plan.traffic().recipients();
        this.wantsPipelining = plan.traffic().pipelining();
        this.messagesPerConnection = plan.extent().messagesPerConnection();
        this.workload = workload;
        this.tally = tally;
        this.recorder = recorder;
    }

    /** Starts over: a connection is about to be opened. */
    void onOpening(long nowNs) {
        parser.reset();
        state = State.EXPECT_CONNECT;
        closeReason = CloseReason.COMPLETED;
        offersPipelining = false;
        isPipelined = false;
        hasOutcome = false;
        isRefused = false;
        begun = 0;
        sentNs = nowNs;
        tally.onOpened();
    }

    /** The connection stands; the greeting is the server's to send. */
    void onConnected(long nowNs) {
        recorder.record(Phase.CONNECT, nowNs - sentNs);
        state = State.EXPECT_GREETING;
        sentNs = nowNs;
    }

    /** Begins the next transaction, or says QUIT when there is none left for this connection. */
    Move begin(long nowNs) {
        if (begun >= messagesPerConnection || !workload.tryClaim(nowNs)) {
            state = State.EXPECT_QUIT;
            return Move.SEND_QUIT;
        }
        begun++;
        isRefused = false;
        repliedRecipients = 0;
        acceptedRecipients = 0;
        state = State.EXPECT_MAIL;
        return isPipelined ? Move.SEND_ENVELOPE : Move.SEND_MAIL;
    }

    /** The octets of the last move are about to be written. */
    void onSending(long nowNs) {
        sentNs = nowNs;
        if (state == State.EXPECT_MAIL) {
            transactionStartNs = nowNs;
            tally.onSent();
        }
    }

    /** The content's last octet has been written. */
    void onContentSent(long nowNs) {
        sentNs = nowNs;
    }

    /**
     * Consumes replies, in order.
     *
     * @param input consumed whole, unless the connection is to be closed; borrowed for the call
     * @param isSending whether some of the last move's octets are still unsent
     */
    Move onInput(ByteBuffer input, long nowNs, boolean isSending) {
        if (state == State.EXPECT_CLOSE) {
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
            onLine();
            if (event != ReplyParser.CONTINUED) {
                final Move move = onReply(event, nowNs, isSending);
                if (move != Move.AWAIT) {
                    // What follows answers nothing: the command it would answer has not been sent.
                    return input.hasRemaining() && move != Move.CLOSE ? close(CloseReason.OUT_OF_STEP) : move;
                }
            }
        }
        return Move.AWAIT;
    }

    /** Looks for EHLO keywords, which stand in every line but the first (RFC 5321, section 4.1.1.1). */
    private void onLine() {
        if (state == State.EXPECT_EHLO && parser.lineNumber() > 1 && parser.isKeyword(PIPELINING)) {
            offersPipelining = true;
        }
    }

    private Move onReply(int code, long nowNs, boolean isSending) {
        tally.onReply(state.phase, code, parser);
        if (state != State.EXPECT_DISCARDED && state != State.READY) {
            recorder.record(state.phase, nowNs - sentNs);
        }
        final boolean isEarly = isSending && !(isPipelined && isEnvelopeOpen());
        if (code >= 400) {
            return onRefusal(code, nowNs, isEarly);
        }
        return isEarly || code / 100 != state.severity ? close(CloseReason.OUT_OF_STEP) : onSuccess(nowNs);
    }

    /** Whether further replies of the same pipelined write are due. */
    private boolean isEnvelopeOpen() {
        return state == State.EXPECT_MAIL || state == State.EXPECT_RCPT;
    }

    private Move onSuccess(long nowNs) {
        switch (state) {
            case EXPECT_GREETING:
                state = State.EXPECT_EHLO;
                return Move.SEND_EHLO;
            case EXPECT_EHLO:
                isPipelined = wantsPipelining && offersPipelining;
                if (isPipelined) {
                    tally.onPipelined();
                }
                return ready();
            case EXPECT_MAIL:
                state = State.EXPECT_RCPT;
                return isPipelined ? Move.AWAIT : Move.SEND_RCPT;
            case EXPECT_RCPT:
                acceptedRecipients++;
                return onRecipientReplied();
            case EXPECT_DATA:
                return onDataInvited();
            case EXPECT_ACCEPTED:
                hasOutcome = true;
                tally.onAccepted(nowNs);
                recorder.recordTransaction(nowNs - transactionStartNs);
                return ready();
            case EXPECT_DISCARDED:
            case EXPECT_RSET:
                return ready();
            case EXPECT_QUIT:
                state = State.EXPECT_CLOSE;
                return Move.AWAIT;
            default:
                return close(CloseReason.OUT_OF_STEP);
        }
    }

    private Move onRefusal(int code, long nowNs, boolean isEarly) {
        if (state.isTransaction && !isRefused) {
            isRefused = true;
            hasOutcome = true;
            tally.onRejected(nowNs);
        }
        if (state == State.EXPECT_GREETING || state == State.EXPECT_EHLO) {
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
                if (!isPipelined) {
                    return reset();
                }
                state = State.EXPECT_RCPT;
                return Move.AWAIT;
            case EXPECT_RCPT:
                return isPipelined ? onRecipientReplied() : reset();
            case EXPECT_DATA:
                return reset();
            case EXPECT_ACCEPTED:
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
        if (++repliedRecipients == recipients) {
            state = State.EXPECT_DATA;
            return isPipelined ? Move.AWAIT : Move.SEND_DATA;
        }
        return isPipelined ? Move.AWAIT : Move.SEND_RCPT;
    }

    private Move onDataInvited() {
        if (!isRefused) {
            state = State.EXPECT_ACCEPTED;
            return Move.SEND_CONTENT;
        }
        if (acceptedRecipients > 0) {
            return close(CloseReason.TRANSACTION_ABANDONED);
        }
        state = State.EXPECT_DISCARDED;
        return Move.SEND_END_OF_DATA;
    }

    private Move ready() {
        state = State.READY;
        return Move.BEGIN;
    }

    private Move reset() {
        state = State.EXPECT_RSET;
        return Move.SEND_RSET;
    }

    private Move close(CloseReason reason) {
        closeReason = reason;
        return Move.CLOSE;
    }

    /**
     * The connection is gone: a transaction under way has failed.
     *
     * @param detail what the system said, or null
     */
    void onClosed(CloseReason reason, String detail, long nowNs) {
        if (state.isTransaction && !isRefused) {
            tally.onFailed(nowNs);
        }
        tally.onClosed(reason, state.phase, detail);
    }

    /** Why the dialogue wants the connection closed, after {@link Move#CLOSE}. */
    CloseReason closeReason() {
        return closeReason;
    }

    /** Index of the forward-path to send next, from 0. */
    int recipient() {
        return repliedRecipients;
    }

    /** Whether the dialogue is over and the server's close is all that is missing. */
    boolean isOver() {
        return state == State.EXPECT_CLOSE;
    }

    /** Whether the connection brought a message to an outcome that the server decided. */
    boolean hasOutcome() {
        return hasOutcome;
    }
}
