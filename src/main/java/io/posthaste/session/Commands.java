package io.posthaste.session;

import static io.posthaste.session.State.EXPECT_CONTENT;
import static io.posthaste.session.State.EXPECT_HELLO;
import static io.posthaste.session.State.EXPECT_MAIL;
import static io.posthaste.session.State.EXPECT_QUIT;
import static io.posthaste.session.State.EXPECT_RCPT;
import static io.posthaste.session.State.EXPECT_RCPT_OR_DATA;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.TlsParameters;
import io.posthaste.envelope.User;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.LoadLevel;
import io.posthaste.policy.Verdict;
import io.posthaste.reply.Reply;
import io.posthaste.reply.ReplyEncoder;
import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.Verb;
import java.nio.ByteBuffer;

/** The commands of a session: which may come when, what each does and is answered (RFC 5321 section 4.1). */
final class Commands {
    private static final int CODE_OK = 250;

    private final SessionContext context;
    private final Course course;
    private final Transaction transaction;
    private final Conduct conduct;
    private final Chunks chunks;
    private final ClientAccount account;
    private final Counsel counsel;
    private final Greeting greeting = new Greeting();
    /** Null where AUTH is not offered. */
    private final Authentication authentication;

    Commands(
            final SessionContext context,
            final Course course,
            final Transaction transaction,
            final Conduct conduct,
            final Chunks chunks,
            final ClientAccount account,
            final Counsel counsel) {
        this.context = context;
        this.course = course;
        this.transaction = transaction;
        this.conduct = conduct;
        this.chunks = chunks;
        this.account = account;
        this.counsel = counsel;
        authentication = context.profile.access().auth().isOffered()
                ? new Authentication(context, course, counsel, account, greeting)
                : null;
    }

    /** Who the client says it is. */
    Greeting greeting() {
        return greeting;
    }

    /** Nobody waits any more for a password to be checked. Idempotent. */
    void giveUpLogin() {
        if (authentication != null) {
            authentication.giveUp();
        }
    }

    /** A session begins: the client has not said who it is. */
    void begin() {
        greeting.clear(null);
        if (authentication != null) {
            authentication.begin();
        }
    }

    /** TLS is on: the client begins anew, and nothing it said before counts (RFC 3207 section 4.2). */
    void beginSecure(final TlsParameters tls) {
        transaction.abort();
        greeting.clear(tls);
        if (authentication != null) {
            authentication.forget();
        }
        course.state(EXPECT_HELLO);
    }

    /**
     * Runs a command whose arguments are [from, to). With {@link Intent#AWAIT_VERDICT} behind it nothing has happened yet: it
     * is to be run again when the answer is there.
     */
    void run(
            final Verb verb,
            final ByteBuffer in,
            final int from,
            final int to,
            final Peer peer,
            final ByteBuffer out,
            final long nowNs) {
        if (course.state() == EXPECT_QUIT && verb != Verb.QUIT && verb != Verb.BDAT) {
            reply(Reply.NO_SERVICE_HERE, out);
            return;
        }
        switch (verb) {
            case MAIL -> mail(in, from, to, peer, out, nowNs);
            case RCPT -> rcpt(in, from, to, peer, out, nowNs);
            case DATA -> data(in, from, to, out, nowNs);
            case EHLO -> hello(in, from, to, true, out);
            case HELO -> hello(in, from, to, false, out);
            case RSET -> rset(in, from, to, out);
            case NOOP -> reply(Reply.NOOP_OK, out);
            case QUIT -> quit(in, from, to, out);
            case VRFY -> context.inquiries.vrfy(in, from, to, greeting, out);
            case EXPN -> context.inquiries.expn(in, from, to, greeting, out);
            case HELP -> context.inquiries.help(in, from, to, peer, out);
            case BDAT -> chunks.bdat(in, from, to, out, nowNs);
            case STARTTLS -> startTls(in, from, to, out, nowNs);
            case AUTH -> auth(in, from, to, peer, out, nowNs);
            case UNKNOWN -> reply(Reply.UNRECOGNISED_COMMAND, out);
            default -> throw new IllegalStateException();
        }
    }

