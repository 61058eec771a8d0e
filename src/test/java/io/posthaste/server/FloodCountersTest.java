package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.TlsLimits;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsEngineChoice;
import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is counted, held and answered while one address floods a server and a well-behaved client hands in mail, a turn of the
 * one for a message of the other: exactly that. How long it takes them does not matter here; the command line's {@code
 * FloodLatencyTest} measures it.
 */
@Timeout(60)
class FloodCountersTest {
    private static final String FLOODER = "127.0.0.2";
    private static final int TURNS = 200;
    private static final int MOST_CONNECTIONS = 20;
    private static final int SLOW_CLIENTS = 300;
    private static final int OCTETS_A_TURN = 3;
    private static final int HANDSHAKES = 50;
    private static final int TIMEOUT_MS = 10_000;
    private static final int TLS_HANDSHAKE = 22;

    /** What a connection of the flood, or the well-behaved client, may take of message memory. */
    private static final long OCTETS_A_CONNECTION = 3L * 4096;
    /** What the reactor itself has: buffers to read into and write from, and both once more for ciphertext. */
    private static final long REACTORS_OWN = 4L * 64 * 1024;

    private final List<Socket> held = new ArrayList<>();
    private long messages;

    @AfterEach
    void nothingRuns() throws IOException, InterruptedException {
        for (final Socket socket : held) {
            socket.close();
        }
        Waiting.untilNoServerThreads();
    }

    private static ServerBuilder builder(final int flooderConnections) {
        return SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .reactors(1)
                .clientLimits(
                        ClientLimits.NONE.withConnections(flooderConnections).withExempt(List.of()));
    }

