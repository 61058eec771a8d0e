package io.posthaste.delivery.spool;

import io.posthaste.delivery.spool.SpoolSettings.Retention;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The directory of a spool: its lock, its segments, and what of the disk budget they take.
 *
 * <p>{@link #prepare} is the preparer's thread only; the rest is told by the delivery thread. Small critical sections, once
 * a segment.
 */
final class SpoolDirectory implements AutoCloseable {
    /** The file whose lock keeps a second writer out. */
    static final String LOCK_FILE = "lock";

    private static final int ZEROES_OCTETS = 1024 * 1024;
    /** Zeros that may wait to be written: a sync of the mail beside them must not wait for more. */
    private static final int UNSYNCED_ZEROES = 4 * ZEROES_OCTETS;

    /**
     * Directories that this process writes to. Asked before the lock file is opened: a second channel on it, when closed,
     * would take the process's lock away (POSIX).
     */
    private static final Set<Path> IN_USE_HERE = ConcurrentHashMap.newKeySet();

    private final SpoolSettings settings;
    private final SpoolFiles files;
    private final LongSupplier epochMs;
    private final Path realPath;
    private final FileChannel lockChannel;
    /** Open from the start: what is written must become durable when there is no descriptor left, too. */
    private final FileChannel names;
    /** Of large contents; as {@link #names}. */
    private final FileChannel largeNames;

    private final Recovery recovered;
    /** The oldest segment that somebody needs; null when nothing goes on from here. */
    private final LongSupplier firstNeeded;

    // Guarded by this.
    private final TreeMap<Long, Long> liveOctets = new TreeMap<>();
    /** Of large contents, by the segment that names them. */
    private final TreeMap<Long, Long> largeOctets = new TreeMap<>();
    /** Of large contents that no segment names yet. */
    private long unnamedOctets;

    private long preparedOctets;
    /** The newest segment with mail that is durable. */
    private long lastCommitted;
    /** Segments that were taken from those with mail and are not gone yet: their large contents must still be there. */
    private final Set<Long> leaving = new HashSet<>();

    private boolean isClosed;

    /** A segment under way is given up. */
    private volatile boolean isStopping;

    // The preparer's thread.
    private final Deque<SegmentFile> found = new ArrayDeque<>();
    private final ByteBuffer[] zeroes = {ByteBuffer.allocateDirect(ZEROES_OCTETS)};
    private long lastNumber;

    private SpoolDirectory(
            final SpoolSettings settings,
            final SpoolFiles files,
            final LongSupplier epochMs,
            final Path realPath,
            final FileChannel lockChannel,
            final Recovery recovered,
            final LongSupplier firstNeeded)
            throws IOException {
        this.firstNeeded = firstNeeded;
        this.settings = settings;
        this.files = files;
        this.epochMs = epochMs;
        this.realPath = realPath;
        this.lockChannel = lockChannel;
        this.recovered = recovered;
        lastNumber = recovered.lastNumber();
        recovered.live().forEach(segment -> liveOctets.put(segment.number(), segment.octets()));
        largeOctets.putAll(recovered.largeOctets());
        lastCommitted = recovered.lastNumber();
        names = SystemSpoolFiles.openDirectory(path());
        try {
            largeNames = SystemSpoolFiles.openDirectory(LargeNames.directory(path()));
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
        SystemSpoolFiles.createDirectories(path);
        final Path real = path.toRealPath();
        if (!IN_USE_HERE.add(real)) {
            throw new IOException(path + " is in use: this process writes to it already");
        }
        FileChannel lockChannel = null;
        SpoolDirectory directory = null;
        try {
            lockChannel = SystemSpoolFiles.openOrCreate(path.resolve(LOCK_FILE));
            if (lockChannel.tryLock() == null) {
                throw new IOException(path + " is in use: another process writes to it");
            }
            final Recovery recovered = Recovery.run(path, files);
            directory = new SpoolDirectory(settings, files, epochMs, real, lockChannel, recovered, firstNeeded);
            directory.adoptSpares();
            return directory;
        } catch (final IOException | RuntimeException | Error e) {
            if (directory != null) {
                directory.close();
            } else if (lockChannel != null) {
                lockChannel.close();
            }
            IN_USE_HERE.remove(real);
            throw e;
        }
    }

    /** What was found at start. */
    Recovery recovered() {
        return recovered;
    }

    Path path() {
        return settings.directory();
    }

    /**
     * Prepares a segment: one left over, one whose mail may be forgotten, or a new one, whose zeros are really written, so
     * that a later sync need not touch the file's metadata. Null when the budget allows none.
     */
    Segment prepare() throws IOException {
        while (true) {
            final SegmentFile left = found.poll();
            if (left != null) {
                return new Segment(left.number(), left.path(), files.open(left.path()), left.octets());
            }
            final boolean hasRoom = takeRoom();
            if (!hasRoom && forgetOrphans()) {
                continue;
            }
            final Map.Entry<Long, Long> oldest = takeReusable(hasRoom);
            if (oldest == null) {
                return hasRoom ? create() : null;
            }
            if (hasRoom) {
                giveRoomBack();
            }
            final Segment recycled = recycle(oldest.getKey(), oldest.getValue());
            if (recycled != null) {
                return recycled;
            }
        }
    }

    /** {@link #prepare} is not waited for any more: what it is doing may fail. Any thread. */
    void stopPreparing() {
        isStopping = true;
    }

    /** A prepared segment is being written to. */
    synchronized void begun(final Segment segment) {
        preparedOctets -= segment.octets();
        liveOctets.put(segment.number(), segment.octets());
    }

    /** The mail of a segment is durable, and so is its header, which says where the one before it ends. */
    synchronized void committed(final long number) {
        lastCommitted = number;
    }

    /** A segment is written no more and was cut off. */
    synchronized void shortened(final long number, final long octets) {
        liveOctets.put(number, octets);
    }

    /** A segment is gone. */
    synchronized void deleted(final long number) {
        liveOctets.remove(number);
    }

    /**
     * Takes room for more of a large content, and forgets old mail for it where that may be. The parts' thread.
     *
     * @return false when there is none
     */
    boolean takeLarge(final long octets) throws IOException {
        requireOpen();
        while (!takeUnnamed(octets)) {
            if (forgetOrphans()) {
                continue;
            }
            final Map.Entry<Long, Long> oldest = takeReusable(false);
            if (oldest == null) {
                return false;
            }
            forget(oldest.getKey(), oldest.getValue());
        }
        return true;
    }

    private synchronized boolean takeUnnamed(final long octets) {
        if (octets() + octets > settings.sizeOctets()) {
            return false;
        }
        unnamedOctets += octets;
        return true;
    }

    /** A large content that no segment names is gone. */
    synchronized void giveLargeBack(final long octets) {
        unnamedOctets -= octets;
    }

    /** A large content is named by a segment. */
    synchronized void largeCommitted(final long number, final long octets) {
        unnamedOctets -= octets;
        largeOctets.merge(number, octets, Long::sum);
    }

    /** Octets of large contents, of those under way, too. */
    synchronized long largeOctets() {
        return unnamedOctets + sum(largeOctets);
    }

    /** Octets that all segments and large contents take. */
    synchronized long octets() {
        return preparedOctets + sum(liveOctets) + largeOctets();
    }

    /** Octets of the segments with mail from a number on, and of their large contents. */
    synchronized long octetsFrom(final long number) {
        return sum(liveOctets.tailMap(number)) + sum(largeOctets.tailMap(number));
    }

    /** Octets that they may take together. */
    long limitOctets() {
        return settings.sizeOctets();
    }

    /** Segments with mail. */
    synchronized int liveCount() {
        return liveOctets.size();
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
    synchronized void requireOpen() throws IOException {
        if (isClosed) {
            throw new IOException(path() + " is closed");
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
        }
        try (lockChannel;
                names) {
            largeNames.close();
        } finally {
            IN_USE_HERE.remove(realPath);
        }
    }

    private void adoptSpares() throws IOException {
        for (final SegmentFile spare : recovered.spares()) {
            lastNumber = Math.max(lastNumber, spare.number());
            if (spare.octets() == settings.segmentOctets() && octets() + spare.octets() <= settings.sizeOctets()) {
                found.add(spare);
                preparedOctets += spare.octets();
            } else {
                files.delete(spare.path());
            }
        }
    }

    private synchronized boolean takeRoom() {
        if (octets() + settings.segmentOctets() > settings.sizeOctets()) {
            return false;
        }
        preparedOctets += settings.segmentOctets();
        return true;
    }

    private synchronized void giveRoomBack() {
        preparedOctets -= settings.segmentOctets();
    }

    /**
     * The oldest segment if its mail may be forgotten now; never the one being written. It counts as prepared from then on:
     * the caller's to use again or to {@link #forget}.
     */
    private synchronized Map.Entry<Long, Long> takeReusable(final boolean hasRoom) throws IOException {
        final Map.Entry<Long, Long> oldest = reusable(hasRoom);
        if (oldest != null) {
            liveOctets.remove(oldest.getKey());
            leaving.add(oldest.getKey());
            preparedOctets += oldest.getValue();
        }
        return oldest;
    }

    private synchronized void giveReusableBack(final long number, final long octets) {
        preparedOctets -= octets;
        leaving.remove(number);
        liveOctets.put(number, octets);
    }

    /** Its name is gone, though not durably yet. */
    private synchronized void left(final long number) {
        leaving.remove(number);
    }

    private Map.Entry<Long, Long> reusable(final boolean hasRoom) throws IOException {
        final Map.Entry<Long, Long> oldest = liveOctets.firstEntry();
        // The newest that is durable says where its predecessor ends; it must be there when that one goes.
        if (isClosed || oldest == null || oldest.getKey() >= lastCommitted) {
            return null;
        }
        if (firstNeeded != null && oldest.getKey() >= firstNeeded.getAsLong()) {
            return null;
        }
        return switch (settings.retention()) {
            case ALL -> firstNeeded == null ? null : oldest;
            case NEWEST -> hasRoom ? null : oldest;
            case AGE -> isOld(oldest.getKey()) ? oldest : null;
        };
    }

    private boolean isOld(final long number) throws IOException {
        final Path file = SegmentFile.path(path(), number);
        return settings.retention() == Retention.AGE
                && epochMs.getAsLong() - Files.getLastModifiedTime(file).toMillis() > settings.retentionMs();
    }

    /** Gives the file its new name; one of another size is deleted instead, and null returned. */
    private Segment recycle(final long oldest, final long octets) throws IOException {
        if (octets != settings.segmentOctets()) {
            forget(oldest, octets);
            return null;
        }
        requireOpen();
        final long number = lastNumber + 1;
        final Path renamed = SegmentFile.path(path(), number);
        try {
            files.rename(SegmentFile.path(path(), oldest), renamed);
        } catch (final IOException | RuntimeException e) {
            giveReusableBack(oldest, octets);
            throw e;
        }
        lastNumber = number;
        left(oldest);
        try {
            syncNames();
            forgetLarge(oldest);
            return new Segment(number, renamed, files.open(renamed), octets);
        } catch (final IOException | RuntimeException e) {
            giveRoomBack();
            deleteAfter(e, renamed);
            throw e;
        }
    }

    /** Deletes a segment that was taken from those with mail. */
    private void forget(final long oldest, final long octets) throws IOException {
        requireOpen();
        try {
            files.delete(SegmentFile.path(path(), oldest));
        } catch (final IOException | RuntimeException e) {
            giveReusableBack(oldest, octets);
            throw e;
        }
        synchronized (this) {
            preparedOctets -= octets;
        }
        left(oldest);
        syncNames();
        forgetLarge(oldest);
    }

    /** Behind its segment: a reader that misses a large content finds that the segment is gone. */
    private void forgetLarge(final long number) throws IOException {
        final boolean isAny;
        synchronized (this) {
            isAny = largeOctets.containsKey(number);
        }
        if (isAny) {
            LargeNames.deleteAllOf(number, path(), files);
            synchronized (this) {
                largeOctets.remove(number);
            }
        }
    }

    /**
     * Deletes the large contents that are left of segments which are gone, because something failed when they went.
     *
     * @return whether there were any
     */
    private boolean forgetOrphans() throws IOException {
        final List<Long> orphans;
        synchronized (this) {
            final long first = liveOctets.isEmpty() ? Long.MAX_VALUE : liveOctets.firstKey();
            orphans = new ArrayList<>(largeOctets.headMap(first).keySet());
            orphans.removeAll(leaving);
        }
        if (orphans.isEmpty()) {
            return false;
        }
        requireOpen();
        syncNames();
        for (final long number : orphans) {
            forgetLarge(number);
        }
        return true;
    }

    private Segment create() throws IOException {
        final long number = lastNumber + 1;
        final Path file = SegmentFile.path(path(), number);
        final Path unprepared = path().resolve(file.getFileName() + SegmentFile.PREPARING);
        FileChannel channel = null;
        try {
            channel = files.create(unprepared);
            writeZeroes(channel);
            files.forceAll(channel);
            files.rename(unprepared, file);
            syncNames();
            lastNumber = number;
            return new Segment(number, file, channel, settings.segmentOctets());
        } catch (final IOException | RuntimeException | Error e) {
            giveRoomBack();
            if (channel != null) {
                channel.close();
            }
            deleteAfter(e, unprepared);
            deleteAfter(e, file);
            throw e;
        }
    }

    private void writeZeroes(final FileChannel channel) throws IOException {
        long left = settings.segmentOctets();
        long unsynced = 0;
        while (left > 0) {
            if (isStopping) {
                throw new IOException("given up: the spool is being closed");
            }
            zeroes[0].clear().limit((int) Math.min(ZEROES_OCTETS, left));
            final long written = files.write(channel, zeroes, 0, 1);
            if (written <= 0) {
                throw new IOException("the file takes no more, " + left + " octets too early");
            }
            left -= written;
            unsynced += written;
            if (unsynced >= UNSYNCED_ZEROES) {
                files.force(channel);
                unsynced = 0;
            }
        }
    }

    private void deleteAfter(final Throwable failure, final Path file) {
        try {
            files.delete(file);
        } catch (final IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static long sum(final SortedMap<Long, Long> octetsByNumber) {
        long sum = 0;
        for (final long octets : octetsByNumber.values()) {
            sum += octets;
        }
        return sum;
    }
}
