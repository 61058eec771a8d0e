package io.posthaste.forward.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.server.RawClient;
import io.posthaste.server.ServerBuilder;
import io.posthaste.server.SmtpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a real broker: what is acknowledged arrives, though the broker is killed under load. */
@Timeout(120)
final class KafkaBrokerTest {
    private static final int PATIENCE_S = 40;

    @TempDir
    private static Path shared;

    private static Broker broker;

    @TempDir
    private Path temporary;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = Broker.start(shared.resolve("broker"));
    }

    @AfterAll
    static void stopBroker() {
        if (broker != null) {
            broker.close();
        }
    }

    private static ServerBuilder server() {
        return SmtpServer.builder().listen("127.0.0.1", 0).hostname("mx.example");
    }

    private static void await(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadlineNs < 0, what);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static long backlog(final SmtpServer server) {
        return server.status().figures().stream()
                .filter(figure -> figure.name().equals("forward_backlog_messages"))
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static String send(final RawClient client, final String content) throws IOException {
        client.begins("a@client.example", "b@one.example");
        client.sendsOctets((content + ".\r\n").getBytes(StandardCharsets.US_ASCII));
        return client.expects(250).get(0).replace("2.0.0 OK id=", "");
    }

    private static String text(final int octets) {
        final Random random = new Random(octets);
        final StringBuilder text = new StringBuilder("Subject: " + octets + "\r\n\r\n");
        while (text.length() < octets) {
            text.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36)).append("\r\n");
        }
        return text.toString();
    }

    @Test
    void shouldForwardSmallAndSplitMessages() throws Exception {
        broker.createTopic("split", 3, 100_000);
        final Map<String, String> sent = new HashMap<>();
        try (SmtpServer server = server().deliverTo("spool:" + temporary.resolve("spool"))
                .forwardTo("kafka://" + broker.address() + "/split")
                .start()) {
            try (RawClient client = RawClient.greeted(server.port())) {
                for (final int octets : new int[] {100, 90_000, 1_000_000, 100_001, 5_000, 99_000, 250_000}) {
                    final String content = text(octets);
                    sent.put(send(client, content), content);
                }
            }
            await("all settled", () -> backlog(server) == 0);
        }
        final Map<String, String> received = new HashMap<>();
        final PartCollector collector = new PartCollector();
        int parts = 0;
        for (final ConsumerRecord<byte[], byte[]> record : broker.records("split")) {
            parts++;
            assertEquals("one.example", new String(record.key(), StandardCharsets.UTF_8));
            final byte[] whole = collector.add(record.headers(), record.value());
            if (whole != null) {
                received.put(PartCollector.text(record.headers(), "id"), new String(whole, StandardCharsets.US_ASCII));
            }
        }
        assertEquals(sent, received);
        assertTrue(parts > 2 * sent.size(), "parts " + parts);
    }

    @Test
    void shouldAnswerTheClientWhenTheBrokerHas() throws Exception {
        broker.createTopic("direct", 1, 1_048_588);
        try (SmtpServer server =
                server().deliverTo("kafka://" + broker.address() + "/direct").start()) {
            assertEquals("broker", server.status().acknowledgementLevel().name().toLowerCase(Locale.ROOT));
            try (RawClient client = RawClient.greeted(server.port())) {
                final String content = text(2_000_000);
                final String id = send(client, content);
                final PartCollector collector = new PartCollector();
                byte[] whole = null;
                for (final ConsumerRecord<byte[], byte[]> record : broker.records("direct")) {
                    assertEquals(id, PartCollector.text(record.headers(), "id"));
                    whole = collector.add(record.headers(), record.value());
                }
                assertNotNull(whole, "acknowledged, so it is there");
                assertArrayEquals(content.getBytes(StandardCharsets.US_ASCII), whole);
            }
        }
    }

    @Test
    void shouldLoseNothingWhenTheBrokerIsKilledUnderLoad() throws Exception {
        broker.createTopic("kills", 2, 1_048_588);
        final Set<String> acknowledged = new HashSet<>();
        final AtomicBoolean isEnough = new AtomicBoolean();
        try (SmtpServer server = server().deliverTo("spool:" + temporary.resolve("spool"))
                .forwardTo("kafka://" + broker.address() + "/kills?timeout=2s")
                .start()) {
            final List<Thread> clients = new ArrayList<>();
            final List<Throwable> failures = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                clients.add(new Thread(() -> {
                    try (RawClient client = RawClient.greeted(server.port())) {
                        for (int n = 0; !isEnough.get(); n++) {
                            final String id = send(client, text(100 + n % 50 * 100));
                            synchronized (acknowledged) {
                                acknowledged.add(id);
                            }
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                        }
                    } catch (final Throwable e) {
                        synchronized (acknowledged) {
                            failures.add(e);
                        }
                    }
                }));
            }
            clients.forEach(Thread::start);
            await("the first are acknowledged", () -> count(acknowledged) > 200);
            broker.kill();
            final int atKill = count(acknowledged);
            await("intake goes on", () -> count(acknowledged) > atKill + 200);
            isEnough.set(true);
            for (final Thread client : clients) {
                client.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
            }
            assertTrue(backlog(server) > 0, "the broker is away");
            broker.restart();
            assertEquals(List.of(), failures);
            await("all settled", () -> backlog(server) == 0);
        }
        final Map<String, Integer> received = new HashMap<>();
        for (final ConsumerRecord<byte[], byte[]> record : broker.records("kills")) {
            received.merge(PartCollector.text(record.headers(), "id"), 1, Integer::sum);
        }
        assertEquals(acknowledged, received.keySet());
        final int records =
                received.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println("broker killed under load: acknowledged " + acknowledged.size()
                + " and all there, of them more than once " + (records - received.size()));
    }

    private static int count(final Set<String> set) {
        synchronized (set) {
            return set.size();
        }
    }
}
