package io.posthaste.loadtest.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Reads the messages of a directory: of a Maildir those in {@code new} and {@code cur}, of any other directory its files.
 * Nothing may be moved meanwhile.
 */
final class MessageFiles {
    static final String TIMING = "the file's time of modification - sent";

    private MessageFiles() {}

    /** Adds every message to the arrivals. */
    static void readAll(Path directory, Arrivals arrivals) throws IOException {
        final List<Path> maildir = List.of(directory.resolve("new"), directory.resolve("cur"));
        if (maildir.stream().noneMatch(Files::isDirectory)) {
            readFiles(directory, arrivals);
            return;
        }
        for (final Path part : maildir) {
            if (Files.isDirectory(part)) {
                readFiles(part, arrivals);
            }
        }
    }

    private static void readFiles(Path directory, Arrivals arrivals) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, MessageFiles::isMessage)) {
            for (final Path file : files) {
                try (InputStream in = Files.newInputStream(file)) {
                    arrivals.add(
                            StampedMessage.read(in),
                            Files.getLastModifiedTime(file).to(TimeUnit.MICROSECONDS));
                }
            }
        }
    }

    private static boolean isMessage(Path file) {
        return !file.getFileName().toString().startsWith(".") && Files.isRegularFile(file);
    }
}
