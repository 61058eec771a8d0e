package io.posthaste.reactor;

import io.posthaste.policy.Policy;
import io.posthaste.policy.Question;
import io.posthaste.policy.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Answers when the test says so. Refuses senders and recipients by their local-part: {@code no}, {@code later} (for now) and
 * {@code bye} (with 421).
 */
final class LatePolicy implements Policy {
    static final Verdict NO = Verdict.refuse(550, "5.7.1", "No");
    static final Verdict BYE = Verdict.refuse(421, "4.7.0", "Bye");

    /** A question that waits for its answer. */
    record Pending(CompletableFuture<Verdict> answer, Verdict verdict) {}

    final ArrayDeque<Pending> pending = new ArrayDeque<>();
    /** All that was asked. */
    final List<String> asked = new ArrayList<>();

    Verdict ofClient = Verdict.ACCEPT;
    /** Whether to answer at once. */
    boolean atOnce;

    @Override
    public CompletionStage<Verdict> onConnect(final Question question) {
        return ask("connect " + text(question), ofClient);
    }

    @Override
    public CompletionStage<Verdict> onSender(final Question question) {
        return ask("sender " + text(question), of(question.sender()));
    }

    @Override
    public CompletionStage<Verdict> onRecipient(final Question question) {
        return ask("recipient " + text(question), of(question.recipient()));
    }

    private CompletionStage<Verdict> ask(final String text, final Verdict verdict) {
        asked.add(text);
        if (atOnce) {
            return verdict.now();
        }
        final CompletableFuture<Verdict> answer = new CompletableFuture<>();
        pending.add(new Pending(answer, verdict));
        return answer;
    }

    /** Answers the oldest question; false when there is none. */
    boolean answersNext() {
        final Pending oldest = pending.poll();
        return oldest != null && oldest.answer().complete(oldest.verdict());
    }

    private static String text(final Question question) {
        return question.clientAddress().getHostAddress() + " '" + question.helloName() + "' " + question.isSecure()
                + " '" + question.user() + "' <" + question.sender() + "> <" + question.recipient() + ">";
    }

    private static Verdict of(final String mailbox) {
        return switch (mailbox.replaceFirst("@.*", "")) {
            case "no" -> NO;
            case "later" -> Verdict.DEFER;
            case "bye" -> BYE;
            default -> Verdict.ACCEPT;
        };
    }
}
