package io.posthaste.session;

import io.posthaste.policy.Policy;
import io.posthaste.policy.Question;
import io.posthaste.policy.Verdict;
import java.util.concurrent.CompletionStage;

/** When policies are asked. */
enum Moment {
    /** Before the greeting. */
    CONNECT {
        @Override
        CompletionStage<Verdict> ask(final Policy policy, final Question question) {
            return policy.onConnect(question);
        }
    },
    /** MAIL. */
    SENDER {
        @Override
        CompletionStage<Verdict> ask(final Policy policy, final Question question) {
            return policy.onSender(question);
        }
    },
    /** RCPT. */
    RECIPIENT {
        @Override
        CompletionStage<Verdict> ask(final Policy policy, final Question question) {
            return policy.onRecipient(question);
        }
    };

    abstract CompletionStage<Verdict> ask(Policy policy, Question question);
}
