package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.Counter;
import io.posthaste.policy.ClientLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A well-behaved client while another address floods the server. That all its messages are taken, that the flood is refused and
 * counted, and that memory has a bound, must hold; how long its messages take is printed beside what they take when it is
 * quiet, for a machine that is busy with other things tells nothing.
 */
@Timeout(120)
class FloodLatencyTest {
    private static final String FLOODER = "127.0.0.2";
    private static final int WARM_UP = 10_000;
    private static final int MESSAGES = 5000;
    /** Messages of a test: warm-up in both ways, then quiet, flooded, flooded, quiet. */
    private static final long ALL_MESSAGES = 2L * WARM_UP + 4L * MESSAGES;

    /** Between two turns of a flood: in a closed loop it would measure who gets the processor. */
    private static final long PACE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final int OCTETS_A_TURN = 3;
    private static final int MOST_CONNECTIONS = 20;
    private static final int SLOW_CLIENTS = 300;
    /** What a connection of the flood, or the well-behaved client, may take of message memory. */
    private static final long OCTETS_A_CONNECTION = 3L * 4096;

    /** What the reactor itself has: buffers to read into and write from. */
    private static final long REACTORS_OWN = 2L * 64 * 1024;

    private static SmtpServer start(final int flooderConnections) throws IOException {
        return SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .clientLimits(
                        ClientLimits.NONE.withConnections(flooderConnections).withExempt(List.of()))
                .start();
    }

    private static Socket connect(final SmtpServer server) throws IOException {
        final Socket socket =
                new Socket(InetAddress.getByName("127.0.0.1"), server.port(), InetAddress.getByName(FLOODER), 0);
        socket.setTcpNoDelay(true);
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

    /** Sends so many messages, each of which must be taken; returns how long each took, in microseconds. */
    private static Histogram sends(final RawClient client, final int count) throws IOException {
        final Histogram us = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        for (int i = 0; i < count; i++) {
            final long begun = System.nanoTime();
            client.mails("message " + i).expects(250);
            us.recordValue((System.nanoTime() - begun) / 1000);
        }
        return us;
    }

    private static void print(final String flood, final Histogram quiet, final Histogram flooded) {
        System.out.printf(
                Locale.ROOT,
                "%s: p50 %d us (quiet %d), p99 %d us (quiet %d): %.2f of its quiet value%n",
                flood,
                flooded.getValueAtPercentile(50),
                quiet.getValueAtPercentile(50),
                flooded.getValueAtPercentile(99),
                quiet.getValueAtPercentile(99),
                flooded.getValueAtPercentile(99) / (double) quiet.getValueAtPercentile(99));
    }

    /** What a flood does again and again while the client sends. */
    @FunctionalInterface
    private interface Turn {
        void run() throws IOException;
    }

    /** Quiet, flooded, flooded, quiet, so that what the machine does meanwhile falls on both; prints the figures. */
    private static void compare(final String name, final RawClient client, final Turn flood)
            throws IOException, InterruptedException {
        sends(client, WARM_UP);
        sendsDuring(client, WARM_UP, flood);
        final Histogram quiet = sends(client, MESSAGES);
        final Histogram flooded = sendsDuring(client, MESSAGES, flood);
        flooded.add(sendsDuring(client, MESSAGES, flood));
        quiet.add(sends(client, MESSAGES));
        print(name, quiet, flooded);
    }

    private static Histogram sendsDuring(final RawClient client, final int count, final Turn flood)
            throws IOException, InterruptedException {
        final AtomicBoolean over = new AtomicBoolean();
        final AtomicReference<IOException> failure = new AtomicReference<>();
        final Thread flooder = new Thread(() -> {
            try {
                while (!over.get()) {
                    flood.run();
                    LockSupport.parkNanos(PACE_NS);
                }
            } catch (final IOException e) {
                failure.set(e);
            }
        });
        flooder.start();
        try {
            return sends(client, count);
        } finally {
            over.set(true);
            flooder.join();
            assertEquals(null, failure.get());
        }
    }

    private static void assertBounded(final SmtpServer server, final int connections) {
        final long inUse = server.status().memoryInUse();
        final long bound = REACTORS_OWN + connections * OCTETS_A_CONNECTION;
        assertTrue(inUse <= bound, () -> "octets of message memory: " + inUse + " of " + bound);
    }

    @Test
    void shouldServeAWellBehavedClientDuringAConnectionFlood() throws IOException, InterruptedException {
        final List<Socket> held = new ArrayList<>();
        final long[] refused = new long[1];
        try (SmtpServer server = start(MOST_CONNECTIONS);
                RawClient client = RawClient.greeted(server.port())) {
            compare("connection flood", client, () -> {
                final Socket socket = connect(server);
                if (code(socket.getInputStream()) == 220) {
                    held.add(socket);
                } else {
                    refused[0]++;
                    socket.close();
                }
                assertBounded(server, MOST_CONNECTIONS + 1);
            });
            // One more for certain, so that there is a refusal on any machine.
            while (refused[0] == 0 || held.size() < MOST_CONNECTIONS) {
                final Socket socket = connect(server);
                if (code(socket.getInputStream()) == 220) {
                    held.add(socket);
                } else {
                    refused[0]++;
                    socket.close();
                }
            }
            assertEquals(MOST_CONNECTIONS, held.size());
            assertEquals(refused[0], server.status().count(Counter.LIMIT_CLIENT_CONNECTIONS));
            assertEquals(refused[0], server.status().replies(421));
            assertEquals(MOST_CONNECTIONS + 1, server.status().openConnections());
            assertEquals(ALL_MESSAGES, server.status().count(Counter.MESSAGES_ACCEPTED));
        } finally {
            for (final Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void shouldServeAWellBehavedClientDuringASlowClientFlood() throws IOException, InterruptedException {
        final List<Socket> slow = new ArrayList<>();
        try (SmtpServer server = start(SLOW_CLIENTS);
                RawClient client = RawClient.greeted(server.port())) {
            for (int i = 0; i < SLOW_CLIENTS; i++) {
                final Socket socket = connect(server);
                slow.add(socket);
                send(socket, "EHLO slow.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n");
                for (final int expected : new int[] {220, 250, 250, 250, 354}) {
                    assertEquals(expected, code(socket.getInputStream()));
                }
            }
            final int[] next = new int[1];
            compare("slow-client flood", client, () -> {
                for (int i = 0; i < OCTETS_A_TURN; i++) {
                    next[0] = (next[0] + 1) % SLOW_CLIENTS;
                    send(slow.get(next[0]), "x");
                }
            });
            assertBounded(server, SLOW_CLIENTS + 1);
            assertEquals(SLOW_CLIENTS + 1, server.status().openConnections());
            assertEquals(ALL_MESSAGES, server.status().count(Counter.MESSAGES_ACCEPTED));
            // They were served, too: each of them can end its message.
            for (final Socket socket : slow) {
                send(socket, "\r\n.\r\n");
                assertEquals(250, code(socket.getInputStream()));
            }
        } finally {
            for (final Socket socket : slow) {
                socket.close();
            }
        }
    }
}
