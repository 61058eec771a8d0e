package io.posthaste.session;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.TlsParameters;
import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.policy.Limits;
import io.posthaste.reply.Reply;
import io.posthaste.wire.ControlOctets;
import io.posthaste.wire.LineScanner;
import io.posthaste.wire.Verb;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * One SMTP session (RFC 5321): octets in, replies and an intent out.
 *
 * <p>Cuts the input into command lines and content and passes them to its {@link Conversation}, which knows the protocol's
 * states. Pooled: {@link #open} begins, {@link #close} ends. Replies are appended to the buffer given; what the connection
 * has to do next is {@link #intent()}. Called on the reactor thread only; allocates nothing between EHLO and QUIT but for
 * what HELP tells from live figures.
 */
public final class Session {
    /** Octets of room that the reply buffer must have: for any one reply and a 421 behind it. */
    public static final int LONGEST_REPLY = 4096 + Reply.MAX_LINE_LENGTH;

    /** How long a client that is refused in place of the greeting may take to say QUIT. */
    public static final long REFUSED_CLIENT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    private static final int INCOMPLETE = -1;
    private static final byte CR = '\r';

    private final SessionContext context;
    private final Limits limits;
    private final Conversation conversation;
    private boolean skippingLine;
    private boolean skippingBdat;
    private boolean progressed;

    public Session(final SessionContext context) {
        this.context = context;
        limits = context.profile.limits();
        conversation = new Conversation(context);
    }

    // ---- life

    /**
     * Begins a session. {@link #admit} comes next, then {@link #greet}, after {@link #greetingDelayNs}.
     *
     * @param receiptOwner who is told of receipts: what {@link Envelope#owner()} of this session's envelopes will be
     */
    public void open(final Peer client, final Object receiptOwner, final long nowNs) {
        skippingLine = false;
        skippingBdat = false;
        progressed = false;
        conversation.open(client, receiptOwner, nowNs);
    }

    /**
     * The client's address is known and it has not been greeted: holds it against the limits of its address, and answers 421
     * if it is too many. Then, too, {@link #leave} has to follow.
     *
     * @param canBeTold whether an answer would reach the client; else the intent is to close without one
     */
    public void admit(final boolean canBeTold, final ByteBuffer out, final long nowNs) {
        Admission.admit(conversation, canBeTold, out, nowNs);
    }

    /**
     * The connection is closed, behind {@link #close}: it counts no more, and is told of if it ended badly. Once.
     *
     * @param handshakeFailure why a handshake of TLS was not completed; null when it ended otherwise
     */
    public void leave(final CloseReason reason, final HandshakeFailure handshakeFailure) {
        conversation.leave(reason, handshakeFailure);
    }

    /** How long the client is to wait for its greeting, in nanoseconds. */
    public long greetingDelayNs() {
        return context.profile.conduct().greetingDelayNs();
    }

    /** The client sent octets before its greeting: counts it, and answers 421 if that is not to be suffered. */
    public void onEarlyTalk(final ByteBuffer out) {
        Admission.onEarlyTalk(conversation, out);
    }

    /** Whether the client's network is refused, and counts it: to be asked before TLS begins where that comes first. */
    public boolean isBlocked() {
        return Admission.isBlocked(conversation);
    }

    /**
     * Greets the client (section 3.1), or asks the policies first ({@link Intent#AWAIT_VERDICT}), or refuses it: then it may
     * only say QUIT, or the intent is to close.
     */
    public void greet(final ByteBuffer out, final long nowNs) {
        Admission.greet(conversation, out, nowNs);
    }

    /**
     * The connection is gone. An envelope that is with the delivery stays the delivery's; its receipt will find no owner.
     * Idempotent.
     */
    public void close() {
        conversation.close();
    }

    // ---- input

    /**
     * Takes octets [from, to): commands, or content.
     *
     * @param in absolute access only; may be the buffer of {@link #tailForRead()}
     * @param out where replies go; at least {@link #LONGEST_REPLY} octets of room for progress
     * @return the position behind what was consumed; see {@link #intent()} for what to do with the rest
     */
    public int consume(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        int position = from;
        conversation.goOn();
        while (position < to) {
            if (conversation.isReceiving()) {
                progressed = true;
                position = conversation.receive(in, position, to, out, nowNs);
                if (conversation.intent() != Intent.READ) {
                    return position;
                }
            } else if (out.remaining() < LONGEST_REPLY) {
                conversation.pauseForReplies();
                return position;
            } else {
                final int next = consumeLine(in, position, to, out, nowNs);
                if (next == INCOMPLETE || conversation.isPostponed()) {
                    return position;
                }
                position = next;
                if (conversation.intent() != Intent.READ) {
                    if (conversation.intent() == Intent.START_TLS) {
                        conversation.answerStartTls(position < to, out);
                    }
                    return position;
                }
            }
        }
        return position;
    }

    /** Takes one command line; INCOMPLETE when its end is not there yet. An over-long line is skipped to its end. */
    private int consumeLine(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        final int lf = LineScanner.indexOfLf(in, from, to);
        if (lf < 0) {
            if (!skippingLine && to - from < limits.commandLineOctets()) {
                return INCOMPLETE;
            }
            skippingBdat = skippingLine ? skippingBdat : Verb.of(in, from, to) == Verb.BDAT;
            skippingLine = true;
            wipeIfConfidential(in, from, to);
            return to;
        }
        progressed = true;
        if (skippingLine || lf + 1 - from > limits.commandLineOctets()) {
            final boolean isBdat = skippingLine ? skippingBdat : Verb.of(in, from, lf) == Verb.BDAT;
            skippingLine = false;
            context.metrics.increment(Counter.LIMIT_COMMAND_LINE);
            refuseLine(Reply.LINE_TOO_LONG, isBdat, in, from, lf, out, nowNs);
        } else if (lf == from || in.get(lf - 1) != CR) {
            refuseLine(Reply.BARE_LF_IN_COMMAND, Verb.of(in, from, lf) == Verb.BDAT, in, from, lf, out, nowNs);
        } else if (ControlOctets.isAnyIn(in, from, lf - 1)) {
            final boolean isBdat = Verb.of(in, from, lf - 1) == Verb.BDAT;
            refuseLine(Reply.FORBIDDEN_OCTET_IN_COMMAND, isBdat, in, from, lf, out, nowNs);
        } else {
            conversation.command(in, from, lf - 1, out, nowNs);
        }
        return lf + 1;
    }

    private void refuseLine(
            final Reply reason,
            final boolean isBdat,
            final ByteBuffer in,
            final int from,
            final int to,
            final ByteBuffer out,
            final long nowNs) {
        wipeIfConfidential(in, from, to);
        conversation.refuseLine(reason, isBdat, out, nowNs);
    }

    private void wipeIfConfidential(final ByteBuffer in, final int from, final int to) {
        if (conversation.isConfidential()) {
            Conversation.wipe(in, from, to);
        }
    }

    // ---- events

    /**
     * TLS is on, after {@link Intent#START_TLS} or before {@link #greet}: the session begins anew (RFC 3207 section 4.2).
     *
     * @param tls what was agreed on
     */
    public void onSecured(final TlsParameters tls) {
        conversation.onSecured(tls);
    }

    /**
     * The content, or a chunk of it, is complete, or much of it is here, and the caller holds nothing in the envelope's blocks
     * any more: refuses it, hands it off, or asks for more. When there is no room the intent stays {@link Intent#END_OF_DATA} and the
     * caller comes again, or gives up with {@link #giveUpHandOff}.
     */
    public void endOfData(final ByteBuffer out, final long nowNs) {
        Settlement.endOfData(conversation, out, nowNs);
    }

    /** The hand-off queue stayed full for too long: answers 451. */
    public void giveUpHandOff(final ByteBuffer out, final long nowNs) {
        Settlement.giveUpHandOff(conversation, out, nowNs);
    }

    /** The receipt for this session's envelope is back: answers, and is ready for the next transaction, or for more content. */
    public void onReceipt(final ByteBuffer out, final long nowNs) {
        Settlement.onReceipt(conversation, out, nowNs);
    }

    /** The answer that was awaited is there: whatever of input is kept is to be consumed again. */
    public void onVerdict(final ByteBuffer out, final long nowNs) {
        conversation.onVerdict(out, nowNs);
    }

    /** The answer awaited did not come in time: as {@link #onVerdict}, with 451 for an answer. */
    public void onVerdictTimeout(final ByteBuffer out, final long nowNs) {
        conversation.onVerdictTimeout(out, nowNs);
    }

    /** Too long without progress: answers 421; the intent is then to close. */
    public void onTimeout(final ByteBuffer out) {
        conversation.onTimeout(out);
    }

    /** No memory came free in time: the content under way is given up, its rest swallowed, and it is answered 452. */
    public void onMemoryTimeout() {
        conversation.transaction.giveUpContent();
    }

    /** The server is stopping: answers 421 at once when no transaction is under way, otherwise behind its end. */
    public void drain(final ByteBuffer out) {
        conversation.drain(out);
    }

    // ---- what the connection asks

    /** What the connection has to do next. */
    public Intent intent() {
        return conversation.intent();
    }

    /** Why to close; with {@link Intent#CLOSE}. */
    public CloseReason closeReason() {
        return conversation.closeReason();
    }

    /** Whether a mail transaction is open. */
    public boolean isInTransaction() {
        return conversation.transaction.isOpen();
    }

    /** Whether a whole command or any content was taken since the last call: what a timeout waits for. */
    public boolean takeProgress() {
        final boolean result = progressed;
        progressed = false;
        return result;
    }

    /** Whether the client may send credentials: copies of its input are to be overwritten once they are done with. */
    public boolean isConfidential() {
        return conversation.isConfidential();
    }

    /** The time limit that applies to what is expected next, in nanoseconds. */
    public long timeoutNs() {
        if (conversation.intent() == Intent.AWAIT_VERDICT) {
            return context.profile.access().policyTimeoutNs();
        }
        if (conversation.isRefused()) {
            return Math.min(REFUSED_CLIENT_TIMEOUT_NS, limits.commandTimeoutNs());
        }
        return conversation.isReceiving() ? limits.dataTimeoutNs() : limits.commandTimeoutNs();
    }

    /** A block of the envelope to read content into behind its length, or null when any other buffer is better. */
    public Block tailForRead() {
        return conversation.isReceivingMessage() ? conversation.transaction.tailForRead() : null;
    }

    /** Whether reading on will take memory. */
    public boolean needsMemory() {
        return conversation.isReceivingMessage() && conversation.transaction.needsMemory();
    }

    /**
     * There is too little memory to read on: hands off what is kept of the content, where the delivery takes parts. Only while
     * {@link #needsMemory}.
     *
     * @return false when nothing is kept or nothing can be handed off before the end: the memory must be waited for
     */
    public boolean giveMemory(final ByteBuffer out, final long nowNs) {
        return Settlement.giveMemory(conversation, out, nowNs);
    }

    public Peer peer() {
        return conversation.peer();
    }
}