    private void hello(
            final ByteBuffer in, final int from, final int to, final boolean isExtended, final ByteBuffer out) {
        final ArgumentError error = context.helloArgument.parse(in, from, to);
        if (error != ArgumentError.NONE) {
            reply(error == ArgumentError.MISSING_ARGUMENT ? Reply.MISSING_HELLO_NAME : Reply.MALFORMED_HELLO_NAME, out);
            return;
        }
        abortTransaction();
        greeting.set(in, context.helloArgument.start(), context.helloArgument.end(), isExtended);
        course.state(EXPECT_MAIL);
        if (isExtended) {
            out.put(context.profile.ehloReply(greeting.isSecure()));
        } else {
            ReplyEncoder.putHelloOk(out, context.profile.hostname());
        }
        context.replied(CODE_OK);
        course.endWhenDraining(out);
    }

    private void mail(
            final ByteBuffer in,
            final int from,
            final int to,
            final Peer peer,
            final ByteBuffer out,
            final long nowNs) {
        if (course.state().mailRefusal() != null) {
            reply(course.state().mailRefusal(), out);
            return;
        }
        Reply reply = counsel.isAnswered() ? null : refusalOfMessage(nowNs);
        if (reply == null) {
            reply = context.envelopeRules.refusalOfSender(in, from, to, greeting);
        }
        if (reply == null) {
            context.question.ofSender(in, context.mailArguments.path());
            final Verdict verdict = ask(Moment.SENDER, peer, out, nowNs);
            if (verdict == null) {
                return;
            }
            if (!verdict.isAccepted()) {
                context.reports.of(peer, greeting, user()).mail(verdict, in, nowNs);
                return;
            }
            reply = transaction.begin(in, peer, greeting, user());
        }
        reply(reply, out);
        if (reply == Reply.SENDER_OK) {
            course.state(EXPECT_RCPT);
        } else {
            context.reports.of(peer, greeting, user()).mail(reply, in, from, to, nowNs);
        }
    }

    /** What MAIL is refused with before it is read; null when another message may begin. */
    private Reply refusalOfMessage(final long nowNs) {
        if (user() == null && context.profile.access().auth().isRequired()) {
            context.metrics.increment(Counter.AUTHENTICATION_MISSING);
            return Reply.AUTHENTICATION_REQUIRED;
        }
        if (context.load.level() == LoadLevel.NO_MESSAGES) {
            context.metrics.increment(Counter.LOAD_SHED_MESSAGES);
            return Reply.TOO_BUSY_FOR_MESSAGES;
        }
        return account.message(nowNs);
    }

    private void rcpt(
            final ByteBuffer in,
            final int from,
            final int to,
            final Peer peer,
            final ByteBuffer out,
            final long nowNs) {
        if (course.state().rcptRefusal() != null) {
            reply(course.state().rcptRefusal(), out);
            return;
        }
        final Envelope envelope = transaction.envelope();
        Reply reply = counsel.isAnswered() ? null : account.recipient(nowNs);
        if (reply == null) {
            reply = context.envelopeRules.refusalOfRecipient(in, from, to, envelope);
        }
        if (reply == null) {
            context.question.ofRecipient(in, context.rcptArguments.path(), envelope);
            final Verdict verdict = ask(Moment.RECIPIENT, peer, out, nowNs);
            if (verdict == null) {
                return;
            }
            if (!verdict.isAccepted()) {
                transaction.onRecipientRefused();
                context.reports.of(peer, greeting, user()).rcpt(verdict, in, envelope, nowNs);
                return;
            }
            reply = transaction.addRecipient(in);
        }
        reply(reply, out);
        if (reply == Reply.RECIPIENT_OK) {
            course.state(EXPECT_RCPT_OR_DATA);
        } else {
            transaction.onRecipientRefused();
            context.reports.of(peer, greeting, user()).rcpt(reply, in, from, to, envelope, nowNs);
        }
    }

    /** What the policies say to the command; refuses it for them. Null when it waits for them. */
    private Verdict ask(final Moment moment, final Peer peer, final ByteBuffer out, final long nowNs) {
        context.question.ofClient(peer, greeting);
        context.question.byUser(user() == null ? "" : user().name());
        final Verdict verdict = counsel.ask(moment, nowNs);
        if (verdict == null) {
            course.intend(Intent.AWAIT_VERDICT);
        } else if (!verdict.isAccepted()) {
            course.refuse(verdict, out);
        }
        return verdict;
    }

