package io.posthaste.session;

import static io.posthaste.session.Conversation.State.EXPECT_BDAT;
import static io.posthaste.session.Conversation.State.EXPECT_CHUNK;
import static io.posthaste.session.Conversation.State.EXPECT_CONTENT;
import static io.posthaste.session.Conversation.State.EXPECT_HAND_OFF;
import static io.posthaste.session.Conversation.State.EXPECT_HELLO;
import static io.posthaste.session.Conversation.State.EXPECT_MAIL;
import static io.posthaste.session.Conversation.State.EXPECT_RCPT;
import static io.posthaste.session.Conversation.State.EXPECT_RCPT_OR_DATA;
import static io.posthaste.session.Conversation.State.EXPECT_RECEIPT;
import static io.posthaste.session.Conversation.State.EXPECT_REFUSED_CHUNK;

import io.posthaste.metrics.CloseReason;
import io.posthaste.reply.Reply;
import io.posthaste.reply.ReplyEncoder;
import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.BdatArguments;
import io.posthaste.wire.Verb;
import java.nio.ByteBuffer;

/**
 * The dialogue of a session: which command may come when, what it does, how a transaction ends (RFC 5321 section 4.1.4).
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
 *   any other ── BDAT out of order ──▶ EXPECT_REFUSED_CHUNK ── octets ──▶ the state it was in
 * </pre>
 *
 * <p>Whole command lines and content come in; replies are appended to the buffer given, {@link #intent()} says what the
 * connection has to do next.
 */
final class Conversation {
    /** Named by what is expected next. */
    enum State {
        EXPECT_HELLO,
        EXPECT_MAIL,
        EXPECT_RCPT,
        EXPECT_RCPT_OR_DATA,
        EXPECT_CONTENT,
        /** Octets of a chunk of the message. */
        EXPECT_CHUNK,
        /** The next BDAT of the message. */
        EXPECT_BDAT,
        /** Octets of a chunk that was refused at its command. */
        EXPECT_REFUSED_CHUNK,
        EXPECT_HAND_OFF,
        EXPECT_RECEIPT
    }

    private static final int CODE_GREETING = 220;
    private static final int CODE_OK = 250;

    private final SessionContext context;
    private final Transaction transaction;
    private final Greeting greeting = new Greeting();
    private final Inquiries inquiries;
    private final RefusedChunk refusedChunk = new RefusedChunk();

    private State state = EXPECT_HELLO;
    private Intent intent = Intent.READ;
    private CloseReason closeReason;
    private Peer peer;
    private Object owner;
    private boolean draining;
    private boolean lastChunk;

    Conversation(final SessionContext context) {
        this.context = context;
        transaction = new Transaction(context);
        inquiries = new Inquiries(context);
    }

    /** Begins with the greeting (section 3.1). */
    void open(final Peer client, final Object receiptOwner, final ByteBuffer out) {
        peer = client;
        owner = receiptOwner;
        state = EXPECT_HELLO;
        intent = Intent.READ;
        closeReason = null;
        greeting.clear();
        draining = false;
        ReplyEncoder.putServiceReady(out, context.profile.hostname());
        context.metrics.replied(CODE_GREETING);
    }

    /** See {@link Session#close}. */
    void close() {
        if (state == EXPECT_RECEIPT) {
            transaction.disown();
        } else {
            transaction.abort();
        }
        state = EXPECT_HELLO;
        peer = null;
        owner = null;
    }

    Intent intent() {
        return intent;
    }

    /** More input is about to be consumed. */
    void goOn() {
        intent = Intent.READ;
    }

    /** Replies must go out before another command is taken. */
    void pauseForReplies() {
        intent = Intent.FLUSH;
    }

    CloseReason closeReason() {
        return closeReason;
    }

    Transaction transaction() {
        return transaction;
    }

    Peer peer() {
        return peer;
    }

    // ---- content

    /** Whether what comes is content of a message. */
    boolean isReceivingMessage() {
        return state == EXPECT_CONTENT || state == EXPECT_CHUNK;
    }

