package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.spool.SpoolReader;
import io.posthaste.delivery.spool.StoredMessage;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.Limits;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Large messages, over sockets into a spool and back, octet by octet. */
@Timeout(120)
final class LargeMessageTest {
    private static final int PIECE = 64 * 1024;
    private static final long MEMORY = 8L << 20;

    @TempDir
    private Path spool;

    private ServerBuilder builder(final String settings) {
        return SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .hostname("mx.example")
                .reactors(2)
                .memory(MEMORY)
                .limits(Limits.DEFAULTS.withMessageOctets(64 << 20).withRecipients(2_000))
                .deliverTo("spool:" + spool + "?size=1g&segment=4m" + settings);
    }

    @Test
    void shouldTakeManyLargeMessagesAtOnceIntoLittleMemory() throws Exception {
        final int senders = 64;
        final int pieces = 32;
        try (SmtpServer server = builder("").start()) {
            final List<RawClient> clients = new ArrayList<>();
            long mostInUse = 0;
            for (int i = 0; i < senders; i++) {
                clients.add(RawClient.greeted(server.port()).begins("s" + i + "@client.example", "b@server.example"));
            }
            for (int piece = 0; piece < pieces; piece++) {
                for (int i = 0; i < senders; i++) {
                    clients.get(i).sendsOctets(piece(i, piece));
                    mostInUse = Math.max(mostInUse, server.status().memoryInUse());
                }
            }
            for (final RawClient client : clients) {
                client.sends(".");
                client.expects(250);
                client.hangsUp();
            }
            assertEquals(0, server.status().count(Counter.LIMIT_MEMORY));
            assertEquals(senders, server.status().count(Counter.MESSAGES_ACCEPTED));
            assertTrue(server.status().count(Counter.CONTENTS_IN_PARTS) >= senders / 2);
            assertTrue(server.status().memoryAllocated() <= MEMORY);
            System.out.println(
                    senders + " messages of " + pieces * PIECE + " octets at once, with a memory of " + MEMORY
                            + ": in use at most " + mostInUse + ", parts "
                            + server.status().count(Counter.CONTENT_PARTS)
                            + ", waits for memory " + server.status().count(Counter.MEMORY_WAITS));
        }
        final List<StoredMessage> messages = stored();
        assertEquals(senders, messages.size());
        for (final StoredMessage message : messages) {
            final String from = message.envelope().reversePath();
            final int sender = Integer.parseInt(from.substring(1, from.indexOf('@')));
            assertEquals((long) pieces * PIECE, message.contentOctets());
            try (ReadableByteChannel content = message.openContent()) {
                for (int piece = 0; piece < pieces; piece++) {
                    assertArrayEquals(piece(sender, piece), read(content, PIECE), from + " piece " + piece);
                }
                assertEquals(-1, content.read(ByteBuffer.allocate(1)));
            }
        }
    }

