package io.posthaste.loadtest;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * Octets in TLS records, over TCP. Owns the channel.
 *
 * <pre>
 *  launch ─▶ handshake, until it is true ─▶ read, write … ─▶ shutDown ─▶ close
 *
 *  socket ─▶ (unread) received ─unwrap─▶ input        parts ─wrap─▶ sent ─▶ (unsent) socket
 * </pre>
 *
 * <p>What stands in brackets is the wire's own and exists only while it holds something: the rest of a record that has
 * not come whole, and the rest of one that the socket has not taken. What the engine delegates (key agreement, signatures,
 * certificates) is done at once, on this thread: a generator has nobody else to serve, and its connections are alike.
 *
 * <p>Renegotiation (TLS 1.2) is refused; key updates (TLS 1.3) are answered.
 */
final class TlsWire implements Wire {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    /** Types of records: change_cipher_spec, alert, handshake, application_data (RFC 8446, section 5.1). */
    private static final int FIRST_RECORD_TYPE = 20;

    private static final int LAST_RECORD_TYPE = 23;
    /** Answers to key updates held for a server that does not read, in octets. */
    private static final int MAX_UNSENT_LENGTH = 4 * TlsBuffers.RECORD_LENGTH;
    /** Marks a session that a handshake has made, and that is met again when it is resumed. */
    private static final String MARK = TlsWire.class.getName();

    private final ByteChannel channel;
    private final SSLEngine engine;
    private final TlsBuffers buffers;
    private final Tally tally;

    private HandshakeStatus status = HandshakeStatus.NOT_HANDSHAKING;
    private ByteBuffer unread = NOTHING;
    private ByteBuffer unsent = NOTHING;
    /** There is more to read, of what was received already. */
    private boolean hasInput;
    /** The server has said close_notify. */
    private boolean isEnded;

    private boolean isTruncated;
    /** What went wrong behind octets that had to be handed over first, or null. */
    private SSLException failure;

    /**
     * @param engine as made, for a client
     * @param buffers borrowed for each call
     */
    TlsWire(ByteChannel channel, SSLEngine engine, TlsBuffers buffers, Tally tally) {
        this.channel = channel;
        this.engine = engine;
        this.buffers = buffers;
        this.tally = tally;
    }

    /** Writes ClientHello. */
    void launch() throws IOException {
        engine.beginHandshake();
        status = engine.getHandshakeStatus();
        while (status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP) {
            control();
        }
    }

    /**
     * Goes on with the handshake as far as the socket lets it.
     *
     * @return whether it is finished, and its last octet has been taken by the socket
     * @throws NotTlsException if the server answers in plain
     * @throws EOFException if it closes
     */
    boolean handshake() throws IOException {
        final ByteBuffer received = received();
        try {
            while (flush()) {
                switch (status) {
                    case NEED_TASK:
                    case NEED_WRAP:
                        control();
                        break;
                    case NEED_UNWRAP:
                    case NEED_UNWRAP_AGAIN:
                        if (!unwrapHandshake(received)) {
                            return false;
                        }
                        break;
                    default:
                        hasInput = received.hasRemaining();
                        onSecured(engine.getSession());
                        return true;
                }
            }
            return false;
        } finally {
            keep(received);
        }
    }

    private void onSecured(SSLSession session) {
        final boolean isResumed = session.getValue(MARK) != null;
        if (!isResumed) {
            session.putValue(MARK, Boolean.TRUE);
        }
        tally.onSecured(session.getProtocol(), session.getCipherSuite(), isResumed);
    }

    /** Unwraps a record of the handshake, reading it if need be; returns false if it has not come whole. */
    private boolean unwrapHandshake(ByteBuffer received) throws IOException {
        if (received.hasRemaining()) {
            requireRecord(received);
        }
        final SSLEngineResult result = engine.unwrap(received, buffers.content.clear());
        status = result.getHandshakeStatus();
        if (result.bytesProduced() > 0) {
            throw new SSLException("data before the handshake was finished");
        }
        switch (result.getStatus()) {
            case OK:
                return true;
            case BUFFER_UNDERFLOW:
                return receive(received);
            case CLOSED:
                throw new EOFException("closed by the server during the handshake");
            default:
                throw new SSLException("record too long");
        }
    }

    private static void requireRecord(ByteBuffer received) throws NotTlsException {
        final int type = received.get(received.position());
        if (type < FIRST_RECORD_TYPE || type > LAST_RECORD_TYPE) {
            throw new NotTlsException("no TLS record begins with octet " + (type & 0xFF)
                    + (type >= ' ' && type <= '~' ? " ('" + (char) type + "')" : ""));
        }
    }

    private boolean receive(ByteBuffer received) throws IOException {
        received.compact();
        final int length;
        try {
            length = channel.read(received);
        } finally {
            received.flip();
        }
        if (length < 0) {
            throw new EOFException("closed by the server during the handshake");
        }
        return length > 0;
    }

