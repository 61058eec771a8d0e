package io.posthaste.session;

import io.posthaste.metrics.Counter;
import io.posthaste.metrics.Latency;
import io.posthaste.policy.Policy;
import io.posthaste.policy.Verdict;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the policies of the server for one session, one after the other, and keeps what is answered later until the command
 * is looked at again. At most one answer is awaited at a time. Called on the reactor thread only; without policies, or when
 * they answer at once, it allocates nothing.
 */
final class Counsel {
    private static final Logger LOG = LoggerFactory.getLogger(Counsel.class);

    private final SessionContext context;
    private Object owner;
    /** Null when no answer is awaited. */
    private Consultation awaited;
    /** What came later, for the one who asked; null when nothing has. */
    private Verdict inHand;
    /** The policy that is asked next. */
    private int next;

    Counsel(final SessionContext context) {
        this.context = context;
    }

    /** A session begins; its owner is told of answers. */
    void begin(final Object newOwner) {
        owner = newOwner;
        end();
    }

    /**
     * Asks the policies that have not said yes yet about what {@link SessionContext#question} says.
     *
     * @return null when an answer has to be awaited; the same is to be asked again when it is there
     */
    Verdict ask(final Moment moment, final long nowNs) {
        final Policy[] policies = context.profile.policies();
        Verdict verdict = inHand == null ? Verdict.ACCEPT : inHand;
        inHand = null;
        while (verdict != null && verdict.isAccepted() && next < policies.length) {
            verdict = ask(policies[next++], moment, nowNs);
        }
        context.question.clear();
        if (verdict != null) {
            next = 0;
            if (!verdict.isAccepted() && verdict != SessionContext.NO_ANSWER) {
                context.metrics.increment(Counter.POLICY_REFUSALS);
            }
        }
        return verdict;
    }

    private Verdict ask(final Policy policy, final Moment moment, final long nowNs) {
        try {
            return await(moment.ask(policy, context.question), Latency.POLICY_WAIT, nowNs);
        } catch (final Throwable e) {
            return failed(e);
        }
    }

    /**
     * What a stage says; null when that has to be awaited. {@link #takeAnswer} has it then.
     *
     * @param kind as what the time until then is recorded
     */
    Verdict await(final CompletionStage<Verdict> stage, final Latency kind, final long nowNs) {
        final CompletableFuture<Verdict> answer = stage.toCompletableFuture();
        if (answer.isDone()) {
            try {
                final Verdict verdict = answer.join();
                return verdict == null ? failed(null) : verdict;
            } catch (final RuntimeException e) {
                return failed(e);
            }
        }
        context.metrics.increment(Counter.POLICY_WAITS);
        awaited = new Consultation(context.verdicts, owner, kind, nowNs);
        answer.whenComplete(awaited);
        return null;
    }

    /** Whether the command is looked at again, with an answer in hand: it was counted when it came. */
    boolean isAnswered() {
        return inHand != null;
    }

    boolean isAwaiting() {
        return awaited != null;
    }

    /** The answer is there: it is in hand when the same is asked again. */
    void onAnswer(final long nowNs) {
        record(nowNs);
        final Verdict verdict = awaited.verdict();
        inHand = verdict == null ? failed(awaited.failure()) : verdict;
        awaited = null;
    }

    /** It took too long: so says {@link SessionContext#NO_ANSWER} when the same is asked again. */
    void onTimeout(final long nowNs) {
        record(nowNs);
        context.metrics.increment(Counter.POLICY_TIMEOUTS);
        end();
        inHand = SessionContext.NO_ANSWER;
    }

    private void record(final long nowNs) {
        context.metrics.took(awaited.kind(), nowNs - awaited.sinceNs());
    }

    /** The answer in hand, for what was not asked of policies. */
    Verdict takeAnswer() {
        final Verdict verdict = inHand;
        inHand = null;
        return verdict;
    }

    /** Nothing is asked any more: the command was answered for another reason, or the session is over. Idempotent. */
    void end() {
        if (awaited != null) {
            awaited.abandon();
            awaited = null;
        }
        inHand = null;
        next = 0;
    }

    /** Counts and logs a failure; the answer is then that there is none. */
    Verdict failed(final Throwable failure) {
        context.metrics.increment(Counter.POLICY_FAILURES);
        final Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        LOG.warn("a policy failed: {}", cause == null ? "it answered null" : cause.toString());
        LOG.debug("where it failed", cause);
        return SessionContext.NO_ANSWER;
    }
}
