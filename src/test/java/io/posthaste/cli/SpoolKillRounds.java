package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.spool.SpoolReader;
import io.posthaste.delivery.spool.StoredMessage;
import io.posthaste.server.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Rounds of: start a server on the spool that the last one left, load it, kill it in the middle, look what is there. Each
 * message says what it is; some are sent so that they must be refused.
 */
final class SpoolKillRounds {
    private static final int CLIENTS = 6;
    private static final int MOST_ACKNOWLEDGED_BEFORE_KILL = 200;
    private static final int LONGEST_BODY_LINES = 3000;
    private static final long LONGEST_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** Number, octets and checksum of the lines below. */
    private static final Pattern SELF = Pattern.compile("X-Self: (\\S+) (\\d+) (\\d+)\r\n\r\n");

    private final Path directory;
    private final Random random;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private Map<String, String> lastFound = Map.of();
    /** Files with the contents of large messages that were found. */
    private final Set<Path> largeFiles = ConcurrentHashMap.newKeySet();

    private int leftParts;
    private int tornEnds;
    private int unacknowledged;

    /** @param directory of the spool, for one row of rounds */
    SpoolKillRounds(final Path directory, final long seed) {
        this.directory = directory;
        random = new Random(seed);
    }

    /** One round. */
    void run() throws Exception {
        try (ServerProcess server = start()) {
            loadAndKill(server);
        }
        leftParts += (int) filesOfLarge().stream()
                .filter(file -> file.toString().endsWith(".part"))
                .count();
        final Map<String, String> found = found();
        lastFound.forEach((id, number) -> assertEquals(number, found.get(id), "found in the round before as " + id));
        lastFound = found;
    }

    /** After the last round: beside a server that has just recovered, a reader finds exactly the same. */
    void end() throws Exception {
        try (ServerProcess server = start()) {
            server.port();
            assertEquals(lastFound, found());
            assertEquals(Set.copyOf(largeFiles), filesOfLarge(), "large contents that the log does not name");
        }
    }

    private Set<Path> filesOfLarge() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("large"))) {
            return files.collect(Collectors.toSet());
        }
    }

    /** Large contents that a kill left in the middle, over all rounds. */
    int leftParts() {
        return leftParts;
    }

    int acknowledged() {
        return acknowledged.size();
    }

    int refused() {
        return refused.size();
    }

    /** Ends that were torn, over all rounds. */
    int tornEnds() {
        return tornEnds;
    }

    /** Messages stored whose 250 did not reach the client; they may come again. */
    int unacknowledged() {
        return unacknowledged;
    }

    private ServerProcess start() throws IOException {
        return ServerProcess.start(
                directory.getParent(),
                Map.of(),
                "serve",
                "--listen=127.0.0.1:0",
                "--hostname=mx.example",
                "--reactors=2",
                "--max-message-size=512k",
                "--deliver=spool:" + directory + "?segment=2m&size=1g&large=16k",
                "--no-log-transactions");
    }

    private void loadAndKill(final ServerProcess server) throws Exception {
        final int port = server.port();
        final CountDownLatch enough = new CountDownLatch(1 + random.nextInt(MOST_ACKNOWLEDGED_BEFORE_KILL));
        final long delayNs = (long) (random.nextDouble() * LONGEST_DELAY_NS);
        final List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            final Thread client = new Thread(() -> sendUntilCutOff(port, enough), "client-" + i);
            client.start();
            clients.add(client);
        }
        assertTrue(enough.await(30, TimeUnit.SECONDS), "still to be acknowledged: " + enough.getCount());
        LockSupport.parkNanos(delayNs); // not to wait for something, but to hit another moment each time
        server.kill();
        for (final Thread client : clients) {
            client.join(TimeUnit.SECONDS.toMillis(10));
            assertFalse(client.isAlive());
        }
    }

    /** One kept connection, message after message, until the server is gone. */
    private void sendUntilCutOff(final int port, final CountDownLatch enough) {
        try (RawClient client = RawClient.greeted(port)) {
            while (true) {
                final int count = numbers.incrementAndGet();
                final String number = "n" + count;
                client.begins("a@client.example", "b@server.example");
                if (count % 16 == 0) {
                    client.sendsOctets((message(number) + "bare\n.\r\n.\r\n").getBytes(StandardCharsets.US_ASCII));
                    client.expects(550);
                    refused.add(number);
                } else {
                    client.sendsOctets((message(number) + ".\r\n").getBytes(StandardCharsets.US_ASCII));
                    acknowledged.put(client.expects(250).get(0).replace("2.0.0 OK id=", ""), number);
                    enough.countDown();
                }
            }
        } catch (final IOException e) {
            // The server was killed.
        }
    }

    private static String message(final String number) {
        final Random random = new Random(number.hashCode());
        final StringBuilder body = new StringBuilder();
        final int lines = random.nextInt(10) == 0 ? random.nextInt(LONGEST_BODY_LINES) : random.nextInt(50);
        for (int i = 0; i < lines; i++) {
            body.append(number).append(' ').append(random.nextLong()).append("\r\n");
        }
        return "X-Self: " + number + " " + body.length() + " " + checksum(body.toString()) + "\r\n\r\n" + body;
    }

    /** What is in the spool, by id: all of it whole, all that was acknowledged, nothing that was refused, nothing twice. */
    private Map<String, String> found() throws IOException {
        final Map<String, String> found = new HashMap<>();
        final Set<String> seen = ConcurrentHashMap.newKeySet();
        largeFiles.clear();
        final SpoolReader reader = SpoolReader.open(directory);
        reader.visit(true, message -> {
            final String number = numberOfWhole(message);
            if (message.isLarge()) {
                largeFiles.add(message.contentFile());
            }
            assertTrue(seen.add(number), number + " is stored twice");
            assertFalse(refused.contains(number), number + " was refused");
            assertNull(found.put(message.envelope().id(), number), "two messages with one id");
            return true;
        });
        assertEquals(List.of(), reader.troubles());
        acknowledged.forEach((id, number) -> assertEquals(number, found.get(id), "acknowledged as " + id));
        tornEnds += reader.isTorn() ? 1 : 0;
        unacknowledged = found.size() - acknowledged.size();
        return found;
    }

    private static String numberOfWhole(final StoredMessage message) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        message.writeContentTo(out);
        final String content = out.toString(StandardCharsets.US_ASCII);
        final Matcher self = SELF.matcher(content);
        assertTrue(self.lookingAt(), () -> message.envelope().id() + " does not say what it is");
        final String body = content.substring(self.end());
        assertEquals(Integer.parseInt(self.group(2)), body.length(), self.group(1));
        assertEquals(Long.parseLong(self.group(3)), checksum(body), self.group(1));
        assertEquals("a@client.example", message.envelope().reversePath());
        assertEquals("b@server.example", message.envelope().recipients().get(0).mailbox());
        return self.group(1);
    }

    private static long checksum(final String text) {
        final CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return crc.getValue();
    }
}
