package io.posthaste.delivery.spool;

import io.posthaste.delivery.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of a spool while this process writes to it: its lock, the names in it, and who keeps what of the disk budget
 * is taken ({@link SpoolBudget}), makes segments ({@link SegmentSource}) and forgets old mail ({@link OldMail}).
 *
 * <p>Any thread, but for what {@link #segments} says.
 */
final class SpoolDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolDirectory.class);

    private final Path path;
    private final SpoolFiles files;
    private final SpoolLock lock;
    private final Recovery recovered;
    private final SpoolBudget budget;
    private final OldMail oldMail;
    private final SegmentSource segments;

    /** Open from the start: what is written must become durable when there is no descriptor left, too. */
    private final FileChannel names;
    /** Of large contents; as {@link #names}. */
    private final FileChannel largeNames;

    /** Written with this. */
    private volatile boolean isClosed;

    /** Who names, renames or deletes segments just now; guarded by this. */
    private int inside;

    private SpoolDirectory(
            final SpoolSettings settings,
            final SpoolFiles files,
            final LongSupplier epochMs,
            final SpoolLock lock,
            final Recovery recovered,
            final LongSupplier firstNeeded)
            throws IOException {
        path = settings.directory();
        this.files = files;
        this.lock = lock;
        this.recovered = recovered;
        budget = new SpoolBudget(settings, epochMs, firstNeeded, recovered);
        oldMail = new OldMail(this, files, budget);
        segments = new SegmentSource(this, files, budget, oldMail, settings.segmentOctets(), recovered.lastNumber());
        names = SystemSpoolFiles.openDirectory(path);
        try {
            largeNames = SystemSpoolFiles.openDirectory(LargeNames.directory(path));
        } catch (final IOException | RuntimeException e) {
            names.close();
            throw e;
        }
    }

    /**
     * Creates what is missing, keeps other writers out, and recovers.
     *
     * @param firstNeeded number of the oldest segment that somebody still needs; null when nothing goes on from here
     * @throws IOException it cannot be written to, or another process writes there; one line for the operator
     */
    static SpoolDirectory open(
            final SpoolSettings settings,
            final SpoolFiles files,
            final LongSupplier epochMs,
            final LongSupplier firstNeeded)
            throws IOException {
        final Path path = settings.directory();
        PrivateFiles.createDirectories(path);
        final SpoolLock lock = SpoolLock.take(path);
        SpoolDirectory directory = null;
        try {
            final Recovery recovered = Recovery.run(path, files);
            directory = new SpoolDirectory(settings, files, epochMs, lock, recovered, firstNeeded);
            for (final SegmentFile spare : recovered.spares()) {
                directory.segments.adopt(spare);
            }
            return directory;
        } catch (final IOException | RuntimeException | Error e) {
            if (directory != null) {
                directory.close();
            } else {
                lock.close();
            }
            throw e;
        }
    }

    /** What was found at start. */
    Recovery recovered() {
        return recovered;
    }

    Path path() {
        return path;
    }

    SpoolBudget budget() {
        return budget;
    }

    /** Where segments come from; the preparer's. */
    SegmentSource segments() {
        return segments;
    }

    /**
     * Takes room for more of a large content, and forgets old mail for it where that may be. The parts' thread.
     *
     * @return false when there is none
     */
    boolean takeLarge(final long octets) throws IOException {
        enter();
        try {
            while (!budget.takeLarge(octets)) {
                if (oldMail.forgetOrphans()) {
                    continue;
                }
                final SpoolBudget.Oldest oldest = budget.takeOldest(false);
                if (oldest == null) {
                    return false;
                }
                oldMail.forget(oldest);
            }
            return true;
        } finally {
            leave();
        }
    }

    /** Makes the names of segments durable. */
    void syncNames() throws IOException {
        files.syncDirectory(names);
    }

    /** Makes the names of large contents durable. */
    void syncLargeNames() throws IOException {
        files.syncDirectory(largeNames);
    }

    /** @throws IOException the lock is given back, and the directory is another's perhaps */
    void requireOpen() throws IOException {
        if (isClosed) {
            throw new IOException(path + " is closed");
        }
    }

    /**
     * Segments are going to be named, renamed or deleted: until {@link #leave} the lock is kept, come what may. A disk that
     * hangs may let that go on long after the end, when another would have the names in use.
     *
     * @throws IOException as {@link #requireOpen}
     */
    synchronized void enter() throws IOException {
        requireOpen();
        inside++;
    }

    /** They are not any more: gives the lock back when that was wanted meanwhile. */
    void leave() {
        synchronized (this) {
            inside--;
            if (inside > 0 || !isClosed) {
                return;
            }
        }
        try {
            release();
        } catch (final IOException e) {
            LOG.warn("the lock of spool:{} could not be given back in order:", path, e);
        }
    }

    /** Gives the lock back; when somebody is inside, as soon as he has left. Idempotent. */
    @Override
    public void close() throws IOException {
        final boolean isInUse;
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            isInUse = inside > 0;
        }
        budget.close();
        if (isInUse) {
            LOG.warn("spool:{} stays locked until the disk has done what it was asked for", path);
        } else {
            release();
        }
    }

    private void release() throws IOException {
        try (lock;
                names) {
            largeNames.close();
        }
    }
}
