package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.tls.TlsCertificates;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsEngineChoice;
import io.posthaste.tls.TlsFixtures;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** The client's side of TLS over a {@link Client}, without sockets; what it sends comes in pieces of a size of its choice. */
final class TlsClient {
    private static final Map<TlsEngineChoice, TlsCertificates> CERTIFICATES = new EnumMap<>(TlsEngineChoice.class);

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int ROOM = 1 << 20;

    final Client client;
    final SSLEngine engine;
    private final House house;
    private final IntSupplier pieces;
    private final StringBuilder text = new StringBuilder();
    private int outputRead;
    private int repliesRead;
    private boolean finished;
    private boolean inputEnded;
    private boolean endWanted;
    private boolean endSaid;

    /**
     * The handshake does not begin yet.
     *
     * @param pieces octets of each segment of the client's
     */
    TlsClient(
            final House house,
            final Client client,
            final SSLContext context,
            final String protocol,
            final IntSupplier pieces) {
        this.house = house;
        this.client = client;
        this.pieces = pieces;
        engine = context.createSSLEngine("mx.test", 25);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {protocol});
        outputRead = client.channel.outputLength();
    }

    /** The server's certificates for its engine. */
    static synchronized TlsCertificates certificates(final TlsEngineChoice engine) {
        return CERTIFICATES.computeIfAbsent(
                engine, choice -> new TlsCertificates(TlsConfig.selfSigned("mx.test"), choice));
    }

    /** Greeted, and within TLS by STARTTLS. */
    static TlsClient started(final House house, final String protocol, final IntSupplier pieces) {
        return started(house, TlsFixtures.trustingAnyone(), protocol, pieces);
    }

    static TlsClient started(
            final House house, final SSLContext context, final String protocol, final IntSupplier pieces) {
        final Client client =
                house.connect().sends("EHLO outside.test", "STARTTLS").replies(220, 250, 220);
        return new TlsClient(house, client, context, protocol, pieces).shakesHands();
    }

    TlsClient shakesHands() {
        try {
            engine.beginHandshake();
        } catch (final SSLException e) {
            throw new AssertionError(e);
        }
        exchange(NOTHING);
        assertEquals(true, finished, "the handshake is not finished");
        return this;
    }

    /** Shakes hands, and says that it sends no more in the same segment as the last of it. */
    TlsClient endsBehindHandshake() {
        endWanted = true;
        try {
            engine.beginHandshake();
        } catch (final SSLException e) {
            throw new AssertionError(e);
        }
        return exchange(NOTHING);
    }

    /** Shakes hands, and sends this in the same segment as the last of it. */
    TlsClient talksBehindHandshake(final String octets) {
        try {
            engine.beginHandshake();
        } catch (final SSLException e) {
            throw new AssertionError(e);
        }
        return sendsOctets(octets);
    }

    TlsClient sends(final String... lines) {
        return sendsOctets(String.join("\r\n", lines) + "\r\n");
    }

    TlsClient sendsOctets(final String octets) {
        exchange(ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1)));
        return this;
    }

    /** Says that it sends no more, without closing. */
    TlsClient saysEnd() {
        engine.closeOutbound();
        endWanted = true;
        exchange(NOTHING);
        return this;
    }

    /** Shakes hands until its own engine has had enough, and lets the server hear why. */
    void breaksOff() {
        try {
            engine.beginHandshake();
            converse(NOTHING);
        } catch (final SSLException e) {
            say();
            return;
        }
        throw new AssertionError("the client's engine has nothing against it");
    }

    private void say() {
        try {
            say(NOTHING);
        } catch (final SSLException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends and takes as long as anything moves. */
    TlsClient exchange(final ByteBuffer plain) {
        try {
            converse(plain);
        } catch (final SSLException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    private void converse(final ByteBuffer plain) throws SSLException {
        boolean moved = true;
        while (moved) {
            moved = take() | say(plain);
            if (!moved && house.workers.waiting() > 0) {
                house.worksOff();
                moved = true;
            }
        }
    }

    /** What the client says next, without sending it. */
    byte[] next() {
        try {
            final ByteBuffer cipher = ByteBuffer.allocate(ROOM);
            engine.wrap(NOTHING, cipher);
            return Arrays.copyOf(cipher.array(), cipher.position());
        } catch (final SSLException e) {
            throw new AssertionError(e);
        }
    }

    private boolean say(final ByteBuffer plain) throws SSLException {
        boolean said = false;
        final ByteBuffer cipher = ByteBuffer.allocate(ROOM);
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                || finished && plain.hasRemaining()
                || endWanted && !endSaid) {
            runTasks();
            final int before = cipher.position();
            final SSLEngineResult result = engine.wrap(finished ? plain : NOTHING, cipher);
            finished |= result.getHandshakeStatus() == HandshakeStatus.FINISHED;
            if (finished && endWanted) {
                engine.closeOutbound();
            }
            endSaid |= engine.isOutboundDone();
            said |= cipher.position() > before;
            if (cipher.position() == before) {
                break;
            }
        }
        int from = 0;
        while (from < cipher.position() && client.channel.isOpen()) {
            final int to = Math.min(cipher.position(), from + Math.max(1, pieces.getAsInt()));
            client.channel.feed(cipher.array(), from, to);
            client.pump();
            from = to;
        }
        return said;
    }

    private boolean take() throws SSLException {
        final byte[] output = client.channel.output();
        final ByteBuffer cipher = ByteBuffer.wrap(output, outputRead, output.length - outputRead);
        final ByteBuffer plain = ByteBuffer.allocate(ROOM);
        boolean moved = false;
        boolean more = cipher.hasRemaining();
        while (more) {
            final SSLEngineResult result = engine.unwrap(cipher, plain);
            finished |= result.getHandshakeStatus() == HandshakeStatus.FINISHED;
            inputEnded |= result.getStatus() == SSLEngineResult.Status.CLOSED;
            runTasks();
            more = cipher.hasRemaining() && result.bytesConsumed() > 0;
            moved |= result.bytesConsumed() > 0;
        }
        outputRead = output.length - cipher.remaining();
        text.append(StandardCharsets.ISO_8859_1.decode(plain.flip()));
        return moved;
    }

    private void runTasks() {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
            task.run();
            task = engine.getDelegatedTask();
        }
    }

    /** The server has answered, within TLS, with exactly these codes since the last time. */
    TlsClient replies(final int... codes) {
        final List<String> all = Client.repliesIn(text.toString());
        final int[] actual = all.subList(Math.min(repliesRead, all.size()), all.size()).stream()
                .mapToInt(Client::codeOf)
                .toArray();
        assertArrayEquals(codes, actual, text.toString());
        repliesRead = all.size();
        return this;
    }

    String lastReply() {
        final List<String> all = Client.repliesIn(text.toString());
        return all.get(all.size() - 1);
    }

    /** The server has closed, and said so within TLS before. */
    void isClosedInOrder() {
        client.isClosed();
        assertEquals(true, inputEnded, "close_notify");
    }
}
