package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.server.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * At least once: what was acknowledged has been forwarded, whole, though the process was killed while it took mail and
 * forwarded it; what came twice is counted and bounded by what a forwarder has under way. More rounds by hand: {@code mvn -pl
 * src test -Dtest=ForwardKillTest -Dposthaste.kill.rounds=100}.
 */
final class ForwardKillTest {
    private static final int ROUNDS = Integer.getInteger("posthaste.kill.rounds", 3);
    private static final int CLIENTS = 4;
    private static final int MOST_BEFORE_KILL = 300;
    /** Of a Maildir: messages that it syncs together. */
    private static final int WINDOW = 64;

    private static final int PATIENCE_S = 30;

    @TempDir
    private Path temporary;

    private final Random random = new Random(1);
    private final AtomicInteger numbers = new AtomicInteger();
    /** Numbers by the id of the 250. */
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    /** How often each id was found. */
    private final Map<String, Integer> found = new HashMap<>();

    @Test
    @Timeout(3600)
    void shouldForwardAllThatWasAcknowledgedAtLeastOnce() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess server = start()) {
                loadAndKill(server);
            }
            collect();
        }
        try (ServerProcess server = start()) {
            awaitForwarded(server.port());
            server.terminate();
            assertEquals(143, server.exitCode());
        }
        collect();
        acknowledged.keySet().forEach(id -> assertTrue(found.containsKey(id), "acknowledged and not forwarded: " + id));
        final int copies = found.values().stream().mapToInt(Integer::intValue).sum();
        final int again = copies - found.size();
        assertTrue(again <= ROUNDS * WINDOW, "forwarded again: " + again);
        System.out.println("kills " + ROUNDS + ", acknowledged " + acknowledged.size() + " and all forwarded, "
                + (found.size() - acknowledged.size()) + " besides whose 250 was not heard, forwarded again " + again);
    }

    private ServerProcess start() throws IOException {
        return ServerProcess.start(
                temporary,
                Map.of(),
                "serve",
                "--listen=127.0.0.1:0",
                "--hostname=mx.example",
                "--reactors=2",
                "--max-message-size=512k",
                "--deliver=spool:spool?segment=2m&size=100m",
                "--forward=maildir:mail",
                "--no-log-transactions");
    }

    private void loadAndKill(final ServerProcess server) throws Exception {
        final int port = server.port();
        final CountDownLatch enough = new CountDownLatch(100 + random.nextInt(MOST_BEFORE_KILL));
        final long delayNs = TimeUnit.MICROSECONDS.toNanos(random.nextInt(20_000));
        final List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            final Thread client = new Thread(() -> sendUntilCutOff(port, enough), "client-" + i);
            client.start();
            clients.add(client);
        }
        assertTrue(enough.await(PATIENCE_S, TimeUnit.SECONDS), "still to be acknowledged: " + enough.getCount());
        LockSupport.parkNanos(delayNs); // not to wait for something, but to hit another moment each time
        server.kill();
        for (final Thread client : clients) {
            client.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
            assertFalse(client.isAlive());
        }
    }

    private void sendUntilCutOff(final int port, final CountDownLatch enough) {
        try (RawClient client = RawClient.greeted(port)) {
            while (true) {
                final String number = "n" + numbers.incrementAndGet();
                client.begins("a@client.example", "b@server.example");
                client.sendsOctets((content(number) + ".\r\n").getBytes(StandardCharsets.US_ASCII));
                acknowledged.put(client.expects(250).get(0).replace("2.0.0 OK id=", ""), number);
                enough.countDown();
            }
        } catch (final IOException e) {
            // The server was killed.
        }
    }

    private static String content(final String number) {
        return "Subject: " + number + "\r\n\r\n" + (number + " line\r\n").repeat(1 + number.hashCode() % 50 & 63);
    }

    private static void awaitForwarded(final int port) throws IOException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        try (RawClient client = RawClient.greeted(port)) {
            while (true) {
                client.sends("HELP SPOOL");
                final String reply = String.join("\n", client.expects(214));
                if (reply.contains(", backlog 0,")) {
                    return;
                }
                assertTrue(System.nanoTime() - deadlineNs < 0, reply);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    /** Takes the messages out of the Maildir, as a reader does: one that is forwarded again then lies there again. */
    private void collect() throws IOException {
        final Path incoming = temporary.resolve("mail").resolve("new");
        if (!Files.exists(incoming)) {
            return;
        }
        try (Stream<Path> files = Files.list(incoming)) {
            for (final Path file : files.toList()) {
                final String id = file.getFileName().toString().split("\\.")[1];
                final String text = Files.readString(file, StandardCharsets.US_ASCII);
                final String content = text.substring(text.indexOf("Subject: "));
                assertEquals(content(content.substring("Subject: ".length(), content.indexOf('\r'))), content, id);
                final String number = acknowledged.get(id);
                assertTrue(number == null || content.equals(content(number)), id);
                found.merge(id, 1, Integer::sum);
                Files.delete(file);
            }
        }
    }
}
