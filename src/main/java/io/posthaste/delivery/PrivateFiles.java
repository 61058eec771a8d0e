package io.posthaste.delivery;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** What mail lies in is nobody else's to read, and its names are durable. Any thread. */
public final class PrivateFiles {
    private static final FileAttribute<?>[] FILE = mode("rw-------");
    private static final FileAttribute<?>[] DIRECTORY = mode("rwx------");

    private PrivateFiles() {}

    /** For a file to create, mode 0600; none where the file system knows no permissions. */
    public static FileAttribute<?>[] file() {
        return FILE.clone();
    }

    /** For a directory to create, mode 0700; none where the file system knows no permissions. */
    public static FileAttribute<?>[] directory() {
        return DIRECTORY.clone();
    }

    /** Creates a directory and what is missing above it, mode 0700, durably; one that is there is left as it is. */
    public static void createDirectories(final Path directory) throws IOException {
        Path existing = directory.toAbsolutePath();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        Files.createDirectories(directory, DIRECTORY);
        Path created = directory.toAbsolutePath();
        while (existing != null && !created.equals(existing)) {
            created = created.getParent();
            syncDirectory(created);
        }
    }

    /** Makes the entries of a directory durable; opens it. */
    public static void syncDirectory(final Path directory) throws IOException {
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    private static FileAttribute<?>[] mode(final String permissions) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
