package io.posthaste.delivery.spool;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.Figure;
import io.posthaste.delivery.PartStore;
import io.posthaste.delivery.spool.SpoolCounters.Count;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.memory.Block;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends each message to a log of segments: one record a message however many recipients it has, one sync a batch.
 *
 * <pre>
 *   append   stage the record; when the segment is full, commit what is in it and begin the next
 *   commit   write what is staged | sync the segment | tell the readers how far it goes
 * </pre>
 *
 * Of a large message only the envelope is in the log; the content came before, into a file of its own ({@link LargeFiles}),
 * whose name is made durable ahead of the record.
 *
 * A write or a sync that fails is final: the kernel may have dropped the octets and would say yes the next time. The
 * messages of the batch are refused, what is in doubt is cut off, and the next message goes to a new segment, whose header
 * says where the one before it ends. Messages for which no segment can be had are refused one by one, without an exception:
 * {@code 452} when there is no room, {@code 451} when the disk fails.
 *
 * <p>Called by one thread at a time, what {@link Delivery} excepts apart.
 */
public final class SpoolDelivery implements Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolDelivery.class);
    /** One part in this many of the disk budget is the most of large contents that one segment names, or a segment's worth. */
    private static final int LARGE_SHARE = 16;

    private final SpoolDirectory directory;
    private final SpoolFiles files;
    private final String hostname;
    private final long largestRecord;
    /** Octets of large contents past which the next of them goes to a new segment: they are forgotten together. */
    private final long largeOctetsASegment;

    private final LongSupplier epochMs;
    private final SegmentPreparer preparer;
    private final EnvelopeFormat format = new EnvelopeFormat();
    private final SegmentWriter writer;
    private final SecureRandom random = new SecureRandom();
    private final SpoolCounters counters = new SpoolCounters();
    private final SpoolReport report;
    private final LargeFiles large;
    private final SpoolProgress progress = new SpoolProgress();
    private final CommittedEnd committed;
    private final SpoolBatch batch;

    // The delivery thread.
    private long nextSequence;

    /** Of large contents that the open segment names. */
    private long largeOctets;

    /** Written by the delivery thread. */
    private volatile boolean isRefusing;

    private SpoolDelivery(
            final SpoolDirectory directory,
            final SpoolSettings settings,
            final SpoolFiles files,
            final String hostname,
            final LongSupplier epochMs)
            throws IOException {
        this.directory = directory;
        this.files = files;
        this.hostname = hostname;
        this.epochMs = epochMs;
        largestRecord = settings.segmentOctets() - SegmentFormat.RECORDS_OFFSET;
        largeOctetsASegment = Math.max(settings.segmentOctets(), settings.sizeOctets() / LARGE_SHARE);
        report = new SpoolReport(directory.budget(), counters);
        large = new LargeFiles(directory, files, settings.largeOctets(), counters);
        preparer = new SegmentPreparer(directory.segments());
        writer = new SegmentWriter(files, format);
        batch = new SpoolBatch(large);
        committed = new CommittedEnd(directory, progress);
        nextSequence = committed.nextSequence();
    }

    /**
     * Opens a spool: creates what is missing, recovers what is there, and prepares the first segment.
     *
     * @param hostname this server's name, for who reads the spool
     * @throws IOException it cannot be written to, or another process writes there; one line for the operator
     */
    public static SpoolDelivery open(final SpoolSettings settings, final String hostname) throws IOException {
        return open(settings, hostname, new SystemSpoolFiles(), System::currentTimeMillis);
    }

    /**
     * Opens a spool whose mail goes on from there. A segment is used again only when nobody needs it any more; with {@link
     * SpoolSettings.Retention#ALL} as soon as that is so.
     *
     * @param firstNeeded number of the oldest segment that somebody still needs, 0 for all; any thread
     */
    public static SpoolDelivery open(
            final SpoolSettings settings, final String hostname, final LongSupplier firstNeeded) throws IOException {
        return open(settings, hostname, new SystemSpoolFiles(), System::currentTimeMillis, firstNeeded);
    }

    static SpoolDelivery open(
            final SpoolSettings settings, final String hostname, final SpoolFiles files, final LongSupplier epochMs)
            throws IOException {
        return open(settings, hostname, files, epochMs, null);
    }

    /** @param firstNeeded null when nothing goes on from there */
    static SpoolDelivery open(
            final SpoolSettings settings,
            final String hostname,
            final SpoolFiles files,
            final LongSupplier epochMs,
            final LongSupplier firstNeeded)
            throws IOException {
        final SpoolDirectory directory = SpoolDirectory.open(settings, files, epochMs, firstNeeded);
        SpoolDelivery delivery = null;
        try {
            delivery = new SpoolDelivery(directory, settings, files, hostname, epochMs);
            delivery.start();
            return delivery;
        } catch (final IOException | RuntimeException | Error e) {
            closeAfter(e, delivery == null ? directory : delivery);
            throw e;
        }
    }

    private static void closeAfter(final Throwable failure, final AutoCloseable opened) {
        try {
            opened.close();
        } catch (final Exception e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public AcknowledgementLevel acknowledgementLevel() {
        return AcknowledgementLevel.FSYNC;
    }

    @Override
    public String description() {
        return "spool:" + directory.path();
    }

    /** The directory. */
    public Path path() {
        return directory.path();
    }

    /** A new reader of what is committed, from the oldest message on; the caller's. */
    public SpoolFollower follow() {
        return new SpoolFollower(directory.path(), progress);
    }

    /** Calls this behind each commit, on the delivery thread: it must be short. Any thread. */
    public void onCommit(final Runnable listener) {
        progress.listen(listener);
    }

    /** Segments are needed no more: looks at once whether one is wanted. Any thread. */
    public void released() {
        preparer.retry();
    }

    /** Octets of the segments from a number on. Any thread. */
    public long octetsFrom(final long segmentNumber) {
        return directory.budget().octetsFrom(segmentNumber);
    }

    @Override
    public Optional<PartStore> parts() {
        return Optional.of(large);
    }

    @Override
    public void append(final Envelope envelope) throws IOException {
        if (envelope.stored() instanceof LargeFile content) {
            appendLarge(envelope, content);
            return;
        }
        final long contentOctets = contentOctets(envelope);
        final int envelopeOctets = RecordFormat.paddedEnvelope(format.length(envelope), contentOctets);
        final long octets = RecordFormat.HEADER_OCTETS + envelopeOctets + contentOctets;
        if (octets > largestRecord) {
            LOG.error("a message of {} octets is larger than a segment", contentOctets);
            envelope.status(DeliveryStatus.REJECTED);
            return;
        }
        if (!writer.hasRoom(octets) && !nextSegment()) {
            refuse(envelope);
            return;
        }
        try {
            writer.append(envelope, nextSequence, epochMs.getAsLong(), envelopeOctets, contentOctets);
        } catch (final Throwable e) {
            failBatch(e);
            throw e;
        }
        batch.add(envelope);
        nextSequence++;
    }

    private void appendLarge(final Envelope envelope, final LargeFile content) throws IOException {
        final int envelopeOctets = RecordFormat.paddedEnvelope(format.length(envelope), 0);
        final long octets = RecordFormat.HEADER_OCTETS + envelopeOctets;
        try {
            if (octets > largestRecord) {
                throw new IOException("an envelope of " + envelopeOctets + " octets is larger than a segment");
            }
            final boolean isNextWanted = largeOctets >= largeOctetsASegment || !writer.hasRoom(octets);
            if (isNextWanted && !nextSegment() && !writer.hasRoom(octets)) {
                refuse(envelope);
                large.drop(envelope);
                return;
            }
            large.name(content, writer.segmentNumber(), envelope.id());
        } catch (final Throwable e) {
            large.dropAfter(e, envelope);
            throw e;
        }
        try {
            writer.appendLarge(envelope, nextSequence, epochMs.getAsLong(), envelopeOctets, content);
        } catch (final Throwable e) {
            try {
                failBatch(e);
            } finally {
                large.dropAfter(e, envelope);
            }
            throw e;
        }
        largeOctets += content.octets();
        batch.add(envelope);
        nextSequence++;
    }

    @Override
    public void commit() throws IOException {
        if (batch.size() > 0) {
            commitBatch();
        }
    }

    /** {@inheritDoc} The topic is {@code SPOOL}. */
    @Override
    public List<String> help(final String topic) {
        return report.help(topic);
    }

    @Override
    public List<Figure> figures() {
        return report.figures();
    }

    /** {@inheritDoc} Whether a segment can be had again is found out by their preparer, without mail. */
    @Override
    public Optional<String> obstacle() {
        return isRefusing ? preparer.obstacle().map(reason -> description() + " " + reason) : Optional.empty();
    }

    @Override
    public void close() throws IOException {
        try (directory;
                committed;
                preparer) {
            if (batch.size() > 0) {
                failBatch(new IOException("closed before the commit"));
            }
            if (writer.isOpen()) {
                writer.close();
            }
        }
    }

    /** What was counted; any thread. */
    SpoolCounters counters() {
        return counters;
    }

    /** The helper that prepares segments; for tests. */
    SegmentPreparer preparer() {
        return preparer;
    }

    private void start() throws IOException {
        committed.begin();
        preparer.start();
        preparer.awaitOutcome();
        final IOException failure = preparer.failure();
        if (failure != null && !SystemSpoolFiles.isOutOfRoom(failure)) {
            throw new IOException("no segment can be prepared: " + failure.getMessage(), failure);
        }
    }

    /**
     * Commits what is in the open segment, if there is one, and begins another; false when none can be had.
     *
     * @throws IOException it could not be begun; what was committed before stays so
     */
    private boolean nextSegment() throws IOException {
        final Segment next = preparer.take();
        if (next == null) {
            return false;
        }
        final SegmentHeader header;
        try {
            if (batch.size() > 0) {
                commitBatch();
            }
            closeWritten();
            header = new SegmentHeader(
                    next.number(),
                    random.nextLong(),
                    epochMs.getAsLong(),
                    nextSequence,
                    committed.segmentNumber(),
                    committed.offset(),
                    hostname);
            directory.budget().begun(next);
        } catch (final Throwable e) {
            preparer.putBack(next);
            throw e;
        }
        try {
            writer.begin(next, header);
        } catch (final Throwable e) {
            abandonSegment(e); // without a header nothing in it would ever be found
            counters.add(Count.FAILED_MESSAGES, 1);
            throw e;
        }
        largeOctets = 0;
        counters.add(Count.SEGMENTS, 1);
        if (isRefusing) {
            isRefusing = false;
            LOG.info("{} takes mail again", description());
        }
        return true;
    }

    /** Closes the open segment, all of which is durable: when that fails, nothing is lost by it, and the next one is begun. */
    private void closeWritten() {
        try {
            if (writer.isOpen()) {
                writer.close();
            }
        } catch (final IOException e) {
            LOG.warn("a segment of {} that is complete could not be closed:", description(), e);
        }
    }

    /** Makes the batch durable, or fails it. */
    private void commitBatch() {
        final long from = writer.syncedEnd();
        try {
            if (batch.hasLarge()) {
                large.syncNames();
            }
            writer.sync();
        } catch (final Throwable e) {
            failBatch(e);
            return;
        }
        final long number = writer.segmentNumber();
        counters.add(Count.MESSAGES, batch.size());
        counters.add(Count.OCTETS, writer.syncedEnd() - from);
        counters.add(Count.BATCHES, 1);
        if (number != committed.segmentNumber()) {
            directory.budget().committed(number);
            preparer.retry(); // the segment before it may be used again from now on
        }
        try {
            committed.advance(number, writer.syncedEnd(), nextSequence);
        } finally {
            batch.committed(number);
        }
    }

    /** The batch is over, whatever goes wrong besides. */
    private void failBatch(final Throwable reason) {
        final long number = writer.segmentNumber();
        final int count = batch.size();
        try {
            abandonSegment(reason);
        } finally {
            nextSequence = committed.nextSequence();
            batch.fail(reason);
        }
        counters.add(Count.FAILED_BATCHES, 1);
        counters.add(Count.FAILED_MESSAGES, count);
        LOG.error("segment {} failed and is closed; {} messages of its last batch are refused:", number, count, reason);
    }

    /** Gives up the open segment: keeps what was committed in it, or deletes it when that is nothing. */
    private void abandonSegment(final Throwable reason) {
        final long number = writer.segmentNumber();
        final boolean isEmpty = number != committed.segmentNumber();
        writer.abandon(reason);
        if (!isEmpty) {
            directory.budget().shortened(number, committed.offset());
            return;
        }
        try {
            files.delete(SegmentFile.path(directory.path(), number));
            directory.budget().deleted(number);
            directory.syncNames();
        } catch (final IOException | RuntimeException | Error e) {
            if (e != reason) {
                reason.addSuppressed(e);
            }
        }
    }

    private void refuse(final Envelope envelope) {
        final IOException failure = preparer.failure();
        final boolean isFull = failure == null || SystemSpoolFiles.isOutOfRoom(failure);
        envelope.status(isFull ? DeliveryStatus.INSUFFICIENT_STORAGE : DeliveryStatus.FAILED_TEMPORARILY);
        counters.add(isFull ? Count.REFUSED_FULL : Count.FAILED_MESSAGES, 1);
        if (!isRefusing) {
            isRefusing = true;
            if (failure == null) {
                LOG.error("{} is full: mail is refused until there is room", description());
            } else {
                LOG.error("{} gets no new segment: mail is refused until it does:", description(), failure);
            }
        }
    }

    private static long contentOctets(final Envelope envelope) {
        long octets = 0;
        for (Block block = envelope.contentHead(); block != null; block = block.next()) {
            octets += block.length();
        }
        return octets;
    }
}
