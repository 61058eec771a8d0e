package io.posthaste.session;

import static io.posthaste.session.Session.State.EXPECT_BDAT;
import static io.posthaste.session.Session.State.EXPECT_CHUNK;
import static io.posthaste.session.Session.State.EXPECT_CONTENT;
import static io.posthaste.session.Session.State.EXPECT_HAND_OFF;
import static io.posthaste.session.Session.State.EXPECT_HELLO;
import static io.posthaste.session.Session.State.EXPECT_MAIL;
import static io.posthaste.session.Session.State.EXPECT_RCPT;
import static io.posthaste.session.Session.State.EXPECT_RCPT_OR_DATA;
import static io.posthaste.session.Session.State.EXPECT_RECEIPT;
import static io.posthaste.session.Session.State.EXPECT_REFUSED_CHUNK;

import io.posthaste.envelope.Envelope;
import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.Limits;
import io.posthaste.reply.HelpTopics;
import io.posthaste.reply.Reply;
import io.posthaste.reply.ReplyEncoder;
import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.BdatArguments;
import io.posthaste.wire.ControlOctets;
import io.posthaste.wire.LineScanner;
import io.posthaste.wire.Verb;
import java.nio.ByteBuffer;

/**
 * One SMTP session (RFC 5321): a state machine from octets to replies.
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
 * <p>Pooled: {@link #open} begins, {@link #close} ends. Replies are appended to the buffer given; what the connection has to
 * do next is {@link #intent()}. Called on the reactor thread only; allocates nothing between EHLO and QUIT but for HELP
 * STATUS.
 */
public final class Session {
    /** Octets of room that the reply buffer must have for any one reply. */
    public static final int LONGEST_REPLY = 4096;

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

    private static final int INCOMPLETE = -1;
    private static final byte CR = '\r';
    private static final int CODE_OK = 250;

    private final SessionContext context;
    private final Limits limits;
    private final Transaction transaction;
    private final Greeting greeting = new Greeting();
    private final RefusedChunk refusedChunk = new RefusedChunk();

    private State state = EXPECT_HELLO;
    private Intent intent = Intent.READ;
    private CloseReason closeReason;
    private Peer peer;
    private Object owner;
    private boolean skippingLine;
    private boolean skippingBdat;
    private boolean progressed;
    private boolean draining;
    private boolean lastChunk;

    public Session(final SessionContext context) {
        this.context = context;
        this.limits = context.profile.limits();
        this.transaction = new Transaction(context);
    }

    // ---- life
    // --------------------------------------------------------------------------------------------------------

    /**
     * Begins a session with its greeting (section 3.1).
     *
     * @param receiptOwner who is told of receipts: what {@link Envelope#owner()} of this session's envelopes will be
     */
    public void open(final Peer client, final Object receiptOwner, final ByteBuffer out) {
        peer = client;
        owner = receiptOwner;
        state = EXPECT_HELLO;
        intent = Intent.READ;
        closeReason = null;
        greeting.clear();
        skippingLine = false;
        skippingBdat = false;
        progressed = false;
        draining = false;
        ReplyEncoder.putServiceReady(out, context.profile.hostname());
        context.metrics.replied(220);
    }

    /**
     * The connection is gone. An envelope that is with the delivery stays the delivery's; its receipt will find no owner.
     * Idempotent.
     */
    public void close() {
        if (state == EXPECT_RECEIPT) {
            transaction.disown();
        } else {
            transaction.abort();
        }
        state = EXPECT_HELLO;
        peer = null;
        owner = null;
    }

    // ---- input
    // -------------------------------------------------------------------------------------------------------

    /**
     * Takes octets [from, to): commands, or content.
     *
     * @param in absolute access only; may be the buffer of {@link #tailForRead()}
     * @param out where replies go; at least {@link #LONGEST_REPLY} octets of room for progress
     * @return the position behind what was consumed; see {@link #intent()} for what to do with the rest
     */
    public int consume(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        int position = from;
        intent = Intent.READ;
        while (position < to) {
            if (isReceiving()) {
                position = receive(in, position, to, out, nowNs);
                if (intent != Intent.READ) {
                    return position;
                }
            } else if (out.remaining() < LONGEST_REPLY) {
                intent = Intent.FLUSH;
                return position;
            } else {
                final int next = consumeLine(in, position, to, out, nowNs);
                if (next == INCOMPLETE) {
                    return position;
                }
                position = next;
                if (intent != Intent.READ) {
                    return position;
                }
            }
        }
        return position;
    }

