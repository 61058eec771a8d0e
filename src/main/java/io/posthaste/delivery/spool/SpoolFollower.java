package io.posthaste.delivery.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a spool in the process that writes it: each message that has been committed, once, in the order of writing, and
 * then those that are committed meanwhile. What it has not passed must be held ({@link SpoolDelivery#open(SpoolSettings,
 * String, java.util.function.LongSupplier)}). One thread.
 */
public final class SpoolFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolFollower.class);

    private final Path directory;
    private final SpoolProgress progress;

    // Where it stands: in an open segment, or before the segment of this number.
    private long number;
    private long generation;
    private long offset;
    private SegmentFile file;
    private FileChannel channel;
    private SegmentScanner scanner;
    private SegmentWalk walk;
    private boolean isEndKnown;
    private int damagesTold;
    /** What was committed when there was no message left. */
    private long exhaustedAt = -1;

    // The segment of the last message asked for by its place.
    private SegmentFile placeFile;
    private FileChannel placeChannel;
    private SegmentScanner placeScanner;

    /** Begins at the oldest message. */
    SpoolFollower(final Path directory, final SpoolProgress progress) {
        this.directory = directory;
        this.progress = progress;
    }

    /**
     * Goes on where a follower stood at an earlier start, before the first {@link #next}. When that place is gone it goes on
     * at the oldest message behind it.
     *
     * @param segmentGeneration of that segment; 0 when it stood before one
     * @return false when that place is one of another spool; it then begins at the oldest message
     */
    public boolean resume(final long segmentNumber, final long segmentGeneration, final long atOffset)
            throws IOException {
        if (segmentGeneration != 0 && !knows(segmentNumber, segmentGeneration)) {
            return false;
        }
        number = segmentNumber;
        generation = segmentGeneration;
        offset = atOffset;
        return true;
    }

    /** Whether a segment may be one of this spool: it is, or it is not there any more. */
    public boolean knows(final long segmentNumber, final long segmentGeneration) throws IOException {
        for (final SegmentFile present : SegmentFile.list(directory)) {
            if (present.number() == segmentNumber && present.isBegun()) {
                return present.header().generation() == segmentGeneration;
            }
        }
        return segmentNumber <= SpoolProgress.segmentNumber(progress.position());
    }

    /**
     * The next message; null when none has been committed behind the last one.
     *
     * @throws IOException it cannot be read now; asked again, this reads it again
     */
    public StoredMessage next() throws IOException {
        try {
            return read();
        } catch (final Throwable e) {
            closeAfter(e, this::closeSegment); // opened again where it stands
            throw e;
        }
    }

    private StoredMessage read() throws IOException {
        while (true) {
            final long committed = progress.position();
            final long lastNumber = SpoolProgress.segmentNumber(committed);
            if (file == null && !openNext(lastNumber)) {
                exhaustedAt = committed;
                return null;
            }
            if (number == lastNumber) {
                extendTo(SpoolProgress.end(committed));
            } else if (!isEndKnown) {
                extendTo(statedEnd());
                isEndKnown = true;
            }
            if (walk.next()) {
                tellDamages();
                final StoredMessage message = new StoredMessage(file.path(), file.header(), scanner);
                offset = walk.end();
                return message;
            }
            tellDamages();
            offset = walk.end();
            if (number == lastNumber) {
                exhaustedAt = committed;
                return null;
            }
            closeSegment();
            standBefore(number + 1);
        }
    }

    /** Stands before a message again: the one that {@link #next} gave last. */
    public void back(final StoredMessage message) throws IOException {
        number = message.segmentNumber();
        generation = message.segmentGeneration();
        offset = message.offset();
        closeSegment();
    }

    /**
     * The message at a place that was noted when it was read.
     *
     * @return null when it is not there any more
     * @throws IOException it cannot be read now
     */
    public StoredMessage at(final long segmentNumber, final long messageOffset, final long sequence)
            throws IOException {
        try {
            return readAt(segmentNumber, messageOffset, sequence);
        } catch (final Throwable e) {
            closeAfter(e, this::closePlace);
            throw e;
        }
    }

    /** No place in a segment of a lower number is asked for any more. */
    public void releaseBefore(final long segmentNumber) throws IOException {
        if (placeFile != null && placeFile.number() < segmentNumber) {
            closePlace();
        }
    }

    private StoredMessage readAt(final long segmentNumber, final long messageOffset, final long sequence)
            throws IOException {
        if (placeFile == null || placeFile.number() != segmentNumber) {
            closePlace();
            if (!openPlace(segmentNumber)) {
                return null;
            }
        }
        final long committed = progress.position();
        final long end = segmentNumber == SpoolProgress.segmentNumber(committed)
                ? SpoolProgress.end(committed)
                : placeChannel.size();
        placeScanner.readLimit(end);
        final SegmentScanner.Finding finding = placeScanner.look(messageOffset, end, false);
        if (finding != SegmentScanner.Finding.WHOLE || placeScanner.sequence() != sequence) {
            return null;
        }
        return new StoredMessage(placeFile.path(), placeFile.header(), placeScanner);
    }

    /** Whether something was committed since {@link #next} said that there is nothing. */
    public boolean hasNews() {
        return progress.position() != exhaustedAt;
    }

    /** The segment it stands in or before: none of a lower number is needed by it. */
    public long segmentNumber() {
        return number;
    }

    /** Where in the segment it stands; 0 before its first record. */
    public long offset() {
        return offset;
    }

    /** The generation of the segment it stands in; 0 when it stands before one. */
    public long segmentGeneration() {
        return generation;
    }

    /** The sequence that the next message of the spool will get. Any thread. */
    public long nextSequence() {
        return progress.nextSequence();
    }

    @Override
    public void close() throws IOException {
        closeSegment();
        closePlace();
    }

    private boolean openNext(final long lastNumber) throws IOException {
        for (final SegmentFile candidate : SegmentFile.list(directory)) {
            if (candidate.number() >= number && candidate.number() <= lastNumber) {
                if (candidate.isBegun()) {
                    open(candidate);
                    return true;
                }
                LOG.error("{} has no readable header: its messages are passed over", candidate.path());
                standBefore(candidate.number() + 1);
            }
        }
        return false;
    }

    private void open(final SegmentFile candidate) throws IOException {
        channel = FileChannel.open(candidate.path(), StandardOpenOption.READ);
        file = candidate;
        if (number != candidate.number()) {
            standBefore(candidate.number());
        }
        generation = candidate.header().generation();
        scanner = new SegmentScanner(channel, directory, candidate.header());
        walk = new SegmentWalk(scanner, candidate.octets(), SegmentFormat.RECORDS_OFFSET, false);
        offset = Math.max(offset, SegmentFormat.RECORDS_OFFSET);
        walk.moveTo(offset);
        isEndKnown = false;
        damagesTold = 0;
    }

    private void standBefore(final long segmentNumber) {
        number = segmentNumber;
        generation = 0;
        offset = 0;
    }

    private void extendTo(final long end) throws IOException {
        final long within = Math.min(end, channel.size());
        scanner.readLimit(within);
        walk.extendTo(within);
    }

    /** Where the segment ends that is written no more. */
    private long statedEnd() throws IOException {
        final List<SegmentFile> files = SegmentFile.list(directory);
        for (int i = 0; i < files.size(); i++) {
            if (files.get(i).number() == number) {
                final long stated = SpoolReader.statedEnd(files.get(i), files, i);
                return stated == SegmentWalk.END_UNKNOWN ? channel.size() : stated;
            }
        }
        throw new NoSuchFileException(file.path().toString());
    }

    private void tellDamages() {
        for (; damagesTold < walk.damages().size(); damagesTold++) {
            final SegmentWalk.Damage damage = walk.damages().get(damagesTold);
            LOG.error("{} is damaged at octets {} to {}: passed over", file.path(), damage.from(), damage.to());
        }
    }

    private boolean openPlace(final long segmentNumber) throws IOException {
        final Path path = SegmentFile.path(directory, segmentNumber);
        try {
            placeChannel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (final NoSuchFileException e) {
            return false;
        }
        final SegmentHeader header = SegmentFile.readHeader(placeChannel);
        if (header == null || header.number() != segmentNumber) {
            closePlace();
            return false;
        }
        placeFile = new SegmentFile(segmentNumber, path, placeChannel.size(), header);
        placeScanner = new SegmentScanner(placeChannel, directory, header);
        return true;
    }

    private interface Closing {
        void close() throws IOException;
    }

    private static void closeAfter(final Throwable failure, final Closing closing) {
        try {
            closing.close();
        } catch (final IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void closeSegment() throws IOException {
        file = null;
        walk = null;
        scanner = null;
        final FileChannel closed = channel;
        channel = null;
        if (closed != null) {
            closed.close();
        }
    }

    private void closePlace() throws IOException {
        placeFile = null;
        placeScanner = null;
        final FileChannel closed = placeChannel;
        placeChannel = null;
        if (closed != null) {
            closed.close();
        }
    }
}
