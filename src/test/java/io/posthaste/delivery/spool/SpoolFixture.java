package io.posthaste.delivery.spool;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.DeliveryAgent;
import io.posthaste.delivery.PartAgent;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.Portion;
import io.posthaste.envelope.Transactions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A spool with its agent: {@code spool.offers(...)}, {@code spool.answers()}, {@code spool.contents()}. */
final class SpoolFixture implements AutoCloseable {
    static final long SEGMENT = SpoolSettings.LEAST_SEGMENT;

    final Transactions transactions = new Transactions();
    final FaultySpoolFiles files;
    final Path directory;
    final SpoolDelivery delivery;
    long nowMs = Transactions.EPOCH_MS;
    /** What asking for the time fails with; null when it does not. */
    Error clockFailure;

    private final EnvelopeQueue queue = new EnvelopeQueue(1024);
    private final EnvelopeQueue parts = new EnvelopeQueue(1024);
    private final DeliveryAgent agent;
    private final PartAgent partAgent;

    SpoolFixture(final Path directory) throws IOException {
        this(directory, "");
    }

    /** With small segments, and settings besides. */
    SpoolFixture(final Path directory, final String settings) throws IOException {
        this(directory, settings, new FaultySpoolFiles());
    }

    SpoolFixture(final Path directory, final String settings, final FaultySpoolFiles files) throws IOException {
        this(directory, withSmallSegments(SpoolSettings.parse(directory + "?segment=2m" + settings, 0)), files);
    }

    SpoolFixture(final Path directory, final SpoolSettings settings, final FaultySpoolFiles files) throws IOException {
        this.directory = directory;
        this.files = files;
        delivery = SpoolDelivery.open(settings, "mx.example", files, this::now);
        agent = new DeliveryAgent(queue, delivery);
        partAgent = new PartAgent(parts, delivery.parts().orElseThrow(), queue);
    }

    private static SpoolSettings withSmallSegments(final SpoolSettings parsed) {
        return new SpoolSettings(
                parsed.directory(),
                Math.min(parsed.sizeOctets(), 64 * SEGMENT),
                SEGMENT,
                parsed.retention(),
                parsed.retentionMs());
    }

    private long now() {
        if (clockFailure != null) {
            throw clockFailure;
        }
        return nowMs;
    }

    void offers(final Envelope envelope) {
        assertTrue(queue.offer(envelope));
    }

    void offers(final String... contents) {
        for (final String content : contents) {
            offers(transactions.envelope("a@b.example", content, "c@d.example"));
        }
    }

    /** A message begins that comes in parts; the first of them is not offered yet. */
    Envelope begins() {
        return transactions.envelope("a@b.example", "", "c@d.example");
    }

    /** A part of it comes, and is taken or not. */
    DeliveryStatus sends(final Envelope envelope, final String part) {
        put(envelope, part, Portion.PART);
        partAgent.doWork();
        assertTrue(transactions.receipts.drain(receipt -> assertTrue(receipt == envelope), 1) == 1);
        envelope.content().releasePart();
        return envelope.status();
    }

    /** The rest of it comes; {@link #answers} then. */
    void ends(final Envelope envelope, final String rest) {
        put(envelope, rest, Portion.LAST_PART);
        partAgent.doWork();
    }

    /** It is given up. */
    void abandons(final Envelope envelope) {
        put(envelope, "", Portion.ABANDONED);
        partAgent.doWork();
        assertTrue(transactions.receipts.drain(transactions.envelopes::release, 1) == 1);
    }

    /** A refused message has come to its end. */
    void forgets(final Envelope envelope) {
        transactions.envelopes.release(envelope);
    }

    /** A whole message, in parts, in a batch of its own. */
    void storesInParts(final String... contents) {
        final Envelope envelope = begins();
        for (int i = 0; i < contents.length - 1; i++) {
            assertTrue(sends(envelope, contents[i]) == DeliveryStatus.ACCEPTED);
        }
        ends(envelope, contents[contents.length - 1]);
        final List<DeliveryStatus> answers = answers();
        assertTrue(answers.equals(List.of(DeliveryStatus.ACCEPTED)), answers::toString);
    }

    private void put(final Envelope envelope, final String part, final Portion portion) {
        final byte[] octets = Transactions.octets(part);
        assertTrue(envelope.content().append(ByteBuffer.wrap(octets), 0, octets.length));
        envelope.contentLength(envelope.contentLength() + octets.length);
        envelope.portion(portion);
        assertTrue(parts.offer(envelope));
    }

    /** Names of the files beside the log. */
    List<String> largeFiles() throws IOException {
        return largeFiles(directory);
    }

    static List<String> largeFiles(final Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(LargeNames.directory(directory))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /** Delivers what was offered, in batches, and tells the answers. */
    List<DeliveryStatus> answers() {
        while (agent.doWork() > 0) {
            // Go on until there is no more.
        }
        return transactions.answers();
    }

    /** Stores messages, each in a batch of its own. */
    void stores(final String... contents) {
        for (final String content : contents) {
            offers(content);
            final List<DeliveryStatus> answers = answers();
            assertTrue(answers.equals(List.of(DeliveryStatus.ACCEPTED)), answers::toString);
        }
    }

    List<String> contents() throws IOException {
        return contents(directory);
    }

    /** What a reader sees, contents checked; there must be no trouble. */
    static List<String> contents(final Path directory) throws IOException {
        final SpoolReader reader = SpoolReader.open(directory);
        final List<String> contents = contents(reader);
        assertTrue(reader.troubles().isEmpty(), () -> reader.troubles().toString());
        return contents;
    }

    static List<String> contents(final SpoolReader reader) throws IOException {
        final List<String> contents = new ArrayList<>();
        reader.visit(true, message -> contents.add(content(message)));
        return contents;
    }

    static String content(final StoredMessage message) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        message.writeContentTo(out);
        return Transactions.text(out.toByteArray());
    }

    List<Path> segments() throws IOException {
        return segments(directory);
    }

    /** Until there are as many segments prepared as there will be: no more is forgotten then until one is begun. */
    void awaitsPrepared() throws IOException {
        while (SegmentFile.list(directory).stream()
                        .filter(segment -> !segment.isBegun())
                        .count()
                < SegmentPreparer.AHEAD) {
            Thread.onSpinWait();
        }
    }

    /** Segments that were begun. */
    static List<Path> segments(final Path directory) throws IOException {
        return SegmentFile.list(directory).stream()
                .filter(SegmentFile::isBegun)
                .map(SegmentFile::path)
                .toList();
    }

    /** The directory as a crash would leave it now, but that all writes were kept. */
    Path crashed(final Path to) throws IOException {
        return copy(directory, to);
    }

    static Path copy(final Path from, final Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> entries = Files.list(from)) {
            for (final Path entry : entries.toList()) {
                final String name = entry.getFileName().toString();
                if (Files.isDirectory(entry)) {
                    copy(entry, to.resolve(name));
                } else if (!name.equals(CommitMark.FILE) && !name.endsWith(SegmentFile.PREPARING)) {
                    Files.copy(entry, to.resolve(name));
                }
            }
        }
        return to;
    }

    @Override
    public void close() throws IOException {
        delivery.close();
    }
}
