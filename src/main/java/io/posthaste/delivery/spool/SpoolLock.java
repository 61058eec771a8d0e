package io.posthaste.delivery.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps other writers out of a spool: other processes by a lock on a file, others in this one by a list. Any thread. */
final class SpoolLock implements AutoCloseable {
    static final String FILE = "lock";

    /**
     * Directories that this process writes to. Asked before the lock file is opened: a second channel on it, when closed,
     * would take the process's lock away (POSIX).
     */
    private static final Set<Path> IN_USE_HERE = ConcurrentHashMap.newKeySet();

    private final Path realPath;
    private final FileChannel channel;

    private SpoolLock(final Path realPath, final FileChannel channel) {
        this.realPath = realPath;
        this.channel = channel;
    }

    /**
     * Takes the lock of a directory that is there.
     *
     * @throws IOException somebody has it, or the file cannot be created; one line for the operator
     */
    static SpoolLock take(final Path directory) throws IOException {
        final Path real = directory.toRealPath();
        if (!IN_USE_HERE.add(real)) {
            throw new IOException(directory + " is in use: this process writes to it already");
        }
        FileChannel channel = null;
        try {
            channel = SystemSpoolFiles.openOrCreate(directory.resolve(FILE));
            if (channel.tryLock() == null) {
                throw new IOException(directory + " is in use: another process writes to it");
            }
            return new SpoolLock(real, channel);
        } catch (final IOException | RuntimeException | Error e) {
            if (channel != null) {
                channel.close();
            }
            IN_USE_HERE.remove(real);
            throw e;
        }
    }

    /** Gives it back. Once: it may be another's afterwards. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            IN_USE_HERE.remove(realPath);
        }
    }
}