    /** Whether what comes is content, wanted or not, and no command line. */
    boolean isReceiving() {
        return isReceivingMessage() || state == EXPECT_REFUSED_CHUNK;
    }

    /** Takes content from [from, to) as far as it goes; returns the position behind it. */
    int receive(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        final int position;
        switch (state) {
            case EXPECT_CONTENT -> {
                position = transaction.receive(in, from, to, nowNs);
                if (transaction.isContentComplete()) {
                    contentComplete();
                }
            }
            case EXPECT_CHUNK -> {
                position = transaction.receiveChunk(in, from, to);
                if (transaction.isChunkComplete()) {
                    chunkComplete(nowNs);
                }
            }
            default -> {
                position = refusedChunk.skip(from, to);
                if (refusedChunk.isComplete()) {
                    refusedChunkComplete(out);
                }
            }
        }
        return position;
    }

    private void contentComplete() {
        state = EXPECT_HAND_OFF;
        intent = Intent.END_OF_DATA;
    }

    /**
     * A message that was refused ends with the chunk that brought the reason: chunks behind it find no transaction. Behind
     * any chunk there may be a command that gives the envelope's blocks back, so the caller has to leave them first.
     */
    private void chunkComplete(final long nowNs) {
        if (lastChunk || transaction.refusal() != null) {
            transaction.finishChunks(lastChunk, nowNs);
            contentComplete();
        } else {
            state = EXPECT_BDAT;
            intent = Intent.END_OF_DATA;
        }
    }

    private void refusedChunkComplete(final ByteBuffer out) {
        state = refusedChunk.stateBehind();
        reply(refusedChunk.reason(), out);
    }

    // ---- the end of content

    /** See {@link Session#endOfData}. */
    void endOfData(final ByteBuffer out, final long nowNs) {
        if (state == EXPECT_BDAT) {
            reply(Reply.CHUNK_OK, out);
            intent = Intent.READ;
            return;
        }
        final Reply refusal = transaction.refusal();
        if (refusal != null) {
            refuse(refusal, out, nowNs);
            return;
        }
        switch (transaction.offer(owner)) {
            case COMPLETED -> settle(out, nowNs);
            case QUEUED -> {
                state = EXPECT_RECEIPT;
                intent = Intent.AWAIT_RECEIPT;
            }
            case FULL -> intent = Intent.END_OF_DATA;
            default -> throw new IllegalStateException();
        }
    }

    /** See {@link Session#giveUpHandOff}. */
    void giveUpHandOff(final ByteBuffer out, final long nowNs) {
        refuse(Reply.QUEUE_FULL, out, nowNs);
    }

    /** See {@link Session#onReceipt}. */
    void onReceipt(final ByteBuffer out, final long nowNs) {
        if (state != EXPECT_RECEIPT) {
            throw new IllegalStateException("receipt in state " + state);
        }
        settle(out, nowNs);
    }

    /** See {@link Session#onTimeout}. */
    void onTimeout(final ByteBuffer out) {
        reply(Reply.IDLE_TIMEOUT, out);
        closeWith(isReceiving() ? CloseReason.DATA_TIMEOUT : CloseReason.COMMAND_TIMEOUT);
    }

    /** See {@link Session#drain}. */
    void drain(final ByteBuffer out) {
        draining = true;
        if (!transaction.isOpen()) {
            reply(Reply.SHUTTING_DOWN, out);
            closeWith(CloseReason.SHUTDOWN);
        }
    }

    // ---- commands

    /** A chunk may follow a line that is not even read, if it begins like BDAT: its octets must not be run as commands. */
    void refuseLine(final Reply reason, final boolean isBdat, final ByteBuffer out) {
        reply(reason, out);
        if (isBdat) {
            loseStep(out);
        }
    }

