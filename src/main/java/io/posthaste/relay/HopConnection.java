package io.posthaste.relay;

import io.posthaste.relay.HopSession.State;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;

/**
 * Carries octets between a socket and a session, through TLS once it is asked for, and does what the session wants. Nothing
 * is thrown: what goes wrong ends the session. Client thread only.
 */
final class HopConnection {
    /** Octets that wait for the socket; a line of a command is far shorter. */
    private static final int OUT_OCTETS = 64 * 1024;
    /** Buffers filled and written in one turn, so that a large message does not hold up the others. */
    private static final int ROUNDS = 16;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Hop hop;
    private final HopSession session;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Supplier<Wire> newTlsWire;
    private final boolean verifies;
    private final long connectDeadlineNs;
    private final ByteBuffer out;

    private boolean isConnecting = true;
    private boolean isTlsFailed;
    private Wire wire = Wire.CLEAR;
    /** What is being sent; null when nothing is. */
    private Job job;

    private boolean isInService;
    private long readySinceNs;
    private long readySinceTurn;
    /** Whether it had carried a message, or had been idle for a while, when the message under way began. */
    private boolean isKept;

    private boolean hasCarried;

    private HopConnection(
            final Hop hop,
            final HopSession session,
            final SocketChannel channel,
            final SelectionKey key,
            final Supplier<Wire> newTlsWire,
            final boolean verifies,
            final ByteBuffer out,
            final long nowNs) {
        this.hop = hop;
        this.session = session;
        this.channel = channel;
        this.key = key;
        this.newTlsWire = newTlsWire;
        this.verifies = verifies;
        this.out = out;
        connectDeadlineNs = nowNs + HopTimeouts.CONNECT_NS;
    }

