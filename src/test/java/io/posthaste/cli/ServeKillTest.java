package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The promise of 250: what was acknowledged is there and whole, though the process was killed in the middle of its work. */
@Timeout(60)
class ServeKillTest {
    private static final int ROUNDS = 3;
    private static final int CLIENTS = 6;
    private static final int ACKNOWLEDGED_BEFORE_KILL = 150;
    private static final int LONGEST_BODY_LINES = 3000;

    /** A body says what it is: number, octets and checksum of the lines below. */
    private static final Pattern SELF = Pattern.compile("X-Self: (\\S+) (\\d+) (\\d+)\r\n\r\n");

    private static final Pattern FILE_NAME = Pattern.compile("\\d+\\.([0-9a-z]{22})\\.mx\\.example");

    private final AtomicInteger numbers = new AtomicInteger();

    @TempDir
    private Path directory;

    @Test
    void shouldLoseNothingThatWasAcknowledged() throws Exception {
        final Map<String, String> acknowledged = new ConcurrentHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            final int before = acknowledged.size();
            try (ServerProcess server = start()) {
                loadAndKill(server, acknowledged);
            }
            assertTrue(acknowledged.size() >= before + ACKNOWLEDGED_BEFORE_KILL, "acknowledged " + acknowledged.size());
            verify(acknowledged);
        }
        restartWorks(acknowledged);
    }

    private ServerProcess start() throws IOException {
        return ServerProcess.start(
                directory,
                Map.of(),
                "serve",
                "--listen=127.0.0.1:0",
                "--hostname=mx.example",
                "--reactors=2",
                "--no-log-transactions");
    }

    private void loadAndKill(final ServerProcess server, final Map<String, String> acknowledged) throws Exception {
        final int port = server.port();
        final CountDownLatch enough = new CountDownLatch(ACKNOWLEDGED_BEFORE_KILL);
        final List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            final Thread client = new Thread(() -> sendUntilCutOff(port, acknowledged, enough), "client-" + i);
            client.start();
            clients.add(client);
        }
        assertTrue(enough.await(20, TimeUnit.SECONDS), "still to be acknowledged: " + enough.getCount());
        server.kill();
        for (final Thread client : clients) {
            client.join(TimeUnit.SECONDS.toMillis(10));
            assertTrue(!client.isAlive());
        }
    }

    /** One kept connection, message after message, until the server is gone. */
    private void sendUntilCutOff(final int port, final Map<String, String> acknowledged, final CountDownLatch enough) {
        try (RawClient client = RawClient.greeted(port)) {
            while (true) {
                final String number = "n" + numbers.incrementAndGet();
                client.begins("a@client.example", "b@server.example");
                client.sendsOctets((message(number) + ".\r\n").getBytes(StandardCharsets.US_ASCII));
                acknowledged.put(client.expects(250).get(0).replace("2.0.0 OK id=", ""), number);
                enough.countDown();
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

    private void verify(final Map<String, String> acknowledged) throws IOException {
        final Map<String, String> found = new HashMap<>();
        try (Stream<Path> files = Files.list(directory.resolve("mail/new"))) {
            for (final Path file : files.toList()) {
                final Matcher name = FILE_NAME.matcher(file.getFileName().toString());
                assertTrue(name.matches(), file.toString());
                found.put(name.group(1), numberOfWhole(file));
            }
        }
        for (final Map.Entry<String, String> message : acknowledged.entrySet()) {
            assertEquals(message.getValue(), found.get(message.getKey()), "acknowledged as " + message.getKey());
        }
    }

    /** The number in a message that is whole; every file in new has to be. */
    private static String numberOfWhole(final Path file) throws IOException {
        final String content = Files.readString(file, StandardCharsets.US_ASCII);
        final Matcher self = SELF.matcher(content);
        assertTrue(self.find(), () -> file + " does not say what it is");
        final String body = content.substring(self.end());
        assertEquals(Integer.parseInt(self.group(2)), body.length(), file.toString());
        assertEquals(Long.parseLong(self.group(3)), checksum(body), file.toString());
        assertTrue(content.startsWith("Return-Path: <a@client.example>\r\n"), content);
        return self.group(1);
    }

    private void restartWorks(final Map<String, String> acknowledged) throws Exception {
        try (ServerProcess server = start();
                RawClient client = RawClient.greeted(server.port())) {
            client.begins("a@client.example", "b@server.example");
            client.sendsOctets((message("last") + ".\r\n").getBytes(StandardCharsets.US_ASCII));
            acknowledged.put(client.expects(250).get(0).replace("2.0.0 OK id=", ""), "last");
            client.sends("QUIT").expects(221);
            verify(acknowledged);
            server.terminate();
            assertEquals(143, server.exitCode());
        }
    }

    private static long checksum(final String text) {
        final CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return crc.getValue();
    }
}
