package io.posthaste.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.DeliveryAgent;
import io.posthaste.delivery.spool.SpoolDelivery;
import io.posthaste.delivery.spool.SpoolSettings;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.Transactions;
import io.posthaste.forward.ForwardCounters.Count;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A spool, and forwarders that are led step by step by a clock that stands still. */
final class ForwardingFixture implements AutoCloseable {
    static final Retrying RETRYING = new Retrying(60_000, 3_600_000, 86_400_000);

    final Transactions transactions = new Transactions();
    final Path directory;
    final SpoolDelivery spool;
    long nowMs = System.currentTimeMillis();
    /** About to overflow, as a clock without a beginning may be. */
    long nowNs = Long.MAX_VALUE - 1;

    private final EnvelopeQueue queue = new EnvelopeQueue(1024);
    private final DeliveryAgent delivery;
    private ForwardingAgent agent;

    ForwardingFixture(final Path directory) throws IOException {
        this(directory, 64, null);
    }

    /**
     * @param segments of the least size, at most
     * @param held null when forwarders hold what they need
     */
    ForwardingFixture(final Path directory, final int segments, final Long held) throws IOException {
        this.directory = directory;
        final SpoolSettings settings = new SpoolSettings(
                directory,
                segments * SpoolSettings.LEAST_SEGMENT,
                SpoolSettings.LEAST_SEGMENT,
                SpoolSettings.Retention.ALL,
                0);
        spool = SpoolDelivery.open(
                settings,
                "mx.example",
                () -> held != null ? held : agent == null ? 0 : agent.counters().count(Count.FIRST_NEEDED));
        delivery = new DeliveryAgent(queue, spool);
    }

    /** Begins to forward, or goes on where another ended. */
    ForwardingAgent forwards(final Forwarder forwarder) throws IOException {
        agent = new ForwardingAgent(spool, forwarder, RETRYING, () -> nowMs, () -> nowNs, new Random(1));
        agent.onStart();
        return agent;
    }

    /** Offers messages for one recipient and tells the answers. */
    List<DeliveryStatus> offers(final String... contents) {
        for (final String content : contents) {
            queue.offer(transactions.envelope("a@b.example", content, "c@d.example"));
        }
        return answers();
    }

    /** Stores a message for several recipients. */
    void storesFor(final String content, final String... recipients) {
        queue.offer(transactions.envelope("a@b.example", content, recipients));
        assertEquals(List.of(DeliveryStatus.ACCEPTED), answers());
    }

    void stores(final String... contents) {
        for (final String content : contents) {
            assertEquals(List.of(DeliveryStatus.ACCEPTED), offers(content));
        }
    }

    /** Stores one; segments are used again by a thread of their own, so at first there may be none. */
    void storesOnceThereIsRoom(final String content) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!offers(content).equals(List.of(DeliveryStatus.ACCEPTED))) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "no segment was used again");
            Thread.onSpinWait();
        }
    }

    /** The files of what was given up. */
    List<Path> failed() throws IOException {
        final Path failed = directory.resolve("failed");
        if (!Files.exists(failed)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(failed)) {
            return files.toList();
        }
    }

    Path oldestSegment() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Turns until nothing is left to do. */
    void works() {
        works(agent);
    }

    static void works(final ForwardingAgent agent) {
        while (agent.doWork() > 0) {
            // Goes on.
        }
    }

    /** Time goes by, and then it works. */
    void waits(final long ms) {
        nowMs += ms;
        nowNs += TimeUnit.MILLISECONDS.toNanos(ms);
        works();
    }

    long count(final Count count) {
        return agent.counters().count(count);
    }

    /** The agent ends in order. */
    void ends() throws IOException {
        agent.onClose();
    }

    private List<DeliveryStatus> answers() {
        while (delivery.doWork() > 0) {
            // Goes on.
        }
        return transactions.answers();
    }

    @Override
    public void close() throws IOException {
        spool.close();
    }
}
