package io.posthaste.session;

import io.posthaste.metrics.Counter;
import io.posthaste.policy.EarlyTalker;
import io.posthaste.policy.Verdict;
import io.posthaste.reply.Reply;
import io.posthaste.reply.ReplyEncoder;
import java.nio.ByteBuffer;

/**
 * The beginning of a session, before its first command: whether the client is let in, and what it is greeted with (RFC 5321
 * section 3.1). Stateless; called on the reactor thread only.
 */
final class Admission {
    private static final int CODE_GREETING = 220;

    private Admission() {}

    /** See {@link Session#admit}. */
    static void admit(
            final Conversation conversation, final boolean canBeTold, final ByteBuffer out, final long nowNs) {
        final Breach breach = conversation.account.open(conversation.peer().address(), nowNs);
        if (breach != null && !canBeTold) {
            conversation.course.close(breach.closeReason());
        } else {
            conversation.course.judge(breach, out);
        }
    }

    /** See {@link Session#isBlocked}. */
    static boolean isBlocked(final Conversation conversation) {
        final SessionContext context = conversation.context;
        if (!context.profile.access().isBlocked(conversation.peer().address())) {
            return false;
        }
        context.metrics.increment(Counter.NETWORKS_BLOCKED);
        return true;
    }

    /** See {@link Session#onEarlyTalk}. */
    static void onEarlyTalk(final Conversation conversation, final ByteBuffer out) {
        final SessionContext context = conversation.context;
        context.metrics.increment(Counter.EARLY_TALKERS);
        if (context.profile.conduct().earlyTalker() == EarlyTalker.REJECT) {
            conversation.course.judge(Breach.EARLY_TALK, out);
            conversation.flight.reply();
        }
    }

    /** See {@link Session#greet}. Comes again when policies have answered that were asked first. */
    static void greet(final Conversation conversation, final ByteBuffer out, final long nowNs) {
        final SessionContext context = conversation.context;
        final Course course = conversation.course;
        if (course.state() != State.EXPECT_ADMISSION && isBlocked(conversation)) {
            context.reply(Reply.NETWORK_BLOCKED, out);
            conversation.flight.reply();
            course.state(State.EXPECT_QUIT);
            return;
        }
        context.question.ofClient(conversation.peer(), conversation.commands.greeting());
        final Verdict verdict = conversation.counsel.ask(Moment.CONNECT, nowNs);
        if (verdict == null) {
            course.state(State.EXPECT_ADMISSION);
            course.intend(Intent.AWAIT_VERDICT);
            return;
        }
        course.state(State.EXPECT_HELLO);
        course.intend(Intent.READ);
        if (verdict.isAccepted()) {
            ReplyEncoder.putServiceReady(out, context.profile.hostname());
            context.replied(CODE_GREETING);
        } else {
            course.refuseClient(verdict, out);
            conversation.flight.reply();
        }
    }
}