    /** Takes a command line without its CRLF. */
    void command(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        final Verb verb = Verb.of(in, from, to);
        final int arguments = from + verb.length();
        switch (verb) {
            case MAIL -> mail(in, arguments, to, out);
            case RCPT -> rcpt(in, arguments, to, out);
            case DATA -> data(in, arguments, to, out);
            case EHLO -> hello(in, arguments, to, true, out);
            case HELO -> hello(in, arguments, to, false, out);
            case RSET -> rset(in, arguments, to, out);
            case NOOP -> reply(Reply.NOOP_OK, out);
            case QUIT -> quit(in, arguments, to, out);
            case VRFY -> inquiries.vrfy(in, arguments, to, greeting.isExtended(), out);
            case EXPN -> inquiries.expn(in, arguments, to, greeting.isExtended(), out);
            case HELP -> inquiries.help(in, arguments, to, peer, out);
            case BDAT -> bdat(in, arguments, to, out, nowNs);
            case STARTTLS, AUTH -> reply(Reply.COMMAND_NOT_IMPLEMENTED, out);
            case UNKNOWN -> reply(Reply.UNRECOGNISED_COMMAND, out);
            default -> throw new IllegalStateException();
        }
    }

    private void hello(
            final ByteBuffer in, final int from, final int to, final boolean isExtended, final ByteBuffer out) {
        final ArgumentError error = context.helloArgument.parse(in, from, to);
        if (error != ArgumentError.NONE) {
            reply(error == ArgumentError.MISSING_ARGUMENT ? Reply.MISSING_HELLO_NAME : Reply.MALFORMED_HELLO_NAME, out);
            return;
        }
        abortTransaction();
        greeting.set(in, context.helloArgument.start(), context.helloArgument.end(), isExtended);
        state = EXPECT_MAIL;
        if (isExtended) {
            out.put(context.profile.ehloReply());
        } else {
            ReplyEncoder.putHelloOk(out, context.profile.hostname());
        }
        context.metrics.replied(CODE_OK);
        closeWhenDraining(out);
    }

    private void mail(final ByteBuffer in, final int from, final int to, final ByteBuffer out) {
        if (state != EXPECT_MAIL) {
            reply(state == EXPECT_HELLO ? Reply.HELLO_FIRST : Reply.NESTED_MAIL, out);
            return;
        }
        final Reply reply = transaction.begin(in, from, to, peer, greeting);
        if (reply == Reply.SENDER_OK) {
            state = EXPECT_RCPT;
        }
        reply(reply, out);
    }

    private void rcpt(final ByteBuffer in, final int from, final int to, final ByteBuffer out) {
        if (!transaction.isOpen()) {
            reply(state == EXPECT_HELLO ? Reply.HELLO_FIRST : Reply.MAIL_FIRST, out);
            return;
        }
        if (state == EXPECT_BDAT) {
            reply(Reply.CHUNKS_UNDER_WAY, out);
            return;
        }
        final Reply reply = transaction.addRecipient(in, from, to);
        if (reply == Reply.RECIPIENT_OK) {
            state = EXPECT_RCPT_OR_DATA;
        }
        reply(reply, out);
    }

    private void data(final ByteBuffer in, final int from, final int to, final ByteBuffer out) {
        if (!Inquiries.isBlank(in, from, to)) {
            reply(Reply.UNEXPECTED_ARGUMENT, out);
            return;
        }
        switch (state) {
            case EXPECT_RCPT_OR_DATA -> {
                if (transaction.isBinary()) {
                    reply(Reply.BINARY_NEEDS_BDAT, out);
                    return;
                }
                state = EXPECT_CONTENT;
                transaction.beginContent();
                reply(Reply.START_DATA, out);
            }
            case EXPECT_RCPT ->
                reply(transaction.wasRecipientRefused() ? Reply.NO_VALID_RECIPIENTS : Reply.RCPT_FIRST, out);
            case EXPECT_BDAT -> reply(Reply.CHUNKS_UNDER_WAY, out);
            case EXPECT_MAIL -> reply(Reply.MAIL_BEFORE_DATA, out);
            default -> reply(Reply.HELLO_FIRST, out);
        }
    }

