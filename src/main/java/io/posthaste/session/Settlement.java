package io.posthaste.session;

import static io.posthaste.session.State.EXPECT_BDAT;
import static io.posthaste.session.State.EXPECT_HAND_OFF;
import static io.posthaste.session.State.EXPECT_MAIL;
import static io.posthaste.session.State.EXPECT_PART_RECEIPT;
import static io.posthaste.session.State.EXPECT_RECEIPT;

import io.posthaste.reply.Reply;
import io.posthaste.reply.ReplyEncoder;
import java.nio.ByteBuffer;

/**
 * What becomes of content: the hand-off of messages and of their parts, the receipts that come back, and the answer that the
 * client gets for it. Stateless; called on the reactor thread only; allocates nothing.
 *
 * <pre>
 *   end of data ── offer ──▶ QUEUED, receipt awaited ──▶ settled: 250, 4yz, 5yz ──▶ EXPECT_MAIL
 *        │                └▶ COMPLETED ─────────────────────▲
 *        │                └▶ FULL: asked again, or given up with 451
 *        └─ much is kept ── offer of a part, likewise ──▶ the state it was in, to take more
 * </pre>
 */
final class Settlement {
    private static final int CODE_OK = 250;

    private Settlement() {}

    // ---- the hand-off

    /** See {@link Session#endOfData}. */
    static void endOfData(final Conversation conversation, final ByteBuffer out, final long nowNs) {
        final Course course = conversation.course;
        if (course.state() != EXPECT_HAND_OFF) {
            endOfPart(conversation, out, nowNs);
            return;
        }
        final Transaction transaction = conversation.transaction;
        final Reply refusal = transaction.refusal();
        if (refusal != null) {
            refuse(conversation, refusal, out, nowNs);
            return;
        }
        // Asked again and again while the queue is full: noted once.
        final long octets = transaction.contentLength();
        switch (transaction.offer(conversation.owner())) {
            case COMPLETED -> {
                conversation.flight.content(octets);
                settle(conversation, out, nowNs);
            }
            case QUEUED -> {
                conversation.flight.content(octets);
                course.state(EXPECT_RECEIPT);
                course.intend(Intent.AWAIT_RECEIPT);
            }
            case FULL -> course.intend(Intent.END_OF_DATA);
            default -> throw new IllegalStateException();
        }
    }

    /** See {@link Session#giveUpHandOff}. */
    static void giveUpHandOff(final Conversation conversation, final ByteBuffer out, final long nowNs) {
        if (conversation.course.state() == EXPECT_HAND_OFF) {
            refuse(conversation, Reply.QUEUE_FULL, out, nowNs);
        } else {
            conversation.transaction.giveUpPart();
            goOnBehindPart(conversation, out, nowNs);
        }
    }

    /** See {@link Session#onReceipt}. */
    static void onReceipt(final Conversation conversation, final ByteBuffer out, final long nowNs) {
        switch (conversation.course.state()) {
            case EXPECT_RECEIPT -> settle(conversation, out, nowNs);
            case EXPECT_PART_RECEIPT -> settlePart(conversation, out, nowNs);
            default -> throw new IllegalStateException("receipt in state " + conversation.course.state());
        }
    }

    // ---- parts

    /** See {@link Session#giveMemory}. */
    static boolean giveMemory(final Conversation conversation, final ByteBuffer out, final long nowNs) {
        if (!conversation.transaction.giveMemory()) {
            return false;
        }
        endOfPart(conversation, out, nowNs);
        return true;
    }

    /** More is to come: hands off what there is if it is much. */
    private static void endOfPart(final Conversation conversation, final ByteBuffer out, final long nowNs) {
        final Course course = conversation.course;
        final Transaction transaction = conversation.transaction;
        if (!transaction.isPartDue()) {
            goOnBehindPart(conversation, out, nowNs);
            return;
        }
        switch (transaction.offerPart(conversation.owner(), course.state())) {
            case COMPLETED -> settlePart(conversation, out, nowNs);
            case QUEUED -> {
                course.state(EXPECT_PART_RECEIPT);
                course.intend(Intent.AWAIT_RECEIPT);
            }
            case FULL -> course.intend(Intent.END_OF_DATA);
            default -> throw new IllegalStateException();
        }
    }

    /** The delivery has answered for a part. */
    private static void settlePart(final Conversation conversation, final ByteBuffer out, final long nowNs) {
        conversation.course.state(conversation.transaction.settlePart());
        goOnBehindPart(conversation, out, nowNs);
    }

    /** A chunk is answered when the part that it made due is taken, or refused with it. */
    private static void goOnBehindPart(final Conversation conversation, final ByteBuffer out, final long nowNs) {
        conversation.course.intend(Intent.READ);
        if (conversation.course.state() != EXPECT_BDAT) {
            return;
        }
        final Reply refusal = conversation.transaction.refusal();
        if (refusal == null) {
            conversation.context.reply(Reply.CHUNK_OK, out);
            conversation.flight.reply();
        } else {
            conversation.transaction.finishChunks(false, nowNs);
            refuse(conversation, refusal, out, nowNs);
        }
    }

    // ---- the answer

    private static void settle(final Conversation conversation, final ByteBuffer out, final long nowNs) {
        final SessionContext context = conversation.context;
        final Reply refusal = conversation.transaction.settle(nowNs);
        if (refusal == null) {
            conversation.conduct.onMessageAccepted(nowNs);
            ReplyEncoder.putAccepted(out, context.idOctets, 0, context.idOctets.length);
            context.replied(CODE_OK);
        } else if (context.refusalOctets == null) {
            context.reply(refusal, out);
        } else {
            out.put(context.refusalOctets);
            context.replied(refusal.code());
        }
        transactionEnded(conversation, out);
    }

    /** Refuses content that is at its end and was not handed off whole. */
    private static void refuse(
            final Conversation conversation, final Reply refusal, final ByteBuffer out, final long nowNs) {
        conversation.flight.content(conversation.transaction.contentLength());
        conversation.transaction.refuse(refusal, nowNs);
        conversation.context.reply(refusal, out);
        transactionEnded(conversation, out);
    }

    private static void transactionEnded(final Conversation conversation, final ByteBuffer out) {
        conversation.flight.reply();
        conversation.course.state(EXPECT_MAIL);
        conversation.course.intend(Intent.READ);
        conversation.course.endWhenDraining(out);
    }
}
