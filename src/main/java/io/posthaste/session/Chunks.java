package io.posthaste.session;

import static io.posthaste.session.State.EXPECT_BDAT;
import static io.posthaste.session.State.EXPECT_CHUNK;
import static io.posthaste.session.State.EXPECT_HAND_OFF;
import static io.posthaste.session.State.EXPECT_RCPT_OR_DATA;
import static io.posthaste.session.State.EXPECT_REFUSED_CHUNK;

import io.posthaste.metrics.CloseReason;
import io.posthaste.reply.Reply;
import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.BdatArguments;
import java.nio.ByteBuffer;

/**
 * BDAT and its chunks (RFC 3030). The octets of a chunk follow its command whether it is welcome or not, so they are always
 * consumed; only when their number is unreadable, or beyond counting, is there nothing left but to close. A chunk that fails
 * takes its message with it: with one chunk missing, those pipelined behind must not make a message.
 */
final class Chunks {
    private final SessionContext context;
    private final Course course;
    private final Transaction transaction;
    private final Conduct conduct;

    private boolean isLast;
    /** Of a chunk that is not wanted. */
    private long refusedRemaining;

    private Reply refusal;
    private State stateBehindRefused;

    Chunks(final SessionContext context, final Course course, final Transaction transaction, final Conduct conduct) {
        this.context = context;
        this.course = course;
        this.transaction = transaction;
        this.conduct = conduct;
    }

    // The command

    /** BDAT with the arguments in [from, to). */
    void bdat(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        final BdatArguments arguments = context.bdatArguments;
        final ArgumentError error = arguments.parse(in, from, to);
        if (arguments.size() == BdatArguments.NO_SIZE || arguments.size() == Long.MAX_VALUE) {
            context.reply(
                    error == ArgumentError.MISSING_ARGUMENT ? Reply.MISSING_ARGUMENT : Reply.MALFORMED_CHUNK_SIZE, out);
            loseStep(out);
            return;
        }
        final Reply malformed = error == ArgumentError.NONE ? null : Reply.MALFORMED_CHUNK_SIZE;
        if (course.state() == EXPECT_RCPT_OR_DATA || course.state() == EXPECT_BDAT) {
            begin(arguments, malformed, nowNs);
        } else {
            beginRefused(arguments.size(), malformed, out, nowNs);
        }
    }

    /** A chunk may follow that nobody can count: its octets must not be run as commands. */
    void loseStep(final ByteBuffer out) {
        course.end(Reply.LOST_STEP, CloseReason.LOST_STEP, out);
    }

    private void begin(final BdatArguments arguments, final Reply malformed, final long nowNs) {
        if (course.state() == EXPECT_RCPT_OR_DATA) {
            conduct.beginContent(nowNs);
            transaction.beginContent(nowNs);
        }
        course.state(EXPECT_CHUNK);
        isLast = arguments.isLast();
        transaction.beginChunk(arguments.size(), malformed);
        if (transaction.isChunkComplete()) {
            complete(nowNs);
        }
    }

    private void beginRefused(final long size, final Reply malformed, final ByteBuffer out, final long nowNs) {
        conduct.beginContent(nowNs);
        refusal = malformed == null ? course.state().dataRefusal(transaction.wasRecipientRefused()) : malformed;
        refusedRemaining = size;
        stateBehindRefused = course.state();
        course.state(EXPECT_REFUSED_CHUNK);
        if (size == 0) {
            completeRefused(out);
        }
    }

    // The octets

    /** Takes octets of [from, to) that belong to a chunk of the message; returns the position behind them. */
    int receive(final ByteBuffer in, final int from, final int to, final long nowNs) {
        final int position = transaction.receiveChunk(in, from, to);
        if (transaction.isChunkComplete()) {
            complete(nowNs);
        } else if (transaction.isPartDue()) {
            course.intend(Intent.END_OF_DATA);
        }
        return position;
    }

    /** Skips octets of [from, to) that belong to a refused chunk; returns the position behind them. */
    int skip(final int from, final int to, final ByteBuffer out) {
        final int count = (int) Math.min(refusedRemaining, to - from);
        refusedRemaining -= count;
        if (refusedRemaining == 0) {
            completeRefused(out);
            course.judge(conduct.onLateReply(refusal.code()), out);
        }
        return from + count;
    }

    /**
     * A message that was refused ends with the chunk that brought the reason: chunks behind it find no transaction. Behind
     * any chunk there may be a command that gives the envelope's blocks back, so the caller has to leave them first.
     */
    private void complete(final long nowNs) {
        if (isLast || transaction.refusal() != null) {
            transaction.finishChunks(isLast, nowNs);
            course.state(EXPECT_HAND_OFF);
        } else {
            course.state(EXPECT_BDAT);
        }
        course.intend(Intent.END_OF_DATA);
    }

    private void completeRefused(final ByteBuffer out) {
        course.state(stateBehindRefused);
        context.reply(refusal, out);
    }
}
