package io.posthaste.delivery.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a spool, whether a server writes to it or not: takes no lock, changes nothing, and sees the messages that were
 * committed when {@link #open} was called. Messages that the server forgets meanwhile are left out. One thread.
 */
public final class SpoolReader {
    private final Path directory;
    private final List<Extent> extents = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private boolean isTorn;
    private boolean isLive;

    /** Takes messages in the order of writing. */
    @FunctionalInterface
    public interface Visitor {
        /** @return whether to go on */
        boolean visit(StoredMessage message) throws IOException;
    }

    /** A segment and where what is committed of it ends. */
    private record Extent(SegmentFile file, long end) {}

    private SpoolReader(final Path directory) {
        this.directory = directory;
    }

    /**
     * Looks where the log begins and ends.
     *
     * @throws IOException there is no spool, or it cannot be read; one line for people
     */
    public static SpoolReader open(final Path directory) throws IOException {
        if (!Files.isDirectory(directory) || !Files.exists(directory.resolve(SpoolLock.FILE))) {
            throw new IOException(directory + " is no spool");
        }
        final SpoolReader reader = new SpoolReader(directory);
        reader.measure();
        return reader;
    }

    /** Whether a server writes to it. */
    public boolean isLive() {
        return isLive;
    }

    /** Segments with messages. */
    public int segmentCount() {
        return extents.size();
    }

    /** Octets of these segments' files. */
    public long segmentOctets() {
        return extents.stream().mapToLong(extent -> extent.file().octets()).sum();
    }

    /** What could not be read, a line each; complete once {@link #visit} has come to the end. */
    public List<String> troubles() {
        return List.copyOf(troubles);
    }

    /** Whether the newest segment ends in a record that was never finished, which is no damage. */
    public boolean isTorn() {
        return isTorn;
    }

    /**
     * Visits the messages, oldest first.
     *
     * @param checkContents whether the checksums of the contents are checked, too
     */
    public void visit(final boolean checkContents, final Visitor visitor) throws IOException {
        troubles.clear();
        long expected = 0;
        for (final Extent extent : extents) {
            if (!extent.file().isBegun()) {
                troubles.add(extent.file().path() + " has no readable header");
                continue;
            }
            final long next = visit(extent, checkContents, visitor, expected);
            if (next < 0) {
                return;
            }
            expected = next;
        }
    }

    /** Visits a segment; returns the sequence expected behind it, or -1 when the visitor has had enough. */
    private long visit(
            final Extent extent, final boolean checkContents, final Visitor visitor, final long expectedBefore)
            throws IOException {
        final SegmentFile file = extent.file();
        long expected = expectedBefore == 0 ? file.header().firstSequence() : expectedBefore;
        final List<String> missing = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            final SegmentScanner scanner = new SegmentScanner(channel, directory, file.header());
            final SegmentWalk walk = new SegmentWalk(scanner, channel.size(), extent.end(), checkContents);
            while (walk.next()) {
                final StoredMessage message = new StoredMessage(file.path(), file.header(), scanner);
                if (message.sequence() != expected) {
                    missing.add(missing(file, expected, message.sequence() - 1));
                }
                expected = message.sequence() + 1;
                if (!visitor.visit(message)) {
                    return -1;
                }
            }
            if (isUsedAgain(channel, file)) {
                return 0; // meanwhile: what is not there is neither damaged nor missing, but forgotten
            }
            troubles.addAll(missing);
            for (final SegmentWalk.Damage damage : walk.damages()) {
                troubles.add(file.path() + " is damaged at octets " + damage.from() + " to " + damage.to());
            }
            isTorn |= walk.isTorn();
            return expected;
        } catch (final NoSuchFileException e) {
            if (Files.exists(file.path())) {
                throw e; // something else that the visitor looks for
            }
            return 0; // forgotten since: used again under another name
        }
    }

    private static String missing(final SegmentFile file, final long from, final long to) {
        return file.path() + ": message" + (from >= to ? " " + from : "s " + from + " to " + to) + " missing before it";
    }

    private static boolean isUsedAgain(final FileChannel channel, final SegmentFile file) throws IOException {
        final SegmentHeader present = SegmentFile.readHeader(channel);
        return !Files.exists(file.path())
                || present == null
                || present.generation() != file.header().generation();
    }

    private void measure() throws IOException {
        // First how far the server had come, then the files: what it has begun since is then left out.
        final CommitMark.View committed = CommitMark.read(directory);
        isLive = committed != null;
        final List<SegmentFile> files = SegmentFile.list(directory);
        int newest = files.size() - 1;
        while (newest >= 0 && !files.get(newest).isBegun()) {
            newest--;
        }
        for (int i = 0; i <= newest; i++) {
            final SegmentFile file = files.get(i);
            if (committed != null && file.number() > committed.segmentNumber()) {
                return;
            }
            final long end;
            if (committed != null && file.number() == committed.segmentNumber()) {
                end = committed.end();
            } else {
                end = statedEnd(file, files, i);
            }
            if (end != 0) {
                extents.add(new Extent(file, end));
            }
        }
    }

    /** Where the segments behind say that this one ends; 0 when they say that nothing in it was committed. */
    static long statedEnd(final SegmentFile file, final List<SegmentFile> files, final int index) {
        for (int i = index + 1; i < files.size(); i++) {
            final SegmentHeader behind = files.get(i).header();
            if (behind != null) {
                if (behind.previousNumber() == file.number()) {
                    return behind.previousEnd();
                }
                return behind.previousNumber() < file.number() ? 0 : SegmentWalk.END_UNKNOWN;
            }
        }
        return SegmentWalk.END_UNKNOWN;
    }
}
