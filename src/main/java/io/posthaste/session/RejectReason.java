package io.posthaste.session;

import io.posthaste.policy.Verdict;
import io.posthaste.reply.Reply;
import java.util.Locale;

/** Which list, limit or rule has refused a sender or recipient that was rightly written, at a time when it may come. */
public enum RejectReason {
    /** The load of the reactor. */
    LOAD,
    /** {@code --max-client-message-rate}. */
    CLIENT_MESSAGE_RATE,
    /** {@code --max-client-recipient-rate}. */
    CLIENT_RECIPIENT_RATE,
    /** {@code --auth-required}. */
    AUTHENTICATION_REQUIRED,
    /** {@code --max-message-size}, by SIZE. */
    DECLARED_SIZE,
    /** {@code --block-senders}. */
    SENDER_BLOCKED,
    /** Its domain is not taken here. */
    RELAY_DENIED,
    /** {@code --recipients}. */
    RECIPIENT_UNKNOWN,
    /** {@code --max-recipients}. */
    TOO_MANY_RECIPIENTS,
    /** The memory for messages. */
    MEMORY,
    /** A list of clients, which the verdict names. */
    LISTED,
    /** A policy. */
    POLICY,
    /** A policy that did not answer, or failed. */
    POLICY_UNAVAILABLE;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** As it is logged. */
    public String word() {
        return word;
    }

    /** Why MAIL or RCPT gets this reply; null when it was wrongly written, or came when it may not. */
    static RejectReason of(final Reply reply) {
        return switch (reply) {
            case TOO_BUSY_FOR_MESSAGES -> LOAD;
            case MESSAGES_TOO_FAST -> CLIENT_MESSAGE_RATE;
            case RECIPIENTS_TOO_FAST -> CLIENT_RECIPIENT_RATE;
            case AUTHENTICATION_REQUIRED -> AUTHENTICATION_REQUIRED;
            case DECLARED_SIZE_TOO_LARGE -> DECLARED_SIZE;
            case SENDER_BLOCKED -> SENDER_BLOCKED;
            case RELAY_DENIED -> RELAY_DENIED;
            case MAILBOX_UNAVAILABLE -> RECIPIENT_UNKNOWN;
            case TOO_MANY_RECIPIENTS -> TOO_MANY_RECIPIENTS;
            case INSUFFICIENT_MEMORY -> MEMORY;
            default -> null;
        };
    }

    static RejectReason of(final Verdict verdict) {
        return verdict == SessionContext.NO_ANSWER
                ? POLICY_UNAVAILABLE
                : verdict.list().isEmpty() ? POLICY : LISTED;
    }
}