    /**
     * BDAT (RFC 3030). The octets of a chunk follow its command whether it is welcome or not, so they are always consumed;
     * only when their number is unreadable, or beyond counting, is there nothing left but to close. A chunk that fails takes its message with
     * it: with one chunk missing, those pipelined behind must not make a message.
     */
    private void bdat(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        final BdatArguments arguments = context.bdatArguments;
        final ArgumentError error = arguments.parse(in, from, to);
        if (arguments.size() == BdatArguments.NO_SIZE || arguments.size() == Long.MAX_VALUE) {
            reply(error == ArgumentError.MISSING_ARGUMENT ? Reply.MISSING_ARGUMENT : Reply.MALFORMED_CHUNK_SIZE, out);
            loseStep(out);
            return;
        }
        final Reply malformed = error == ArgumentError.NONE ? null : Reply.MALFORMED_CHUNK_SIZE;
        if (state == EXPECT_RCPT_OR_DATA || state == EXPECT_BDAT) {
            chunk(arguments, malformed, nowNs);
        } else {
            refusedChunk.begin(arguments.size(), malformed == null ? chunkOutOfOrder() : malformed, state);
            state = EXPECT_REFUSED_CHUNK;
            if (refusedChunk.isComplete()) {
                refusedChunkComplete(out);
            }
        }
    }

    /** A chunk of a message begins. */
    private void chunk(final BdatArguments arguments, final Reply malformed, final long nowNs) {
        if (state == EXPECT_RCPT_OR_DATA) {
            transaction.beginContent();
        }
        state = EXPECT_CHUNK;
        lastChunk = arguments.isLast();
        transaction.beginChunk(arguments.size(), malformed);
        if (transaction.isChunkComplete()) {
            chunkComplete(nowNs);
        }
    }

    private Reply chunkOutOfOrder() {
        return switch (state) {
            case EXPECT_RCPT -> transaction.wasRecipientRefused() ? Reply.NO_VALID_RECIPIENTS : Reply.RCPT_FIRST;
            case EXPECT_MAIL -> Reply.MAIL_BEFORE_DATA;
            default -> Reply.HELLO_FIRST;
        };
    }

    private void loseStep(final ByteBuffer out) {
        reply(Reply.LOST_STEP, out);
        closeWith(CloseReason.LOST_STEP);
    }

    private void rset(final ByteBuffer in, final int from, final int to, final ByteBuffer out) {
        if (!Inquiries.isBlank(in, from, to)) {
            reply(Reply.UNEXPECTED_ARGUMENT, out);
            return;
        }
        abortTransaction();
        reply(Reply.RESET_OK, out);
        closeWhenDraining(out);
    }

    private void quit(final ByteBuffer in, final int from, final int to, final ByteBuffer out) {
        if (!Inquiries.isBlank(in, from, to)) {
            reply(Reply.UNEXPECTED_ARGUMENT, out);
            return;
        }
        abortTransaction();
        reply(Reply.CLOSING, out);
        closeWith(CloseReason.QUIT);
    }

    // ---- ends of transactions

    private void settle(final ByteBuffer out, final long nowNs) {
        final Reply refusal = transaction.settle(nowNs);
        if (refusal == null) {
            ReplyEncoder.putAccepted(out, context.idOctets, 0, context.idOctets.length);
            context.metrics.replied(CODE_OK);
        } else {
            reply(refusal, out);
        }
        transactionEnded(out);
    }

    private void refuse(final Reply refusal, final ByteBuffer out, final long nowNs) {
        transaction.refuse(refusal, nowNs);
        reply(refusal, out);
        transactionEnded(out);
    }

    private void transactionEnded(final ByteBuffer out) {
        state = EXPECT_MAIL;
        intent = Intent.READ;
        closeWhenDraining(out);
    }

    private void abortTransaction() {
        if (transaction.isOpen()) {
            transaction.abort();
            state = EXPECT_MAIL;
        }
    }

    private void closeWhenDraining(final ByteBuffer out) {
        if (draining) {
            reply(Reply.SHUTTING_DOWN, out);
            closeWith(CloseReason.SHUTDOWN);
        }
    }

    private void closeWith(final CloseReason reason) {
        closeReason = reason;
        intent = Intent.CLOSE;
    }

    // ---- replies

    private void reply(final Reply reply, final ByteBuffer out) {
        context.reply(reply, out);
    }
}