    /**
     * The content, or a chunk of it, is complete and the caller holds nothing in the envelope's blocks any more: refuses it,
     * hands it off, or asks for the next chunk. When there is no room the intent stays {@link Intent#END_OF_DATA} and the
     * caller comes again, or gives up with {@link #giveUpHandOff}.
     */
    public void endOfData(final ByteBuffer out, final long nowNs) {
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

    /** The hand-off queue stayed full for too long: answers 451. */
    public void giveUpHandOff(final ByteBuffer out, final long nowNs) {
        refuse(Reply.QUEUE_FULL, out, nowNs);
    }

    /** The receipt for this session's envelope is back: answers, and is ready for the next transaction. */
    public void onReceipt(final ByteBuffer out, final long nowNs) {
        if (state != EXPECT_RECEIPT) {
            throw new IllegalStateException("receipt in state " + state);
        }
        settle(out, nowNs);
    }

    /** Too long without progress: answers 421; the intent is then to close. */
    public void onTimeout(final ByteBuffer out) {
        reply(Reply.IDLE_TIMEOUT, out);
        closeWith(isReceiving() ? CloseReason.DATA_TIMEOUT : CloseReason.COMMAND_TIMEOUT);
    }

    /** No memory came free in time: the content under way is given up, its rest swallowed, and it is answered 452. */
    public void onMemoryTimeout() {
        transaction.giveUpContent();
    }

    /** The server is stopping: answers 421 at once when no transaction is under way, otherwise behind its end. */
    public void drain(final ByteBuffer out) {
        draining = true;
        if (!transaction.isOpen()) {
            reply(Reply.SHUTTING_DOWN, out);
            closeWith(CloseReason.SHUTDOWN);
        }
    }

    // ---- what the connection asks
    // ------------------------------------------------------------------------------------

    /** What the connection has to do next. */
    public Intent intent() {
        return intent;
    }

    /** Why to close; with {@link Intent#CLOSE}. */
    public CloseReason closeReason() {
        return closeReason;
    }

    /** Whether a mail transaction is open. */
    public boolean isInTransaction() {
        return transaction.isOpen();
    }

    /** Whether a whole command or any content was taken since the last call: what a timeout waits for. */
    public boolean takeProgress() {
        final boolean result = progressed;
        progressed = false;
        return result;
    }

    /** The time limit that applies to what is expected next, in nanoseconds. */
    public long timeoutNs() {
        return isReceiving() ? limits.dataTimeoutNs() : limits.commandTimeoutNs();
    }

    /** A block of the envelope to read content into behind its length, or null when any other buffer is better. */
    public Block tailForRead() {
        return isReceivingMessage() ? transaction.tailForRead() : null;
    }

    /** Whether reading on will take memory. */
    public boolean needsMemory() {
        return isReceivingMessage() && transaction.needsMemory();
    }

    public Peer peer() {
        return peer;
    }

    // ---- content

    private boolean isReceivingMessage() {
        return state == EXPECT_CONTENT || state == EXPECT_CHUNK;
    }

    private boolean isReceiving() {
        return isReceivingMessage() || state == EXPECT_REFUSED_CHUNK;
    }

    /** Takes content from [from, to) as far as it goes; returns the position behind it. */
    private int receive(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        progressed = true;
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
            transaction.finishChunks(nowNs);
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

    // ---- lines
    // -------------------------------------------------------------------------------------------------------

    /** Takes one command line; INCOMPLETE when its end is not there yet. An over-long line is skipped to its end. */
    private int consumeLine(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        final int lf = LineScanner.indexOfLf(in, from, to);
        if (lf < 0) {
            if (!skippingLine && to - from < limits.commandLineOctets()) {
                return INCOMPLETE;
            }
            skippingBdat = skippingLine ? skippingBdat : Verb.of(in, from, to) == Verb.BDAT;
            skippingLine = true;
            return to;
        }
        progressed = true;
        if (skippingLine || lf + 1 - from > limits.commandLineOctets()) {
            final boolean isBdat = skippingLine ? skippingBdat : Verb.of(in, from, lf) == Verb.BDAT;
            skippingLine = false;
            context.metrics.increment(Counter.LIMIT_COMMAND_LINE);
            refuseLine(Reply.LINE_TOO_LONG, isBdat, out);
        } else if (lf == from || in.get(lf - 1) != CR) {
            refuseLine(Reply.BARE_LF_IN_COMMAND, Verb.of(in, from, lf) == Verb.BDAT, out);
        } else if (ControlOctets.isAnyIn(in, from, lf - 1)) {
            refuseLine(Reply.FORBIDDEN_OCTET_IN_COMMAND, Verb.of(in, from, lf - 1) == Verb.BDAT, out);
        } else {
            command(in, from, lf - 1, out, nowNs);
        }
        return lf + 1;
    }

    /** A chunk may follow a line that is not even read, if it begins like BDAT: its octets must not be run as commands. */
    private void refuseLine(final Reply reason, final boolean isBdat, final ByteBuffer out) {
        reply(reason, out);
        if (isBdat) {
            loseStep(out);
        }
    }

    private void command(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
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
            case VRFY -> vrfy(in, arguments, to, Reply.CANNOT_VERIFY, out);
            case EXPN -> vrfy(in, arguments, to, Reply.CANNOT_EXPAND, out);
            case HELP -> help(in, arguments, to, out);
            case BDAT -> bdat(in, arguments, to, out, nowNs);
            case STARTTLS, AUTH -> reply(Reply.COMMAND_NOT_IMPLEMENTED, out);
            case UNKNOWN -> reply(Reply.UNRECOGNISED_COMMAND, out);
            default -> throw new IllegalStateException();
        }
    }

    // ---- commands
    // ----------------------------------------------------------------------------------------------------

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
        if (!isBlank(in, from, to)) {
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
     * only when their number is unreadable is there nothing left but to close. A chunk that fails takes its message with
     * it: with one chunk missing, those pipelined behind must not make a message.
     */
    private void bdat(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        final BdatArguments arguments = context.bdatArguments;
        final ArgumentError error = arguments.parse(in, from, to);
        if (arguments.size() == BdatArguments.NO_SIZE) {
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

    private void vrfy(final ByteBuffer in, final int from, final int to, final Reply answer, final ByteBuffer out) {
        final ArgumentError error =
                context.vrfyArgument.parse(in, from, to, context.profile.parameterOptions(greeting.isExtended()));
        reply(error == ArgumentError.NONE ? answer : ArgumentReplies.recipient(error), out);
    }

    private void rset(final ByteBuffer in, final int from, final int to, final ByteBuffer out) {
        if (!isBlank(in, from, to)) {
            reply(Reply.UNEXPECTED_ARGUMENT, out);
            return;
        }
        abortTransaction();
        reply(Reply.RESET_OK, out);
        closeWhenDraining(out);
    }

    private void quit(final ByteBuffer in, final int from, final int to, final ByteBuffer out) {
        if (!isBlank(in, from, to)) {
            reply(Reply.UNEXPECTED_ARGUMENT, out);
            return;
        }
        abortTransaction();
        reply(Reply.CLOSING, out);
        closeWith(CloseReason.QUIT);
    }

    private void help(final ByteBuffer in, final int from, final int to, final ByteBuffer out) {
        if (HelpTopics.isStatus(in, from, to)) {
            final boolean trusted = context.profile.isTrusted(peer.address());
            out.put(ReplyEncoder.status(context.profile.status().status(trusted)));
            context.metrics.replied(211);
            return;
        }
        final byte[] topic = HelpTopics.find(in, from, to);
        if (topic == null) {
            reply(Reply.NO_SUCH_HELP_TOPIC, out);
        } else {
            out.put(topic);
            context.metrics.replied(214);
        }
    }

    // ---- ends of transactions
    // ----------------------------------------------------------------------------------------

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
    // -----------------------------------------------------------------------------------------------------

    private void reply(final Reply reply, final ByteBuffer out) {
        reply.putTo(out);
        context.metrics.replied(reply.code());
    }

    /** Whether [from, to) is white space only, which RFC 5321 section 4.1.1 asks servers to tolerate. */
    private static boolean isBlank(final ByteBuffer in, final int from, final int to) {
        for (int i = from; i < to; i++) {
            final byte octet = in.get(i);
            if (octet != ' ' && octet != '\t') {
                return false;
            }
        }
        return true;
    }
}
