package io.posthaste.delivery.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * The file that tells readers how far the running server has committed. Never synced: after a crash it means nothing.
 *
 * <pre>
 *    0  segment number (32 bits), end of the committed records / 8 (32 bits)   8
 *    8  the same, inverted: a reader that sees half a write reads again        8
 *   16  process id of the writer, 0 when it has closed the spool               8
 *   24  when that process was started, epoch ms                                8
 * </pre>
 *
 * The delivery thread writes.
 */
final class CommitMark implements AutoCloseable {
    static final String FILE = "committed";

    private static final int OCTETS = 32;
    private static final int POSITION_OCTETS = 16;
    private static final int END_SHIFT = 3;

    private final FileChannel channel;
    private final ByteBuffer octets = ByteBuffer.allocateDirect(OCTETS);

    private CommitMark(final FileChannel channel) {
        this.channel = channel;
    }

    /** What a reader sees. */
    record View(long segmentNumber, long end) {}

    /** Opens the mark for writing; readers may trust it from the first {@link #begin} on. */
    static CommitMark open(final Path directory) throws IOException {
        return new CommitMark(SystemSpoolFiles.openOrCreate(directory.resolve(FILE)));
    }

    /** This process writes now, and so much is committed. */
    void begin(final long segmentNumber, final long end) throws IOException {
        putPosition(segmentNumber, end);
        final ProcessHandle self = ProcessHandle.current();
        octets.putLong(POSITION_OCTETS, self.pid());
        octets.putLong(POSITION_OCTETS + Long.BYTES, startedEpochMs(self));
        channel.write(octets.clear(), 0);
    }

    /** So much is committed. */
    void advance(final long segmentNumber, final long end) throws IOException {
        putPosition(segmentNumber, end);
        channel.write(octets.clear().limit(POSITION_OCTETS), 0);
    }

    /** Nobody writes any more: what is whole counts. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try (channel) {
                channel.write(octets.clear().putLong(POSITION_OCTETS, 0), 0);
            }
        }
    }

    /** What the running writer has committed; null when none runs, so that everything whole counts. */
    static View read(final Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory.resolve(FILE), StandardOpenOption.READ)) {
            final ByteBuffer octets = ByteBuffer.allocate(OCTETS);
            do {
                octets.clear();
                if (channel.read(octets, 0) < OCTETS) {
                    return null;
                }
            } while (octets.getLong(0) != ~octets.getLong(Long.BYTES));
            if (!isAlive(octets.getLong(POSITION_OCTETS), octets.getLong(POSITION_OCTETS + Long.BYTES))) {
                return null;
            }
            final long position = octets.getLong(0);
            return new View(position >>> Integer.SIZE, (position & 0xffff_ffffL) << END_SHIFT);
        } catch (final NoSuchFileException e) {
            return null;
        }
    }

    private void putPosition(final long segmentNumber, final long end) {
        final long position = segmentNumber << Integer.SIZE | end >>> END_SHIFT;
        octets.putLong(0, position).putLong(Long.BYTES, ~position);
    }

    private static boolean isAlive(final long pid, final long startedEpochMs) {
        return pid != 0
                && ProcessHandle.of(pid)
                        .map(process -> process.isAlive() && startedEpochMs(process) == startedEpochMs)
                        .orElse(false);
    }

    private static long startedEpochMs(final ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
}
