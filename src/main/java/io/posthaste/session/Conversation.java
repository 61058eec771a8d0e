package io.posthaste.session;

import static io.posthaste.session.State.EXPECT_ADMISSION;
import static io.posthaste.session.State.EXPECT_AUTHENTICATION;
import static io.posthaste.session.State.EXPECT_BDAT;
import static io.posthaste.session.State.EXPECT_CHUNK;
import static io.posthaste.session.State.EXPECT_CONTENT;
import static io.posthaste.session.State.EXPECT_CREDENTIALS;
import static io.posthaste.session.State.EXPECT_HAND_OFF;
import static io.posthaste.session.State.EXPECT_HELLO;
import static io.posthaste.session.State.EXPECT_MAIL;
import static io.posthaste.session.State.EXPECT_PART_RECEIPT;
import static io.posthaste.session.State.EXPECT_QUIT;
import static io.posthaste.session.State.EXPECT_RECEIPT;
import static io.posthaste.session.State.EXPECT_REFUSED_CHUNK;

import io.posthaste.envelope.TlsParameters;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.reply.Reply;
import io.posthaste.wire.Verb;
import java.nio.ByteBuffer;

/**
 * The dialogue of a session: takes its events, command lines and content in the order of its states, which are drawn at
 * {@link State}. Its beginning is led by {@link Admission}, the answer to content by {@link Settlement}; what commands do is
 * with {@link Commands} and {@link Chunks}.
 *
 * <p>Whole command lines and content come in; replies are appended to the buffer given, {@link #intent()} says what the
 * connection has to do next. Called on the reactor thread only.
 */
final class Conversation {
    final SessionContext context;
    final Course course;
    final Transaction transaction;
    final Conduct conduct;
    private final Chunks chunks;
    final ClientAccount account;
    final Counsel counsel;
    final Flight flight;
    final Commands commands;

    private Peer peer;
    private Object owner;

    Conversation(final SessionContext context) {
        this.context = context;
        course = new Course(context);
        transaction = new Transaction(context);
        conduct = new Conduct(context.profile.conduct());
        chunks = new Chunks(context, course, transaction, conduct);
        account = new ClientAccount(context);
        counsel = context.counsel();
        flight = new Flight(context);
        commands = new Commands(context, course, transaction, conduct, chunks, account, counsel);
    }

    // Its beginning and end

    /** See {@link Session#open}. */
    void open(final Peer client, final Object receiptOwner, final long nowNs) {
        peer = client;
        owner = receiptOwner;
        course.begin();
        flight.begin(nowNs);
        conduct.begin(nowNs);
        commands.begin();
        counsel.begin(receiptOwner);
    }

    /** See {@link Session#leave}. */
    void leave(final CloseReason reason, final HandshakeFailure handshakeFailure) {
        account.close();
        flight.end(peer, commands.greeting(), reason, handshakeFailure);
        peer = null;
    }

    /** See {@link Session#onVerdict}. */
    void onVerdict(final ByteBuffer out, final long nowNs) {
        if (!counsel.isAwaiting()) {
            throw new IllegalStateException("verdict in state " + course.state());
        }
        counsel.onAnswer(nowNs);
        goOnWithVerdict(out, nowNs);
    }

    /** See {@link Session#onVerdictTimeout}. */
    void onVerdictTimeout(final ByteBuffer out, final long nowNs) {
        commands.giveUpLogin();
        counsel.onTimeout(nowNs);
        goOnWithVerdict(out, nowNs);
    }

    /** The greeting is decided here; a command that waits is looked at again with the input. */
    private void goOnWithVerdict(final ByteBuffer out, final long nowNs) {
        if (course.state() == EXPECT_ADMISSION) {
            Admission.greet(this, out, nowNs);
        } else if (course.state() == EXPECT_AUTHENTICATION) {
            course.intend(Intent.READ);
            commands.conclude(counsel.takeAnswer(), out, nowNs);
            flight.reply();
            if (course.judge(conduct.onCommand(Verb.AUTH, context.lastCode, nowNs), out)) {
                flight.reply();
            } else if (course.intent() == Intent.READ) {
                course.endWhenDraining(out);
            }
        } else {
            course.intend(Intent.READ);
        }
    }

    /** See {@link Session#onSecured}. */
    void onSecured(final TlsParameters tls) {
        commands.beginSecure(tls);
        flight.tls();
        course.intend(Intent.READ);
    }

    /** See {@link Session#onTimeout}. */
    void onTimeout(final ByteBuffer out) {
        course.end(Reply.IDLE_TIMEOUT, isReceiving() ? CloseReason.DATA_TIMEOUT : CloseReason.COMMAND_TIMEOUT, out);
        flight.reply();
    }

    /** See {@link Session#drain}. */
    void drain(final ByteBuffer out) {
        course.drain();
        if (!transaction.isOpen()) {
            course.endWhenDraining(out);
        }
    }

    /** See {@link Session#close}. */
    void close() {
        counsel.end();
        commands.giveUpLogin();
        flight.endsIn(course.state());
        if (course.state() == EXPECT_RECEIPT || course.state() == EXPECT_PART_RECEIPT) {
            transaction.disown();
        } else {
            transaction.abort();
        }
        course.state(EXPECT_HELLO);
        owner = null;
    }