    /**
     * Begins to connect.
     *
     * @param newTlsWire makes the way through TLS when the server has agreed to it
     * @param verifies whether that checks the server's certificate
     * @throws IOException there is no way there
     */
    static HopConnection open(
            final Hop hop,
            final HopSession session,
            final Selector selector,
            final Supplier<Wire> newTlsWire,
            final boolean verifies,
            final long nowNs)
            throws IOException {
        final SocketAddress address = hop.address();
        final StandardProtocolFamily family = NextHop.family(address);
        // Before there is a key: one without a connection would fail each turn.
        final ByteBuffer out = ByteBuffer.allocateDirect(OUT_OCTETS);
        final SocketChannel channel = SocketChannel.open(family);
        try {
            channel.configureBlocking(false);
            if (family != StandardProtocolFamily.UNIX) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            final boolean isConnected = channel.connect(address);
            final SelectionKey key =
                    channel.register(selector, isConnected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
            final HopConnection connection =
                    new HopConnection(hop, session, channel, key, newTlsWire, verifies, out, nowNs);
            connection.isConnecting = !isConnected;
            key.attach(connection);
            return connection;
        } catch (final IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    Hop hop() {
        return hop;
    }

    HopSession session() {
        return session;
    }

    Job job() {
        return job;
    }

    /**
     * Whether the connection had been kept when the message under way began: the server may have left it meanwhile, which says
     * nothing of the message.
     */
    boolean isKept() {
        return isKept;
    }

    /** Whether it has been ready for a message, at the end of a turn. */
    boolean isInService() {
        return isInService;
    }

    /** Whether the handshake of TLS failed: an alert, an end, or nothing in time. */
    boolean isTlsFailed() {
        return isTlsFailed;
    }

    boolean isSecure() {
        return wire != Wire.CLEAR;
    }

    /** Since when there is nothing to do; only when ready. */
    long readySinceNs() {
        return readySinceNs;
    }

    void readySince(final long nowNs, final long turn) {
        isInService = true;
        readySinceNs = nowNs;
        readySinceTurn = turn;
    }

    /**
     * Begins with a message; only when ready.
     *
     * @param turn the client's; one that got ready in the turn before has not been kept
     */
    void begin(final Job next, final long turn, final long nowNs) {
        job = next;
        isKept = hasCarried || turn - readySinceTurn > 1;
        hasCarried = true;
        session.begin(next.message(), nowNs);
        write(nowNs);
    }

    /** The message is over. */
    Job endJob() {
        final Job ended = job;
        job = null;
        return ended;
    }

    void quit(final long nowNs) {
        session.quit(nowNs);
        write(nowNs);
    }

    /** The socket has something for us. {@code plain} and what TLS reads into are shared, and empty between two calls. */
    void onSelected(final ByteBuffer plain, final long nowNs) {
        try {
            if (isConnecting) {
                if (!channel.finishConnect()) {
                    return;
                }
                isConnecting = false;
            }
            read(plain, nowNs);
        } catch (final IOException e) {
            onBroken(e);
        }
        write(nowNs);
    }

    /** Looks whether something takes too long. */
    void checkTime(final long nowNs) {
        if (isConnecting) {
            if (nowNs - connectDeadlineNs >= 0) {
                session.fail(HopReply.ours(451, "4.4.1", "Connecting to the next server took too long"), true);
            }
        } else if (job != null && nowNs - job.deadlineNs() >= 0) {
            session.onTimeout();
        } else if (session.state() != State.READY && nowNs - session.deadlineNs() >= 0) {
            isTlsFailed = session.state() == State.EXPECT_HANDSHAKE;
            session.onTimeout();
        }
    }

    /** Closes the socket. Idempotent. */
    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (final IOException e) {
            // It is gone, which is all that was wanted.
        }
        wire.release();
    }

    private void read(final ByteBuffer plain, final long nowNs) throws IOException {
        final int count = wire.read(channel, plain.clear());
        session.consume(plain.flip(), nowNs);
        if (session.isEnded()) {
            return;
        }
        if (count < 0) {
            isTlsFailed = session.state() == State.EXPECT_HANDSHAKE;
            session.fail(HopReply.ours(451, "4.4.2", "The next server closed the connection"), true);
        } else if (session.state() == State.EXPECT_HANDSHAKE) {
            goOnWithHandshake(nowNs);
        }
    }

    private void goOnWithHandshake(final long nowNs) throws IOException {
        if (wire == Wire.CLEAR) {
            wire = newTlsWire.get();
        }
        wire.write(channel, NOTHING);
        if (wire.isEstablished()) {
            session.onSecured(verifies, nowNs);
        }
    }

    /** Writes until the socket takes no more or nothing is left, and asks for what is to be waited for. */
    private void write(final long nowNs) {
        try {
            boolean isAllWritten = writeOnce(nowNs);
            for (int i = 1; i < ROUNDS && isAllWritten && hasMore(); i++) {
                isAllWritten = writeOnce(nowNs);
            }
            if (!session.isEnded() && !isConnecting) {
                key.interestOps(
                        isAllWritten && !hasMore()
                                ? SelectionKey.OP_READ
                                : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        } catch (final IOException e) {
            onBroken(e);
        }
    }

    private boolean hasMore() {
        return session.hasMoreToPut();
    }

    private boolean writeOnce(final long nowNs) throws IOException {
        if (isConnecting || session.isEnded()) {
            return true;
        }
        session.putTo(out);
        final int before = out.position();
        out.flip();
        final boolean isAllWritten = wire.write(channel, out);
        out.compact();
        if (before > out.position()) {
            session.onProgress(nowNs);
        }
        if (isAllWritten) {
            session.onFlushed();
        }
        return isAllWritten;
    }

    private void onBroken(final IOException failure) {
        isTlsFailed |= session.state() == State.EXPECT_HANDSHAKE;
        final String what = isConnecting
                ? "The next server cannot be reached"
                : isTlsFailed ? "TLS with the next server failed" : "The connection to the next server broke";
        session.fail(
                HopReply.ours(451, isConnecting ? "4.4.1" : "4.4.2", what + ": " + HopSession.cleaned(failure)), true);
    }
}
