package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The wire alone, over a channel that takes and gives a few octets at a time. */
@Timeout(60)
class TlsWireTest {
    private static final byte[] CONTENT = new byte[300_000];

    static {
        new Random(1).nextBytes(CONTENT);
    }

    private final Tally tally = new Tally();

    /** What the server's end does once the handshake is over. */
    private interface Script {
        void run(SSLSocket secured, Socket plain) throws IOException;
    }

    /** The client's end and the server's, which runs on a thread of its own. */
    private record Ends(TlsWire wire, CompletableFuture<Void> server) {}

    private Ends ends(int atATime, String protocol, Script script) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final SocketChannel channel = SocketChannel.open(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort()));
            final Socket plain = listener.accept();
            final CompletableFuture<Void> server = new CompletableFuture<>();
            final Thread thread = new Thread(
                    () -> {
                        try (plain) {
                            final SSLSocket secured = new TlsServer(protocol).over(plain);
                            secured.startHandshake();
                            script.run(secured, plain);
                            server.complete(null);
                        } catch (IOException | RuntimeException e) {
                            server.completeExceptionally(e);
                        }
                    },
                    "tls-server");
            thread.setDaemon(true);
            thread.start();
            final TlsPlan plan =
                    new TlsPlan(true, "localhost", true, List.of(TlsServer.certificate()), List.of(protocol), true);
            final TlsClient client = new TlsClient(plan, listener.getLocalPort(), tally);
            return new Ends(client.over(new ShortChannel(channel, atATime)), server);
        }
    }

    /** Waits for the first octet, and moves a few at a time. */
    private record ShortChannel(SocketChannel channel, int atATime) implements ByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            final int limit = target.limit();
            target.limit(Math.min(limit, target.position() + atATime));
            try {
                return channel.read(target);
            } finally {
                target.limit(limit);
            }
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            final int limit = source.limit();
            source.limit(Math.min(limit, source.position() + atATime));
            try {
                return channel.write(source);
            } finally {
                source.limit(limit);
            }
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static void shakeHands(TlsWire wire) throws IOException {
        wire.launch();
        boolean isFinished = false;
        while (!isFinished) {
            isFinished = wire.handshake();
        }
    }

    private static byte[] readAll(TlsWire wire, int room) throws IOException {
        final ByteBuffer all = ByteBuffer.allocate(CONTENT.length + 1);
        final ByteBuffer input = ByteBuffer.allocateDirect(room);
        while (wire.read(input.clear()) >= 0) {
            all.put(input.flip());
        }
        final byte[] octets = new byte[all.flip().remaining()];
        all.get(octets);
        return octets;
    }

    @ParameterizedTest
    @CsvSource({"1, TLSv1.2", "1, TLSv1.3", "7, TLSv1.3", "1000, TLSv1.2", "100000, TLSv1.3"})
    void shouldReadRecordsHoweverTheyAreCut(int atATime, String protocol) throws IOException {
        final byte[] content = atATime == 1 ? "250 ok\r\n".getBytes(StandardCharsets.US_ASCII) : CONTENT;
        final Ends ends = ends(atATime, protocol, (secured, plain) -> {
            secured.getOutputStream().write(content);
            secured.close();
        });
        try (TlsWire wire = ends.wire()) {
            shakeHands(wire);
            assertArrayEquals(content, readAll(wire, TlsBuffers.RECORD_LENGTH));
            assertEquals(0, tally.truncated());
            assertEquals(1, tally.handshakes());
        }
        ends.server().join();
    }

    @ParameterizedTest
    @CsvSource({"1, TLSv1.2", "1, TLSv1.3", "7, TLSv1.3", "1000, TLSv1.2", "100000, TLSv1.3"})
    void shouldWriteRecordsHoweverLittleTheSocketTakes(int atATime, String protocol) throws IOException {
        final byte[] content = atATime == 1 ? "EHLO a\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII) : CONTENT;
        final CompletableFuture<byte[]> received = new CompletableFuture<>();
        // readAllBytes ends well with close_notify only.
        final Ends ends = ends(
                atATime,
                protocol,
                (secured, plain) -> received.complete(secured.getInputStream().readAllBytes()));
        try (TlsWire wire = ends.wire()) {
            shakeHands(wire);
            final ByteBuffer[] parts = new ByteBuffer[] {
                ByteBuffer.allocate(0), ByteBuffer.wrap(content, 0, 5), ByteBuffer.wrap(content, 5, content.length - 5)
            };
            long taken = 0;
            boolean wasHeldBack = false;
            while (taken < content.length || !wire.isFlushed()) {
                taken += wire.write(parts, 0, parts.length);
                wasHeldBack |= !wire.isFlushed();
            }
            assertEquals(content.length, taken);
            assertEquals(atATime < 100_000, wasHeldBack);
            wire.shutDown();
            while (!wire.isFlushed()) {
                wire.write(parts, 0, 0);
            }
            assertArrayEquals(content, received.join());
        }
        ends.server().join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldHandOverWhatCameBeforeABrokenRecord(String protocol) throws IOException {
        final Ends ends = ends(100_000, protocol, (secured, plain) -> {
            secured.getOutputStream().write('2');
            plain.getOutputStream().write(new byte[] {23, 3, 3, 0, 40});
            plain.getOutputStream().write(new byte[40]);
            secured.getInputStream().read();
        });
        try (TlsWire wire = ends.wire()) {
            shakeHands(wire);
            final ByteBuffer input = ByteBuffer.allocateDirect(TlsBuffers.RECORD_LENGTH);
            int length = 0;
            while (length == 0) {
                length = wire.read(input);
            }
            assertEquals('2', input.get(0));
            assertThrows(SSLException.class, () -> {
                int more = 0;
                while (more == 0) {
                    more = wire.read(input.clear());
                }
            });
            // The alert of a broken record takes the place of close_notify.
        }
        assertThrows(RuntimeException.class, () -> ends.server().join());
    }

    @Test
    void shouldNotTakeRenegotiation() throws IOException {
        final Ends ends = ends(100_000, "TLSv1.2", (secured, plain) -> secured.startHandshake());
        try (TlsWire wire = ends.wire()) {
            shakeHands(wire);
            final SSLException refusal =
                    assertThrows(SSLException.class, () -> readAll(wire, TlsBuffers.RECORD_LENGTH));
            assertEquals("renegotiation refused", refusal.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldTellATruncatedStream(String protocol) throws IOException {
        final Ends ends = ends(100_000, protocol, (secured, plain) -> {
            secured.getOutputStream().write('2');
            plain.shutdownOutput();
            final InputStream in = secured.getInputStream();
            in.readAllBytes();
        });
        try (TlsWire wire = ends.wire()) {
            shakeHands(wire);
            assertArrayEquals(new byte[] {'2'}, readAll(wire, TlsBuffers.RECORD_LENGTH));
            assertEquals(1, tally.truncated());
            assertEquals(-1, wire.read(ByteBuffer.allocate(TlsBuffers.RECORD_LENGTH)));
            assertEquals(1, tally.truncated());
            assertFalse(wire.hasInput());
        }
        ends.server().join();
        assertTrue(ends.server().isDone());
    }
}
