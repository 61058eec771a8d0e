package io.posthaste.session;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.User;
import io.posthaste.policy.Verdict;
import io.posthaste.reply.Reply;
import io.posthaste.wire.PathParser;
import io.posthaste.wire.Verb;
import java.nio.ByteBuffer;

/**
 * A MAIL or RCPT that is refused, though it is rightly written and in its place. One a reactor, used again for each: it holds no
 * octets and answers only while it is told. Making it allocates nothing.
 */
public final class Rejection {
    private Verb command;
    private RejectReason reason;
    private int code;
    private String enhancedStatus = "";
    private Verdict verdict;

    private Peer peer;
    private Greeting greeting;
    private User user;
    private Envelope envelope;

    private ByteBuffer octets;
    private int addressStart;
    private int addressEnd;

    // Filling

    /** @param loggedIn null when nobody has */
    void of(final Peer client, final Greeting hello, final User loggedIn) {
        peer = client;
        greeting = hello;
        user = loggedIn;
    }

    /**
     * @param path in the buffer; null when it cannot be read
     * @param transaction null for MAIL
     */
    void of(final Verb refused, final ByteBuffer in, final PathParser path, final Envelope transaction) {
        command = refused;
        envelope = transaction;
        if (path != null) {
            octets = in;
            addressStart = path.mailboxStart();
            addressEnd = path.mailboxEnd();
        }
    }

    void by(final Reply reply) {
        reason = RejectReason.of(reply);
        code = reply.code();
        enhancedStatus = reply.enhancedStatus();
        verdict = null;
    }

    void by(final Verdict refusal) {
        reason = RejectReason.of(refusal);
        code = refusal.code();
        enhancedStatus = refusal.enhancedStatus();
        verdict = refusal;
    }

    /** It has been told: nothing of the session is kept. */
    void clear() {
        peer = null;
        greeting = null;
        user = null;
        envelope = null;
        octets = null;
        verdict = null;
    }

    // Reading

    /** {@link Verb#MAIL} or {@link Verb#RCPT}. */
    public Verb command() {
        return command;
    }

    public RejectReason reason() {
        return reason;
    }

    /** The reply code that the client is told. */
    public int code() {
        return code;
    }

    /** The enhanced status code that it is told. */
    public String enhancedStatus() {
        return enhancedStatus;
    }

    /** What a policy said; null when none did. */
    public Verdict verdict() {
        return verdict;
    }

    public Peer peer() {
        return peer;
    }

    Greeting greeting() {
        return greeting;
    }

    /** The name that the client gave with EHLO or HELO, first {@link #helloLength()} octets. */
    public byte[] hello() {
        return greeting.name();
    }

    public int helloLength() {
        return greeting.nameLength();
    }

    /** Who has logged in; null when nobody has. */
    public User user() {
        return user;
    }

    /** The open transaction, for RCPT; null for MAIL, before there is one. */
    public Envelope envelope() {
        return envelope;
    }

    /**
     * Where the mailbox of the command lies, from {@link #addressStart()} to {@link #addressEnd()}, empty for the null
     * reverse-path; null when it cannot be read.
     */
    public ByteBuffer octets() {
        return octets;
    }

    public int addressStart() {
        return addressStart;
    }

    public int addressEnd() {
        return addressEnd;
    }
}
