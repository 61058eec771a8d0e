package io.posthaste.delivery.spool;

import io.posthaste.delivery.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/** The file system of the machine. */
final class SystemSpoolFiles implements SpoolFiles {
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final Set<OpenOption> OPEN_OR_CREATE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final FileAttribute<?>[] PRIVATE_FILE = PrivateFiles.file();

    /** Opens a small file of the spool's own, and creates it, mode 0600, when it is missing. */
    static FileChannel openOrCreate(final Path file) throws IOException {
        return FileChannel.open(file, OPEN_OR_CREATE, PRIVATE_FILE);
    }

    /** Opens a directory for {@link #syncDirectory}. */
    static FileChannel openDirectory(final Path directory) throws IOException {
        return FileChannel.open(directory, StandardOpenOption.READ);
    }

    /** Whether there is no room on the disk; the JDK has no exception of its own for that. */
    static boolean isOutOfRoom(final IOException failure) {
        final String message = String.valueOf(failure.getMessage());
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }

    @Override
    public FileChannel create(final Path file) throws IOException {
        return FileChannel.open(file, CREATE, PRIVATE_FILE);
    }

    @Override
    public FileChannel open(final Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public long write(final FileChannel file, final ByteBuffer[] buffers, final int from, final int to)
            throws IOException {
        return file.write(buffers, from, to - from);
    }

    @Override
    public void force(final FileChannel file) throws IOException {
        file.force(false);
    }

    @Override
    public void forceAll(final FileChannel file) throws IOException {
        file.force(true);
    }

    @Override
    public void truncate(final FileChannel file, final long size) throws IOException {
        file.truncate(size);
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void syncDirectory(final FileChannel directory) throws IOException {
        directory.force(true);
    }

    @Override
    public void delete(final Path file) throws IOException {
        Files.deleteIfExists(file);
    }
}
