package io.posthaste.session;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.RecordCursor;
import io.posthaste.envelope.Via;
import io.posthaste.policy.Question;
import io.posthaste.wire.PathParser;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The question about a session where it stands. One a reactor, used again for each: it answers only while it is asked. Holds
 * no octets; strings are made on demand.
 */
final class SessionQuestion implements Question {
    private final RecordCursor cursor = new RecordCursor();
    private Peer peer;
    private Greeting greeting;
    private String user = "";
    private ByteBuffer in;
    private PathParser path;
    private Envelope envelope;

    /** A client has connected. */
    void ofClient(final Peer client, final Greeting state) {
        peer = client;
        greeting = state;
    }

    /** @param name who the client has proved to be, or empty */
    void byUser(final String name) {
        user = name;
    }

    /** MAIL with this path in a buffer. */
    void ofSender(final ByteBuffer buffer, final PathParser reversePath) {
        in = buffer;
        path = reversePath;
        envelope = null;
    }

    /** RCPT with this path in a buffer, in the transaction of an envelope. */
    void ofRecipient(final ByteBuffer buffer, final PathParser forwardPath, final Envelope transaction) {
        in = buffer;
        path = forwardPath;
        envelope = transaction;
    }

    /** It has been asked: nothing of the session is kept. */
    void clear() {
        peer = null;
        greeting = null;
        user = "";
        in = null;
        path = null;
        envelope = null;
    }

    @Override
    public InetAddress clientAddress() {
        return client().address();
    }

    @Override
    public Via via() {
        return client().via();
    }

    @Override
    public String helloName() {
        client();
        return new String(greeting.name(), 0, greeting.nameLength(), StandardCharsets.UTF_8);
    }

    @Override
    public boolean isSecure() {
        client();
        return greeting.isSecure();
    }

    @Override
    public String user() {
        client();
        return user;
    }

    @Override
    public String sender() {
        client();
        if (envelope != null) {
            envelope.reversePath(cursor);
            return cursor.asString();
        }
        return path == null ? "" : mailbox();
    }

    @Override
    public String recipient() {
        client();
        return envelope == null ? "" : mailbox();
    }

    private String mailbox() {
        final byte[] octets = new byte[path.mailboxEnd() - path.mailboxStart()];
        in.get(path.mailboxStart(), octets);
        return new String(octets, StandardCharsets.UTF_8);
    }

    private Peer client() {
        if (peer == null) {
            throw new IllegalStateException("the question is over: take what is needed later while it is asked");
        }
        return peer;
    }
}
