package io.posthaste.delivery.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where segments to write to come from: one left over from an earlier start, one whose mail may be forgotten, or a new one,
 * whose zeros are really written, so that a later sync need not touch the file's metadata. The preparer's thread, what says
 * otherwise excepted.
 */
final class SegmentSource {
    private static final int ZEROES_OCTETS = 1024 * 1024;
    /** Zeros that may wait to be written: a sync of the mail beside them must not wait for more. */
    private static final int UNSYNCED_ZEROES = 4 * ZEROES_OCTETS;

    private final SpoolDirectory directory;
    private final SpoolFiles files;
    private final SpoolBudget budget;
    private final OldMail oldMail;
    private final long segmentOctets;
    private final Deque<SegmentFile> found = new ArrayDeque<>();
    private final ByteBuffer[] zeroes = {ByteBuffer.allocateDirect(ZEROES_OCTETS)};
    private long lastNumber;

    /** A segment under way is given up. */
    private volatile boolean isStopping;

    /** @param lastNumber of the newest segment with mail */
    SegmentSource(
            final SpoolDirectory directory,
            final SpoolFiles files,
            final SpoolBudget budget,
            final OldMail oldMail,
            final long segmentOctets,
            final long lastNumber) {
        this.directory = directory;
        this.files = files;
        this.budget = budget;
        this.oldMail = oldMail;
        this.segmentOctets = segmentOctets;
        this.lastNumber = lastNumber;
    }

    /** Takes a segment that was prepared at an earlier start, or deletes it where it does not fit. Before the first {@link #next}. */
    void adopt(final SegmentFile spare) throws IOException {
        lastNumber = Math.max(lastNumber, spare.number());
        if (spare.octets() == segmentOctets && budget.takeSegment()) {
            found.add(spare);
        } else {
            files.delete(spare.path());
        }
    }

    /** The next segment, the caller's; null when the budget allows none. */
    Segment next() throws IOException {
        directory.enter();
        try {
            return leftOrRecycledOrNew();
        } finally {
            directory.leave();
        }
    }

    private Segment leftOrRecycledOrNew() throws IOException {
        while (true) {
            final SegmentFile left = found.poll();
            if (left != null) {
                return open(left);
            }
            final boolean hasRoom = budget.takeSegment();
            if (!hasRoom && oldMail.forgetOrphans()) {
                continue;
            }
            final SpoolBudget.Oldest oldest = takeOldest(hasRoom);
            if (oldest == null) {
                return hasRoom ? create() : null;
            }
            if (hasRoom) {
                budget.giveSegmentBack();
            }
            final Segment recycled = recycle(oldest);
            if (recycled != null) {
                return recycled;
            }
        }
    }

    /** One that cannot be opened is deleted: another is made when there is room. */
    private Segment open(final SegmentFile left) throws IOException {
        return open(left.number(), left.path());
    }

    private Segment open(final long number, final Path file) throws IOException {
        FileChannel channel = null;
        try {
            channel = files.open(file);
            return new Segment(number, file, channel, segmentOctets);
        } catch (final IOException | RuntimeException | Error e) {
            giveUp(e, channel, file);
            throw e;
        }
    }

    private SpoolBudget.Oldest takeOldest(final boolean hasRoom) throws IOException {
        try {
            return budget.takeOldest(hasRoom);
        } catch (final Throwable e) {
            if (hasRoom) {
                budget.giveSegmentBack();
            }
            throw e;
        }
    }

    /** {@link #next} is not waited for any more: what it is doing may fail. Any thread. */
    void stop() {
        isStopping = true;
    }

    /** Gives the file its new name; one of another size, or that is not there, is forgotten instead, and null returned. */
    private Segment recycle(final SpoolBudget.Oldest oldest) throws IOException {
        if (oldest.octets() != segmentOctets) {
            oldMail.forget(oldest);
            return null;
        }
        final long number = lastNumber + 1;
        final Path renamed = rename(oldest, number);
        if (renamed == null) {
            oldMail.forget(oldest); // somebody else has deleted it
            return null;
        }
        lastNumber = number;
        budget.renamed(oldest);
        try {
            directory.syncNames();
            oldMail.forgetLarge(oldest.number());
        } catch (final IOException | RuntimeException | Error e) {
            giveUp(e, null, renamed);
            throw e;
        }
        return open(number, renamed);
    }

    /** Where it is then; null when it is not there. When that fails it is one of those with mail again. */
    private Path rename(final SpoolBudget.Oldest oldest, final long number) throws IOException {
        try {
            final Path renamed = SegmentFile.path(directory.path(), number);
            files.rename(SegmentFile.path(directory.path(), oldest.number()), renamed);
            return renamed;
        } catch (final NoSuchFileException e) {
            return null;
        } catch (final IOException | RuntimeException | Error e) {
            budget.giveOldestBack(oldest);
            throw e;
        }
    }

    private Segment create() throws IOException {
        Path made = null;
        FileChannel channel = null;
        try {
            final long number = lastNumber + 1;
            final Path file = SegmentFile.path(directory.path(), number);
            final Path unprepared = directory.path().resolve(file.getFileName() + SegmentFile.PREPARING);
            made = unprepared; // though it was left by another attempt
            channel = files.create(unprepared);
            writeZeroes(channel);
            files.forceAll(channel);
            files.rename(unprepared, file);
            made = file;
            directory.syncNames();
            lastNumber = number;
            return new Segment(number, file, channel, segmentOctets);
        } catch (final IOException | RuntimeException | Error e) {
            giveUp(e, channel, made);
            throw e;
        }
    }

    private void writeZeroes(final FileChannel channel) throws IOException {
        long left = segmentOctets;
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

    /**
     * A segment that was to be prepared is not: its room is given back, its file closed and deleted.
     *
     * @param channel null when there is none
     * @param file null when there is none
     */
    private void giveUp(final Throwable failure, final FileChannel channel, final Path file) {
        budget.giveSegmentBack();
        try (channel) {
            if (file != null) {
                files.delete(file);
            }
        } catch (final IOException | RuntimeException | Error e) {
            if (e != failure) {
                failure.addSuppressed(e);
            }
        }
    }
}
