package io.posthaste.session;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.HandOff;
import io.posthaste.envelope.Portion;
import io.posthaste.envelope.User;
import io.posthaste.memory.Block;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.Latency;
import io.posthaste.reply.Reply;
import io.posthaste.wire.MailArguments;
import io.posthaste.wire.PathParser;
import io.posthaste.wire.RcptArguments;
import java.nio.ByteBuffer;

/**
 * The mail transaction of a session (RFC 5321 section 3.3): fills an envelope from MAIL, RCPT and content, hands it off,
 * and settles it. Says which reply each step deserves; the order of steps is the session's business, and what MAIL and RCPT
 * may say that of {@link EnvelopeRules}.
 */
final class Transaction {
    private final SessionContext context;
    private Envelope envelope;
    /** Borrowed from the context, from the beginning of the content to the end of the transaction; null outside. */
    private ContentReceiver content;

    private boolean recipientRefused;
    private long contentBegunNs;
    /** What is kept of the content is to be handed off, however little it is. */
    private boolean isMemoryWanted;

    Transaction(final SessionContext context) {
        this.context = context;
    }

    /** Whether MAIL was accepted and the end not reached. */
    boolean isOpen() {
        return envelope != null;
    }

    /** Whether a recipient was refused: DATA without any is then no mistake of order. */
    boolean wasRecipientRefused() {
        return recipientRefused;
    }

    // ---- MAIL and RCPT

    /**
     * MAIL, whose arguments have just been read: opens the transaction if the reply is {@link Reply#SENDER_OK}.
     *
     * @param user null when nobody has logged in
     */
    Reply begin(final ByteBuffer in, final Peer peer, final Greeting greeting, final User user) {
        final MailArguments arguments = context.mailArguments;
        final Envelope taken = context.envelopes.take();
        final boolean begun = taken.begin(
                context.ids,
                context.epochClock.time(),
                peer.literal(),
                peer.literal().length,
                greeting.name(),
                greeting.nameLength(),
                traits(greeting, arguments) | (user == null ? 0 : Envelope.AUTHENTICATED));
        final PathParser path = arguments.path();
        if (!begun
                || !taken.reversePath(
                        in, path.mailboxStart(), path.mailboxEnd(), arguments.envidStart(), arguments.envidEnd())) {
            context.envelopes.release(taken);
            context.metrics.increment(Counter.LIMIT_MEMORY);
            return Reply.INSUFFICIENT_MEMORY;
        }
        taken.via(peer.via());
        taken.user(user);
        taken.tls(greeting.tls());
        envelope = taken;
        recipientRefused = false;
        context.metrics.increment(Counter.TRANSACTIONS);
        return Reply.SENDER_OK;
    }

    private static int traits(final Greeting greeting, final MailArguments arguments) {
        int traits = greeting.isExtended() ? Envelope.EXTENDED : 0;
        traits |= greeting.isSecure() ? Envelope.SECURE : 0;
        traits |= arguments.isTlsRequired() ? Envelope.TLS_REQUIRED : 0;
        traits |= arguments.isSmtpUtf8() ? Envelope.SMTPUTF8 : 0;
        traits |= switch (arguments.bodyType()) {
            case EIGHT_BIT_MIME -> Envelope.EIGHT_BIT;
            case BINARY_MIME -> Envelope.BINARY;
            default -> 0;
        };
        traits |= switch (arguments.ret()) {
            case FULL -> Envelope.RETURN_FULL;
            case HEADERS -> Envelope.RETURN_HEADERS;
            default -> 0;
        };
        return traits;
    }

    /** The open transaction's envelope, for questions about it. */
    Envelope envelope() {
        return envelope;
    }

    /** A recipient was refused, here or by a policy. */
    void onRecipientRefused() {
        recipientRefused = true;
    }

    /** RCPT, whose arguments have just been read: adds the recipient if the reply is {@link Reply#RECIPIENT_OK}. */
    Reply addRecipient(final ByteBuffer in) {
        final RcptArguments arguments = context.rcptArguments;
        final PathParser path = arguments.path();
        if (!envelope.addRecipient(
                in,
                path.mailboxStart(),
                path.mailboxEnd(),
                arguments.notifyOn(),
                arguments.orcptStart(),
                arguments.orcptEnd())) {
            context.metrics.increment(Counter.LIMIT_MEMORY);
            recipientRefused = true;
            return Reply.INSUFFICIENT_MEMORY;
        }
        return Reply.RECIPIENT_OK;
    }

    // ---- content

    void beginContent(final long nowNs) {
        contentBegunNs = nowNs;
        isMemoryWanted = false;
        content = context.takeContentReceiver();
        content.begin(envelope, context.keepsContent);
    }

    /** Takes content from [from, to); returns the position behind what was taken. See {@link #isContentComplete()}. */
    int receive(final ByteBuffer in, final int from, final int to, final long nowNs) {
        final int position = content.receive(in, from, to);
        if (content.isComplete()) {
            completed(nowNs);
        }
        return position;
    }

    /** Octets of content so far, where they are known: at its end. */
    long contentLength() {
        return envelope.contentLength();
    }

    boolean isContentComplete() {
        return content.isComplete();
    }

    /** Whether the content may hold anything and must therefore come by BDAT (RFC 3030). */
    boolean isBinary() {
        return envelope.isBinary();
    }

    /**
     * A chunk of this many octets begins.
     *
     * @param refusal why it is not wanted, and the message with it; null when it is
     */
    void beginChunk(final long size, final Reply refusal) {
        if (refusal != null) {
            content.refuse(refusal);
        }
        content.beginChunk(size);
    }