    private static Socket connect(final int port) throws IOException {
        final Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.bind(new InetSocketAddress(InetAddress.getByName(FLOODER), 0));
        socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), TIMEOUT_MS);
        return socket;
    }

    /** Code of the reply that comes; its lines are taken. */
    private static int code(final InputStream in) throws IOException {
        final StringBuilder line = new StringBuilder();
        while (true) {
            final int octet = in.read();
            if (octet < 0) {
                throw new IOException("closed behind: " + line);
            }
            if (octet == '\n') {
                if (line.charAt(3) == ' ') {
                    return Integer.parseInt(line.substring(0, 3));
                }
                line.setLength(0);
            } else {
                line.append((char) octet);
            }
        }
    }

    private static void send(final Socket socket, final String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void mails(final RawClient client) throws IOException {
        client.mails("message " + messages).expects(250);
        messages++;
    }

    private static void assertBounded(final SmtpServer server, final int connections) {
        final long inUse = server.status().memoryInUse();
        final long bound = REACTORS_OWN + connections * OCTETS_A_CONNECTION;
        assertTrue(inUse <= bound, () -> "octets of message memory: " + inUse + " of " + bound);
    }

    /** Nothing else happens to the server: what there is beside the flood's is the client's. */
    private void assertCounted(final SmtpServer server, final RawClient client, final int flooders) throws IOException {
        Waiting.until(client, "the flood's connections", () -> server.status().openConnections() == flooders + 1);
        assertBounded(server, flooders + 1);
        assertEquals(messages, server.status().count(Counter.MESSAGES_ACCEPTED));
        assertEquals(0, server.status().count(Counter.INTERNAL_ERRORS));
    }

    @Test
    void shouldRefuseTheConnectionsOfOneBeyondItsLimit() throws IOException {
        try (SmtpServer server = builder(MOST_CONNECTIONS).start();
                RawClient client = RawClient.greeted(server.port())) {
            for (int i = 0; i < TURNS; i++) {
                final Socket socket = connect(server.port());
                final int code = code(socket.getInputStream());
                assertEquals(i < MOST_CONNECTIONS ? 220 : 421, code, "connection " + i);
                if (code == 220) {
                    held.add(socket);
                } else {
                    socket.close();
                }
                mails(client);
                assertBounded(server, MOST_CONNECTIONS + 2);
            }
            assertCounted(server, client, MOST_CONNECTIONS);
            final int refused = TURNS - MOST_CONNECTIONS;
            assertEquals(refused, server.status().count(Counter.LIMIT_CLIENT_CONNECTIONS));
            assertEquals(refused, server.status().count(CloseReason.CLIENT_CONNECTION_LIMIT));
            assertEquals(refused, server.status().replies(421));
            assertEquals(MOST_CONNECTIONS + 1, server.status().replies(220));
        }
    }

    @Test
    void shouldServeSlowClientsInBoundedMemory() throws IOException {
        try (SmtpServer server = builder(SLOW_CLIENTS).start();
                RawClient client = RawClient.greeted(server.port())) {
            for (int i = 0; i < SLOW_CLIENTS; i++) {
                final Socket socket = connect(server.port());
                held.add(socket);
                send(socket, "EHLO slow.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n");
                for (final int expected : new int[] {220, 250, 250, 250, 354}) {
                    assertEquals(expected, code(socket.getInputStream()));
                }
            }
            int next = 0;
            for (int i = 0; i < 2 * TURNS; i++) {
                for (int j = 0; j < OCTETS_A_TURN; j++) {
                    next = (next + 1) % SLOW_CLIENTS;
                    send(held.get(next), "x");
                }
                mails(client);
                assertBounded(server, SLOW_CLIENTS + 1);
            }
            assertCounted(server, client, SLOW_CLIENTS);
            assertEquals(SLOW_CLIENTS, server.status().openTransactions());
            // They were served, too: each of them can end its message.
            for (final Socket socket : held) {
                send(socket, "\r\n.\r\n");
                assertEquals(250, code(socket.getInputStream()));
                messages++;
            }
            assertCounted(server, client, SLOW_CLIENTS);
            assertEquals(0, server.status().openTransactions());
            assertEquals(0, server.status().replies(421));
        }
    }

    @ParameterizedTest
    @EnumSource(value = TlsEngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void shouldCountHandshakesThatAreNeverFinished(final TlsEngineChoice engine) throws IOException {
        try (SmtpServer server = flooded(engine, Integer.MAX_VALUE).start();
                RawClient client = RawClient.greeted(server.port())) {
            assertEquals(HANDSHAKES, answeredHandshakes(server, client));
            assertCounted(server, client, HANDSHAKES);
            assertEquals(0, server.status().count(Counter.TLS_HANDSHAKE_FAILURES), "not over yet");
            resetsAll();
            assertCounted(server, client, 0);
            assertEquals(0, server.status().count(Counter.TLS_HANDSHAKES), "none of them finishes");
            assertEquals(HANDSHAKES, server.status().count(Counter.TLS_HANDSHAKE_FAILURES));
            assertEquals(0, server.status().count(Counter.TLS_HANDSHAKES_REFUSED));
        }
    }

    /** One a second: the clock of the machine says how many that may have been. */
    @ParameterizedTest
    @EnumSource(value = TlsEngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void shouldRefuseHandshakesBeyondTheirRate(final TlsEngineChoice engine) throws IOException {
        try (SmtpServer server = flooded(engine, 1).start();
                RawClient client = RawClient.greeted(server.port())) {
            final long begunNs = System.nanoTime();
            final int answered = answeredHandshakes(server, client);
            final long tookNs = System.nanoTime() - begunNs;
            assertTrue(answered >= 1, "the first is welcome");
            assertTrue(answered <= 1 + tookNs / TimeUnit.SECONDS.toNanos(1), () -> answered + " in " + tookNs + " ns");
            assertCounted(server, client, answered);
            assertEquals(HANDSHAKES - answered, server.status().count(Counter.TLS_HANDSHAKES_REFUSED));
            assertEquals(HANDSHAKES - answered, server.status().count(CloseReason.TLS_OVERLOAD));
            resetsAll();
            assertCounted(server, client, 0);
            assertEquals(0, server.status().count(Counter.TLS_HANDSHAKES), "none of them finishes");
            assertEquals(answered, server.status().count(Counter.TLS_HANDSHAKE_FAILURES));
        }
    }

    private static ServerBuilder flooded(final TlsEngineChoice engine, final int handshakesPerSecond) {
        return builder(HANDSHAKES)
                .listenTls(HostPort.parse("127.0.0.1:0"))
                .tls(TlsConfig.selfSigned("mx.example"))
                .tlsEngine(engine)
                .tlsLimits(TlsLimits.DEFAULTS.withHandshakesPerSecond(handshakesPerSecond));
    }

    /** Begins handshakes, finishes none and holds those that are answered; the others must be closed without a word. */
    private int answeredHandshakes(final SmtpServer server, final RawClient client) throws IOException {
        final byte[] hello = clientHello();
        final int port = server.tlsAddresses().get(0).getPort();
        for (int i = 0; i < HANDSHAKES; i++) {
            final Socket socket = connect(port);
            if (isAnswered(socket, hello)) {
                held.add(socket);
            } else {
                socket.close();
            }
            mails(client);
            assertBounded(server, HANDSHAKES + 1);
        }
        return held.size();
    }

    private static boolean isAnswered(final Socket socket, final byte[] hello) throws IOException {
        final int octet;
        try {
            socket.getOutputStream().write(hello);
            octet = socket.getInputStream().read();
        } catch (final SocketException e) {
            return false; // reset: what was sent is not read
        }
        assertTrue(octet < 0 || octet == TLS_HANDSHAKE, () -> "answered by " + octet);
        return octet == TLS_HANDSHAKE;
    }

    private void resetsAll() throws IOException {
        for (final Socket socket : held) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
        held.clear();
    }

    private static byte[] clientHello() throws IOException {
        final SSLEngine client = TlsFixtures.trustingAnyone().createSSLEngine("mx.example", 465);
        client.setUseClientMode(true);
        final ByteBuffer out = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
        client.wrap(ByteBuffer.allocate(0), out);
        final byte[] hello = new byte[out.position()];
        out.flip().get(hello);
        return hello;
    }
}
