package io.posthaste.session;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.User;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.Verdict;
import io.posthaste.reply.Reply;
import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.PathParser;
import io.posthaste.wire.Verb;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who wants to know of logins, and of MAIL and RCPT that are refused by a list, limit or policy; not of those wrongly
 * written or out of order. Shared by the sessions of a reactor, called on its thread only; of refusals it tells
 * without allocating.
 */
final class AccessReports {
    private static final Logger LOG = LoggerFactory.getLogger(AccessReports.class);

    private final SessionContext context;
    private final Rejection rejection = new Rejection();

    AccessReports(final SessionContext context) {
        this.context = context;
    }

    /**
     * Whose command is refused; what it is has to follow.
     *
     * @param user null when nobody has logged in
     */
    AccessReports of(final Peer peer, final Greeting greeting, final User user) {
        rejection.of(peer, greeting, user);
        return this;
    }

    /** MAIL with the arguments in [from, to) gets this reply. They may not have been read yet. */
    void mail(final Reply reply, final ByteBuffer in, final int from, final int to, final long nowNs) {
        if (isTold(reply)) {
            final Greeting greeting = rejection.greeting();
            final ArgumentError error = context.mailArguments.parse(
                    in, from, to, context.profile.parameterOptions(greeting.isExtended(), greeting.isSecure()));
            rejection.by(reply);
            tell(Verb.MAIL, in, error == ArgumentError.NONE ? context.mailArguments.path() : null, null, nowNs);
        }
    }

    /** RCPT with the arguments in [from, to) gets this reply in the transaction of an envelope; else as {@link #mail}. */
    void rcpt(
            final Reply reply,
            final ByteBuffer in,
            final int from,
            final int to,
            final Envelope envelope,
            final long nowNs) {
        if (isTold(reply)) {
            final ArgumentError error = context.rcptArguments.parse(
                    in,
                    from,
                    to,
                    context.profile.parameterOptions(envelope.isExtended(), envelope.isSecure()),
                    envelope.isSmtpUtf8());
            rejection.by(reply);
            tell(Verb.RCPT, in, error == ArgumentError.NONE ? context.rcptArguments.path() : null, envelope, nowNs);
        }
    }

    /** A policy refuses MAIL, whose arguments have just been read. */
    void mail(final Verdict verdict, final ByteBuffer in, final long nowNs) {
        rejection.by(verdict);
        tell(Verb.MAIL, in, context.mailArguments.path(), null, nowNs);
    }

    /** A policy refuses RCPT, whose arguments have just been read. */
    void rcpt(final Verdict verdict, final ByteBuffer in, final Envelope envelope, final long nowNs) {
        rejection.by(verdict);
        tell(Verb.RCPT, in, context.rcptArguments.path(), envelope, nowNs);
    }

    private boolean isTold(final Reply reply) {
        final boolean isTold = context.access != AccessListener.NONE && RejectReason.of(reply) != null;
        if (!isTold) {
            rejection.clear();
        }
        return isTold;
    }

    /** @param path null when it cannot be read */
    private void tell(
            final Verb command, final ByteBuffer in, final PathParser path, final Envelope envelope, final long nowNs) {
        rejection.of(command, in, path, envelope);
        try {
            context.access.onRejection(rejection, nowNs);
        } catch (final Throwable e) {
            failed(e);
        } finally {
            rejection.clear();
        }
    }

    /** An attempt to log in has come to its end. */
    void login(final Login login, final long nowNs) {
        try {
            context.access.onLogin(login, nowNs);
        } catch (final Throwable e) {
            failed(e);
        }
    }

    /** A log that fails costs a line of the log, not the connection. */
    private void failed(final Throwable failure) {
        context.metrics.increment(Counter.INTERNAL_ERRORS);
        LOG.error("the access listener failed", failure);
    }
}
