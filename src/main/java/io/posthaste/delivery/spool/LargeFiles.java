package io.posthaste.delivery.spool;

import io.posthaste.delivery.PartStore;
import io.posthaste.delivery.spool.SpoolCounters.Count;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes large contents, part by part, into files of their own beside the log: {@code large/ID.part} while they come, {@code
 * large/SEGMENT-ID} once the log is about to have their record.
 *
 * <pre>
 *   parts' thread      write, write, … | sync the file
 *   delivery thread    give it its name | stage its record | sync the directory | sync the log
 * </pre>
 *
 * What the log does not name does not count, and is deleted: at once when it is given up, at the next start otherwise. The
 * octets are taken from the spool's disk budget before they are written.
 */
final class LargeFiles implements PartStore {
    /** So much is written before it is synced, so that the last sync waits for little. */
    static final long SYNC_OCTETS = 8L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(LargeFiles.class);

    private final SpoolDirectory directory;
    private final SpoolFiles files;
    private final long largeOctets;
    private final SpoolCounters counters;

    // The parts' thread.
    private final ByteBuffer[] vector = LargeFile.newVector();
    private boolean isRefusing;

    LargeFiles(
            final SpoolDirectory directory,
            final SpoolFiles files,
            final long largeOctets,
            final SpoolCounters counters) {
        this.directory = directory;
        this.files = files;
        this.largeOctets = largeOctets;
        this.counters = counters;
    }

    // The parts' thread

    @Override
    public long largeOctets() {
        return largeOctets;
    }

    @Override
    public void append(final Envelope envelope) throws IOException {
        take(envelope);
    }

    @Override
    public void finish(final Envelope envelope) throws IOException {
        if (!take(envelope)) {
            return;
        }
        final LargeFile file = (LargeFile) envelope.stored();
        try {
            file.finish(files);
        } catch (final IOException | RuntimeException | Error e) {
            if (!isRefused(envelope, e)) {
                throw e;
            }
        }
    }

    @Override
    public void abandon(final Envelope envelope) throws IOException {
        if (envelope.stored() instanceof LargeFile) {
            counters.add(Count.LARGE_ABANDONED, 1);
            drop(envelope);
        }
    }

    /** Writes what the envelope holds; false when it is refused. */
    private boolean take(final Envelope envelope) throws IOException {
        try {
            final LargeFile file = fileOf(envelope);
            final long octets = envelope.content().length();
            if (!directory.takeLarge(octets)) {
                refuse(envelope, null);
                return false;
            }
            file.roomOctets(file.roomOctets() + octets);
            file.write(envelope, files, vector);
            if (file.unsyncedOctets() >= SYNC_OCTETS) {
                file.sync(files);
            }
            isRefusing = false;
            return true;
        } catch (final IOException | RuntimeException | Error e) {
            if (!isRefused(envelope, e)) {
                throw e;
            }
            return false;
        }
    }

    private LargeFile fileOf(final Envelope envelope) throws IOException {
        if (envelope.stored() instanceof LargeFile file) {
            return file;
        }
        directory.requireOpen();
        final Path path = LargeNames.unfinished(directory.path(), envelope.id());
        final LargeFile created = new LargeFile(path, files.create(path));
        envelope.stored(created);
        return created;
    }

    /** Drops what failed; a full disk is a refusal, anything else is to be thrown. */
    private boolean isRefused(final Envelope envelope, final Throwable failure) {
        if (failure instanceof IOException e && SystemSpoolFiles.isOutOfRoom(e)) {
            refuse(envelope, e);
            return true;
        }
        counters.add(Count.LARGE_REFUSED, 1);
        dropAfter(failure, envelope);
        return false;
    }

    private void refuse(final Envelope envelope, final IOException reason) {
        envelope.status(DeliveryStatus.INSUFFICIENT_STORAGE);
        counters.add(Count.LARGE_REFUSED, 1);
        final IOException failure = reason == null ? new IOException("the spool is full") : reason;
        dropAfter(failure, envelope);
        if (!isRefusing) {
            isRefusing = true;
            LOG.error("{} has no room for a large message, which is refused:", directory.path(), failure);
        }
    }

    // Both threads, for an envelope that is theirs

    /** Deletes what there is of a message, and gives its room back. */
    void drop(final Envelope envelope) throws IOException {
        if (envelope.stored() instanceof LargeFile file) {
            envelope.stored(null);
            try (file) {
                file.delete(files);
                directory.budget().giveLargeBack(file.roomOctets());
            }
        }
    }

    /** As {@link #drop}; what goes wrong with it is added to a failure. */
    void dropAfter(final Throwable failure, final Envelope envelope) {
        try {
            drop(envelope);
        } catch (final IOException | RuntimeException | Error e) {
            if (e != failure) {
                failure.addSuppressed(e);
            }
        }
    }

    // The delivery thread

    /** Gives a finished file the name that it has with its record in this segment; durable with {@link #syncNames}. */
    void name(final LargeFile file, final long segmentNumber, final String id) throws IOException {
        file.rename(LargeNames.committed(directory.path(), segmentNumber, id), files);
    }

    void syncNames() throws IOException {
        directory.syncLargeNames();
    }

    /** The message is in the log. */
    void committed(final Envelope envelope, final long segmentNumber) {
        if (envelope.stored() instanceof LargeFile file) {
            envelope.stored(null);
            directory.budget().largeCommitted(segmentNumber, file.octets());
            counters.add(Count.LARGE_MESSAGES, 1);
            counters.add(Count.LARGE_OCTETS, file.octets());
        }
    }
}