    @Test
    void shouldTakeTwoThousandRecipientsAndWhatIsPipelinedBehind() throws Exception {
        final String[] recipients = IntStream.range(0, 2_000)
                .mapToObj(i -> "r" + i + "@server.example")
                .toArray(String[]::new);
        try (SmtpServer server = builder("&large=64k").start();
                RawClient client = RawClient.greeted(server.port())) {
            client.begins("s0@client.example", recipients);
            for (int piece = 0; piece < 10; piece++) {
                client.sendsOctets(piece(0, piece));
            }
            client.sends(".", "MAIL FROM:<s1@client.example>", "RCPT TO:<b@server.example>", "DATA");
            client.expects(250);
            client.expects(250);
            client.expects(250);
            client.expects(354);
            client.sends("small", ".").expects(250);
            // In chunks, with much behind them in one go.
            client.sends("MAIL FROM:<s2@client.example>").expects(250);
            client.sends("RCPT TO:<b@server.example>").expects(250);
            final CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> sendChunks(client, 300));
            for (int i = 0; i < 301; i++) {
                client.expects(250);
            }
            sending.get(20, TimeUnit.SECONDS);
            client.sends("QUIT").expects(221);
        }
        final List<StoredMessage> messages = stored();
        assertEquals(
                List.of(true, false, true),
                messages.stream().map(StoredMessage::isLarge).toList());
        assertEquals(2_000, messages.get(0).envelope().recipients().size());
        assertEquals(
                "r1999@server.example",
                messages.get(0).envelope().recipients().get(1_999).mailbox());
        try (ReadableByteChannel content = messages.get(0).openContent()) {
            for (int piece = 0; piece < 10; piece++) {
                assertArrayEquals(piece(0, piece), read(content, PIECE));
            }
        }
        try (ReadableByteChannel content = messages.get(2).openContent()) {
            for (int i = 0; i < 300; i++) {
                final byte[] chunk = piece(2, i);
                assertArrayEquals(slice(chunk, i), read(content, 1 + i * 7), "chunk " + i);
            }
        }
    }

    private static void sendChunks(final RawClient client, final int count) {
        try {
            for (int i = 0; i < count; i++) {
                final byte[] octets = slice(piece(2, i), i);
                client.sendsOctets(("BDAT " + octets.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
                client.sendsOctets(octets);
            }
            client.sends("BDAT 0 LAST");
        } catch (final IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] slice(final byte[] piece, final int i) {
        final byte[] octets = java.util.Arrays.copyOf(piece, 1 + i * 7);
        for (int j = 0; j < octets.length; j++) {
            // Whole lines are cut anywhere: without line endings nothing is bare.
            octets[j] = octets[j] == '\r' || octets[j] == '\n' ? (byte) '_' : octets[j];
        }
        return octets;
    }

    @Test
    void shouldTakeLargeMessagesOverTls() throws Exception {
        try (SmtpServer server = builder("&large=64k")
                        .tls(TlsConfig.selfSigned("mx.example"))
                        .start();
                RawClient plain = RawClient.greeted(server.port());
                RawClient client = plain.sends("STARTTLS").startsTls(TlsFixtures.trustingAnyone())) {
            client.sends("EHLO client.example").expects(250);
            client.begins("s0@client.example", "b@server.example");
            for (int piece = 0; piece < 40; piece++) {
                client.sendsOctets(piece(0, piece));
            }
            client.sends(".").expects(250);
            assertTrue(server.status().count(Counter.CONTENT_PARTS) > 10);
        }
        try (ReadableByteChannel content = stored().get(0).openContent()) {
            for (int piece = 0; piece < 40; piece++) {
                assertArrayEquals(piece(0, piece), read(content, PIECE), "piece " + piece);
            }
        }
    }

    @Test
    void shouldKeepNothingOfAClientThatIsGone() throws Exception {
        try (SmtpServer server = builder("&large=64k").start()) {
            for (int i = 0; i < 20; i++) {
                final RawClient client =
                        RawClient.greeted(server.port()).begins("s0@client.example", "b@server.example");
                for (int piece = 0; piece <= i; piece++) {
                    client.sendsOctets(piece(0, piece));
                }
                if (i % 2 == 0) {
                    client.hangsUp();
                } else {
                    client.resets();
                }
            }
            awaits(() -> largeFiles().isEmpty()
                    && server.status().openTransactions() == 0
                    && server.status().openConnections() == 0);
            assertEquals(0, server.status().messagesInFlight());
        }
        assertEquals(List.of(), stored());
    }

    @Test
    void shouldFinishWhatIsUnderWayWhenItStops() throws Exception {
        try (SmtpServer server = builder("&large=64k").start();
                RawClient client = RawClient.greeted(server.port());
                RawClient stalled = RawClient.greeted(server.port())) {
            client.begins("s0@client.example", "b@server.example");
            client.sendsOctets(piece(0, 0)).sendsOctets(piece(0, 1));
            final CompletableFuture<Boolean> stop = stopAsync(server, Duration.ofSeconds(30));
            stalled.expects(421);
            stalled.hangsUp();
            client.sendsOctets(piece(0, 2)).sendsOctets(piece(0, 3)).sends(".");
            client.expects(250);
            client.expects(421);
            client.hangsUp();
            assertTrue(stop.get(20, TimeUnit.SECONDS));
        }
        assertEquals(4L * PIECE, stored().get(0).contentOctets());
    }

    @Test
    void shouldDropWhatTakesTooLongWhenItStops() throws Exception {
        try (SmtpServer server = builder("&large=64k").start();
                RawClient client = RawClient.greeted(server.port())) {
            client.begins("s0@client.example", "b@server.example");
            client.sendsOctets(piece(0, 0)).sendsOctets(piece(0, 1));
            awaits(() -> server.status().count(Counter.CONTENT_PARTS) > 0);
            assertFalse(server.stop(Duration.ofMillis(10)));
            client.expects(421);
        }
        assertEquals(List.of(), largeFiles());
        assertEquals(List.of(), stored());
    }

    private static CompletableFuture<Boolean> stopAsync(final SmtpServer server, final Duration timeout) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return server.stop(timeout);
            } catch (final IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** Something that may fail. */
    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void awaits(final Condition condition) throws IOException {
        final long startNs = System.nanoTime();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(20), "in vain");
            Thread.onSpinWait();
        }
    }

    private List<String> largeFiles() throws IOException {
        try (Stream<Path> entries = Files.list(spool.resolve("large"))) {
            return entries.map(Path::toString).toList();
        }
    }

    private List<StoredMessage> stored() throws IOException {
        final List<StoredMessage> messages = new ArrayList<>();
        final SpoolReader reader = SpoolReader.open(spool);
        reader.visit(true, messages::add);
        assertEquals(List.of(), reader.troubles());
        return messages;
    }

    /** Lines that begin with no dot, different for each sender and piece. */
    private static byte[] piece(final int sender, final int number) {
        final byte[] octets = new byte[PIECE];
        final Random random = new Random(sender * 1_000L + number);
        for (int i = 0; i < PIECE; i++) {
            octets[i] = (byte) ('0' + random.nextInt(64));
        }
        for (int i = 62; i < PIECE; i += 64) {
            octets[i] = '\r';
            octets[i + 1] = '\n';
        }
        return octets;
    }

    private static byte[] read(final ReadableByteChannel content, final int count) throws IOException {
        final ByteBuffer octets = ByteBuffer.allocate(count);
        while (octets.hasRemaining() && content.read(octets) >= 0) {
            // Goes on.
        }
        return octets.array();
    }
}
