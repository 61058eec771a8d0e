package io.posthaste.delivery.maildir;

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
final class SystemFiles implements FileLayer {
    private static final Set<OpenOption> CREATE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<?>[] PRIVATE_FILE = PrivateFiles.file();

    @Override
    public FileChannel create(final Path file) throws IOException {
        return FileChannel.open(file, CREATE, PRIVATE_FILE);
    }

    @Override
    public long write(final FileChannel file, final ByteBuffer[] buffers, final int from, final int to)
            throws IOException {
        return file.write(buffers, from, to - from);
    }

    @Override
    public long size(final FileChannel file) throws IOException {
        return file.size();
    }

    @Override
    public void sync(final FileChannel file) throws IOException {
        file.force(true);
    }

    @Override
    public void move(final Path from, final Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void syncDirectory(final Path directory) throws IOException {
        PrivateFiles.syncDirectory(directory);
    }

    @Override
    public void delete(final Path file) throws IOException {
        Files.deleteIfExists(file);
    }
}