    // What the session asks and says

    Intent intent() {
        return course.intent();
    }

    /** More input is about to be consumed. */
    void goOn() {
        course.intend(Intent.READ);
    }

    /** Replies must go out before another command is taken. */
    void pauseForReplies() {
        course.intend(Intent.FLUSH);
    }

    CloseReason closeReason() {
        return course.closeReason();
    }

    Peer peer() {
        return peer;
    }

    /** Who is told of receipts; see {@link Session#open}. */
    Object owner() {
        return owner;
    }

    /** Whether what comes is content of a message. */
    boolean isReceivingMessage() {
        return course.state() == EXPECT_CONTENT || course.state() == EXPECT_CHUNK;
    }

    /** Whether what comes is content, wanted or not, and no command line. */
    boolean isReceiving() {
        return isReceivingMessage() || course.state() == EXPECT_REFUSED_CHUNK;
    }

    /** Whether the command just taken waits for a verdict, and is to be taken again. */
    boolean isPostponed() {
        return course.intent() == Intent.AWAIT_VERDICT && course.state() != EXPECT_AUTHENTICATION;
    }

    /** Whether the client may send credentials: nothing of what it sends is to be left in memory that is used again. */
    boolean isConfidential() {
        return context.profile.access().auth().isOffered()
                && commands.greeting().isSecure();
    }

    static void wipe(final ByteBuffer in, final int from, final int to) {
        for (int i = from; i < to; i++) {
            in.put(i, (byte) 0);
        }
    }

    /** Whether the client has been refused and can only say QUIT. */
    boolean isRefused() {
        return course.state() == EXPECT_QUIT;
    }

    // Command lines

    /** Takes a command line without its CRLF. */
    void command(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        final boolean isResponse = course.state() == EXPECT_CREDENTIALS;
        final Verb verb = isResponse ? Verb.AUTH : Verb.of(in, from, to);
        context.noReplyYet();
        if (isResponse) {
            commands.respond(in, from, to, out, nowNs);
        } else {
            commands.run(verb, in, from + verb.length(), to, peer, out, nowNs);
        }
        if (verb == Verb.AUTH) {
            wipe(in, from, to);
        }
        if (course.intent() == Intent.AWAIT_VERDICT) {
            if (course.state() == EXPECT_AUTHENTICATION) {
                // Not looked at again: only its answer is to come.
                flight.command(verb, in, from + verb.length(), to);
            }
            return;
        }
        counsel.end();
        flight.command(verb, in, verb == Verb.UNKNOWN ? from : from + verb.length(), to);
        if (!isReceiving() && course.judge(conduct.onCommand(verb, context.lastCode, nowNs), out)) {
            flight.reply();
        }
    }

    /** The last command was STARTTLS, and may be answered; {@code isFollowed} when octets behind it are here already. */
    void answerStartTls(final boolean isFollowed, final ByteBuffer out) {
        commands.answerStartTls(isFollowed, out);
        flight.reply();
    }

    /** Refuses a command line that is not even read; if it begins like BDAT, a chunk may follow it. */
    void refuseLine(final Reply reason, final boolean isBdat, final ByteBuffer out, final long nowNs) {
        if (course.state() == EXPECT_CREDENTIALS) {
            course.state(EXPECT_MAIL);
            context.reply(reason == Reply.LINE_TOO_LONG ? Reply.AUTH_LINE_TOO_LONG : reason, out);
            flight.refusedLine();
            if (course.judge(conduct.onCommand(Verb.AUTH, reason.code(), nowNs), out)) {
                flight.reply();
            }
            return;
        }
        context.reply(reason, out);
        flight.refusedLine();
        if (isBdat) {
            chunks.loseStep(out);
            flight.reply();
        } else if (course.judge(conduct.onCommand(Verb.UNKNOWN, reason.code(), nowNs), out)) {
            flight.reply();
        }
    }

    // Content

    /** Takes content from [from, to) as far as it goes; returns the position behind it. */
    int receive(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long nowNs) {
        final int position = switch (course.state()) {
            case EXPECT_CONTENT -> receiveContent(in, from, to, nowNs);
            case EXPECT_CHUNK -> chunks.receive(in, from, to, nowNs);
            default -> skip(from, to, out);
        };
        // Counted in any case: chunks that come whole are content, too.
        final Breach breach = conduct.onContent(position - from, nowNs);
        if ((isReceiving() || course.state() == EXPECT_BDAT) && course.judge(breach, out)) {
            flight.reply();
        }
        return position;
    }

    /** A chunk that is not wanted is answered behind its octets. */
    private int skip(final int from, final int to, final ByteBuffer out) {
        final int position = chunks.skip(from, to, out);
        if (!isReceiving()) {
            flight.reply();
        }
        return position;
    }

    private int receiveContent(final ByteBuffer in, final int from, final int to, final long nowNs) {
        final int position = transaction.receive(in, from, to, nowNs);
        if (transaction.isContentComplete()) {
            course.state(EXPECT_HAND_OFF);
            course.intend(Intent.END_OF_DATA);
        } else if (transaction.isPartDue()) {
            course.intend(Intent.END_OF_DATA);
        }
        return position;
    }
}
