package io.posthaste.session;

import io.posthaste.envelope.Envelope;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.Limits;
import io.posthaste.reply.Reply;
import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.MailArguments;
import io.posthaste.wire.PathParser;
import io.posthaste.wire.RcptArguments;
import java.nio.ByteBuffer;

/**
 * What an envelope may say: MAIL and RCPT, the addresses and parameters in them (RFC 5321 sections 4.1.1.2 and 4.1.1.3), held
 * against syntax, limits and lists. Changes nothing but counters; what is allowed lies parsed in the context, for
 * {@link Transaction} to take. Shared by the sessions of a reactor, called on its thread only; allocates nothing.
 */
final class EnvelopeRules {
    private final SessionContext context;
    private final Limits limits;

    EnvelopeRules(final SessionContext context) {
        this.context = context;
        limits = context.profile.limits();
    }

    /**
     * Why MAIL with the arguments in [from, to) is refused; null when it is not: they are then in
     * {@link SessionContext#mailArguments}.
     */
    Reply refusalOfSender(final ByteBuffer in, final int from, final int to, final Greeting greeting) {
        final MailArguments arguments = context.mailArguments;
        final ArgumentError error = arguments.parse(
                in, from, to, context.profile.parameterOptions(greeting.isExtended(), greeting.isSecure()));
        if (error != ArgumentError.NONE) {
            return ArgumentReplies.sender(error);
        }
        if (arguments.declaredSize() > limits.messageOctets()) {
            context.metrics.increment(Counter.LIMIT_DECLARED_SIZE);
            return Reply.DECLARED_SIZE_TOO_LARGE;
        }
        final PathParser path = arguments.path();
        if (context.profile.access().isBlocked(in, path.mailboxStart(), path.domainStart(), path.domainEnd())) {
            context.metrics.increment(Counter.SENDERS_BLOCKED);
            return Reply.SENDER_BLOCKED;
        }
        return null;
    }

    /**
     * Why RCPT with the arguments in [from, to) is refused; null when it is not: they are then in
     * {@link SessionContext#rcptArguments}.
     *
     * @param envelope of the transaction, with the recipients so far; who has logged in may send to everybody
     */
    Reply refusalOfRecipient(final ByteBuffer in, final int from, final int to, final Envelope envelope) {
        final RcptArguments arguments = context.rcptArguments;
        final ArgumentError error = arguments.parse(
                in,
                from,
                to,
                context.profile.parameterOptions(envelope.isExtended(), envelope.isSecure()),
                envelope.isSmtpUtf8());
        if (error != ArgumentError.NONE) {
            return ArgumentReplies.recipient(error);
        }
        final Reply refusal = envelope.isAuthenticated() ? null : refusalByLists(in, arguments.path());
        if (refusal == null && envelope.recipientCount() >= limits.recipients()) {
            context.metrics.increment(Counter.LIMIT_RECIPIENTS);
            return Reply.TOO_MANY_RECIPIENTS;
        }
        return refusal;
    }

    private Reply refusalByLists(final ByteBuffer in, final PathParser path) {
        switch (context.profile.recipients().decide(in, path.mailboxStart(), path.domainStart(), path.domainEnd())) {
            case RELAY_DENIED -> {
                context.metrics.increment(Counter.RELAY_DENIED);
                return Reply.RELAY_DENIED;
            }
            case UNKNOWN -> {
                context.metrics.increment(Counter.RECIPIENTS_UNKNOWN);
                return Reply.MAILBOX_UNAVAILABLE;
            }
            default -> {
                return null;
            }
        }
    }
}