    /** Takes octets of [from, to) that belong to the chunk; returns the position behind them. */
    int receiveChunk(final ByteBuffer in, final int from, final int to) {
        return content.receiveChunk(in, from, to);
    }

    boolean isChunkComplete() {
        return content.isChunkComplete();
    }

    /** The last chunk is complete, or one that was refused: the content is at its end. */
    void finishChunks(final boolean isLast, final long nowNs) {
        content.finishChunks(isLast);
        completed(nowNs);
    }

    private void completed(final long nowNs) {
        envelope.completedNs(nowNs);
        context.metrics.took(Latency.CONTENT, nowNs - contentBegunNs);
    }

    /** Whether more content will take memory. */
    boolean needsMemory() {
        return content.stores();
    }

    /** The envelope's block to read content into, or null. */
    Block tailForRead() {
        return content.tailForRead();
    }

    /** No memory came free: the rest of the content is swallowed and the message refused at its end. */
    void giveUpContent() {
        content.refuse(Reply.INSUFFICIENT_MEMORY);
    }

    // ---- parts of it

    /** Memory is short: makes a part due of whatever is kept; false when nothing is, or it must be kept to the end. */
    boolean giveMemory() {
        isMemoryWanted = context.takesParts() && envelope.content().length() > 0;
        return isMemoryWanted;
    }

    /** Whether so much of the content is kept that it is to be handed off before its end. */
    boolean isPartDue() {
        final long kept = envelope.content().length();
        if (isMemoryWanted) {
            return kept > 0;
        }
        return kept >= context.leastPartOctets && (kept >= context.largeOctets || context.envelopes.isMemoryScarce());
    }

    /**
     * Hands off what is kept of the content. Its receipt will name the owner.
     *
     * @param stateBehind in which the session will go on, kept for {@link #settlePart}
     */
    HandOff.Outcome offerPart(final Object owner, final State stateBehind) {
        content.stateBehindPart(stateBehind);
        final boolean isFirst = envelope.portion() == Portion.WHOLE;
        final HandOff.Outcome outcome = offer(owner, Portion.PART);
        if (outcome != HandOff.Outcome.FULL) {
            context.metrics.increment(Counter.CONTENT_PARTS);
            context.metrics.add(Counter.CONTENTS_IN_PARTS, isFirst ? 1 : 0);
        }
        return outcome;
    }

    /**
     * The delivery has taken a part; if it could not, the content is refused, and it keeps nothing of it.
     *
     * @return the state in which the session goes on
     */
    State settlePart() {
        isMemoryWanted = false;
        envelope.content().releasePart();
        if (envelope.status() != DeliveryStatus.ACCEPTED) {
            envelope.portion(Portion.WHOLE);
            content.refuse(replyTo(envelope.status()));
        }
        return content.stateBehindPart();
    }

    /** No part can be handed off: the rest of the content is swallowed and the message refused at its end. */
    void giveUpPart() {
        isMemoryWanted = false;
        content.refuse(Reply.QUEUE_FULL);
    }

    // ---- the end

    /** Why the complete content cannot be handed off; null when it can. */
    Reply refusal() {
        return content.refusal();
    }

    /** Hands the envelope off. Its receipt will name the owner. */
    HandOff.Outcome offer(final Object owner) {
        return offer(owner, envelope.portion() == Portion.WHOLE ? Portion.WHOLE : Portion.LAST_PART);
    }

    private HandOff.Outcome offer(final Object owner, final Portion portion) {
        final Portion before = envelope.portion();
        envelope.owner(owner);
        envelope.portion(portion);
        final HandOff.Outcome outcome = context.handOff.offer(envelope);
        if (outcome == HandOff.Outcome.FULL) {
            envelope.portion(before);
        }
        return outcome;
    }

    /**
     * Settles what the delivery answered.
     *
     * @return the reply that the client deserves; null stands for the 250 with the id, which is then in the context, as are the
     *     delivery's own words for a refusal
     */
    Reply settle(final long nowNs) {
        final Envelope settled = end();
        if (settled.status() == DeliveryStatus.ACCEPTED) {
            context.idBuffer.clear();
            settled.putId(context.idBuffer);
            context.ledger.settleAccepted(settled, nowNs);
            return null;
        }
        context.refusalOctets = settled.reply();
        final Reply reply = replyTo(settled.status());
        context.ledger.settleFailed(settled, reply, nowNs);
        return reply;
    }

    private static Reply replyTo(final DeliveryStatus failure) {
        return switch (failure) {
            case REJECTED -> Reply.DELIVERY_REJECTED;
            case INSUFFICIENT_STORAGE -> Reply.INSUFFICIENT_STORAGE;
            default -> Reply.DELIVERY_FAILED_TEMPORARILY;
        };
    }

    /** Refuses the complete content without handing it off, or because a part of it was not taken. */
    void refuse(final Reply reason, final long nowNs) {
        final Envelope refused = end();
        if (refused.status() == DeliveryStatus.ACCEPTED) {
            context.ledger.refuse(refused, reason, nowNs);
        } else {
            context.ledger.settleFailed(refused, reason, nowNs);
        }
    }

    /** Gives up a transaction that was not handed off. Idempotent. */
    void abort() {
        if (envelope != null) {
            context.ledger.abort(end());
        }
    }

    /** The connection is gone while the delivery has the envelope: its receipt will find no owner. */
    void disown() {
        end().owner(null);
    }

    /** The transaction is over: owns nothing any more, and returns the envelope to be settled. */
    private Envelope end() {
        final Envelope ended = envelope;
        envelope = null;
        if (content != null) {
            context.giveBack(content);
            content = null;
        }
        return ended;
    }
}