    private void data(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        final Reply outOfOrder = course.state().dataRefusal(transaction.wasRecipientRefused());
        if (!Inquiries.isBlank(in, from, to)) {
            reply(Reply.UNEXPECTED_ARGUMENT, out);
        } else if (outOfOrder != null) {
            reply(outOfOrder, out);
        } else if (transaction.isBinary()) {
            reply(Reply.BINARY_NEEDS_BDAT, out);
        } else {
            course.state(EXPECT_CONTENT);
            conduct.beginContent(nowNs);
            transaction.beginContent(nowNs);
            reply(Reply.START_DATA, out);
        }
    }

    private void rset(final ByteBuffer in, final int from, final int to, final ByteBuffer out) {
        if (!Inquiries.isBlank(in, from, to)) {
            reply(Reply.UNEXPECTED_ARGUMENT, out);
            return;
        }
        abortTransaction();
        reply(Reply.RESET_OK, out);
        course.endWhenDraining(out);
    }

    private void quit(final ByteBuffer in, final int from, final int to, final ByteBuffer out) {
        if (!Inquiries.isBlank(in, from, to)) {
            reply(Reply.UNEXPECTED_ARGUMENT, out);
            return;
        }
        abortTransaction();
        course.end(Reply.CLOSING, CloseReason.QUIT, out);
    }

    /** RFC 3207 section 4. What is answered to one that may begin depends on what follows it: {@link #answerStartTls}. */
    private void startTls(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        if (!context.profile.isStartTlsAnnounced()) {
            reply(Reply.COMMAND_NOT_IMPLEMENTED, out);
        } else if (!Inquiries.isBlank(in, from, to)) {
            reply(Reply.UNEXPECTED_ARGUMENT, out);
        } else if (greeting.isSecure()) {
            reply(Reply.TLS_IS_ON, out);
        } else if (!context.tls.tryAdmit(nowNs)) {
            context.metrics.increment(Counter.TLS_HANDSHAKES_REFUSED);
            reply(Reply.TLS_NOT_AVAILABLE, out);
        } else {
            course.intend(Intent.START_TLS);
        }
    }

    /**
     * Lets TLS begin, unless there are octets behind STARTTLS already: whoever put them there before the handshake wants them
     * to be run within TLS, as if the client had sent them (CVE-2011-0411).
     */
    void answerStartTls(final boolean isFollowed, final ByteBuffer out) {
        if (isFollowed) {
            context.metrics.increment(Counter.STARTTLS_INJECTIONS);
            course.end(Reply.OCTETS_BEHIND_STARTTLS, CloseReason.STARTTLS_INJECTION, out);
        } else {
            reply(Reply.READY_FOR_TLS, out);
        }
    }

    // AUTH

    /** RFC 4954 section 4. */
    private void auth(
            final ByteBuffer in,
            final int from,
            final int to,
            final Peer peer,
            final ByteBuffer out,
            final long nowNs) {
        if (authentication == null) {
            reply(Reply.COMMAND_NOT_IMPLEMENTED, out);
        } else if (!greeting.isSecure()) {
            reply(Reply.AUTH_NEEDS_TLS, out);
        } else if (!greeting.isExtended()) {
            reply(Reply.HELLO_FIRST, out);
        } else if (user() != null) {
            reply(Reply.AUTHENTICATED_ALREADY, out);
        } else if (transaction.isOpen()) {
            reply(Reply.AUTH_IN_TRANSACTION, out);
        } else if (course.judge(account.authentication(nowNs), out)) {
            authentication.refused(peer, nowNs);
        } else {
            authentication.begin(in, from, to, peer, out, nowNs);
        }
    }

    /** A line in [from, to) that is a response of AUTH and no command. */
    void respond(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        authentication.respond(in, from, to, out, nowNs);
    }

    /** It is known whether the password is right. */
    void conclude(final Verdict verdict, final ByteBuffer out, final long nowNs) {
        authentication.conclude(verdict, out, nowNs);
    }

    /** Who has logged in; null when nobody has. */
    private User user() {
        return authentication == null ? null : authentication.user();
    }

    private void abortTransaction() {
        if (transaction.isOpen()) {
            transaction.abort();
            course.state(EXPECT_MAIL);
        }
    }

    private void reply(final Reply reply, final ByteBuffer out) {
        context.reply(reply, out);
    }
}