    /** Does what the engine wants to be done besides the carriage of data. */
    private void control() throws IOException {
        if (status == HandshakeStatus.NEED_TASK) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            status = engine.getHandshakeStatus();
        } else {
            status = wrap(NOTHING).getHandshakeStatus();
        }
    }

    private SSLEngineResult wrap(ByteBuffer content) throws IOException {
        final ByteBuffer sent = buffers.sent.clear();
        final SSLEngineResult result = engine.wrap(content, sent);
        send(sent.flip(), result);
        return result;
    }

    private void send(ByteBuffer sent, SSLEngineResult result) throws IOException {
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            throw new SSLException("record too long");
        }
        if (isFlushed()) {
            channel.write(sent);
        }
        if (sent.hasRemaining()) {
            final int length = unsent.remaining() + sent.remaining();
            if (length > MAX_UNSENT_LENGTH) {
                throw new SSLException("the server asks for more key updates than it takes");
            }
            unsent = ByteBuffer.allocate(length).put(unsent).put(sent).flip();
        }
    }

    private boolean flush() throws IOException {
        if (!isFlushed()) {
            channel.write(unsent);
            if (!unsent.hasRemaining()) {
                unsent = NOTHING;
            }
        }
        return isFlushed();
    }

    @Override
    public boolean isFlushed() {
        return !unsent.hasRemaining();
    }

    /** The thread's buffer with what is unread in it, flipped. */
    private ByteBuffer received() {
        return buffers.received.clear().put(unread).flip();
    }

    /** Keeps what is left in the thread's buffer, in place of what was kept before. */
    private void keep(ByteBuffer received) {
        final int length = received.remaining();
        if (length == 0) {
            unread = NOTHING;
        } else {
            final ByteBuffer room = unread.capacity() >= length ? unread.clear() : ByteBuffer.allocate(length);
            unread = room.put(received).flip();
        }
    }

    @Override
    public boolean hasInput() {
        return hasInput;
    }

    /** @param input must have room for a record, {@link TlsBuffers#RECORD_LENGTH} */
    @Override
    public int read(ByteBuffer input) throws IOException {
        final boolean isReceived = hasInput;
        hasInput = false;
        if (failure != null) {
            throw failure;
        }
        if (isEnded) {
            return -1;
        }
        final ByteBuffer received = received().compact();
        final int length;
        try {
            length = isReceived ? 0 : channel.read(received);
        } finally {
            received.flip();
        }
        final int from = input.position();
        try {
            unwrap(received, input);
        } catch (SSLException e) {
            if (input.position() == from) {
                throw e;
            }
            failure = e;
            hasInput = true;
        } finally {
            keep(received);
        }
        if (input.position() > from) {
            return input.position() - from;
        }
        if (length < 0 && !isEnded) {
            onTruncated();
        }
        return length < 0 || isEnded ? -1 : 0;
    }

    private void unwrap(ByteBuffer received, ByteBuffer input) throws IOException {
        while (received.hasRemaining()) {
            final SSLEngineResult result = engine.unwrap(received, input);
            status = result.getHandshakeStatus();
            switch (result.getStatus()) {
                case OK:
                    afterHandshake();
                    break;
                case BUFFER_UNDERFLOW:
                    return;
                case BUFFER_OVERFLOW:
                    if (input.position() == 0) {
                        throw new SSLException("record too long");
                    }
                    hasInput = true;
                    return;
                default:
                    isEnded = true;
                    hasInput = true;
                    // What follows close_notify is of no account (RFC 8446, section 6.1).
                    received.position(received.limit());
                    return;
            }
        }
    }

    /** Key updates and session tickets of TLS 1.3 are dealt with; before it there is but renegotiation. */
    private void afterHandshake() throws IOException {
        while (status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP) {
            requireTls13();
            control();
        }
        if (status == HandshakeStatus.NEED_UNWRAP) {
            requireTls13();
        }
    }

    private void requireTls13() throws SSLException {
        if (!engine.getSession().getProtocol().equals("TLSv1.3")) {
            throw new SSLException("renegotiation refused");
        }
    }

    private void onTruncated() {
        if (!isTruncated) {
            isTruncated = true;
            tally.onTruncated();
        }
    }

    /** One record to a write, so that a connection that is held back holds no more than one. */
    @Override
    public long write(ByteBuffer[] parts, int from, int count) throws IOException {
        long taken = 0;
        while (flush() && hasRemaining(parts, from, count)) {
            final ByteBuffer sent = buffers.sent.clear();
            final SSLEngineResult result = engine.wrap(parts, from, count, sent);
            send(sent.flip(), result);
            taken += result.bytesConsumed();
            if (result.bytesConsumed() + result.bytesProduced() == 0) {
                throw new SSLException("nothing can be sent any more: " + result.getStatus());
            }
        }
        return taken;
    }

    private static boolean hasRemaining(ByteBuffer[] parts, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (parts[i].hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    /** Sends close_notify, or the alert of a handshake that failed. Idempotent. */
    @Override
    public void shutDown() throws IOException {
        if (!engine.isOutboundDone()) {
            engine.closeOutbound();
            wrap(NOTHING);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (channel.isOpen()) {
                shutDown();
            }
        } finally {
            channel.close();
        }
    }
}
