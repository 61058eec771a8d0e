package io.posthaste.loadtest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Messages read from files, each a message: those in {@code new} and {@code cur} of a Maildir, else those that lie in
 * the directory itself. Hidden and empty files are passed over. In the order of their names.
 *
 * @param messages octets with CR LF at the end of every line
 * @param isEightBit whether any of them holds an octet above 127
 */
record Corpus(List<byte[]> messages, boolean isEightBit) {
    /** Octets of all files together; less where the heap is small. */
    static final long MAX_TOTAL = 256L << 20;

    private static final List<String> MAILDIR = List.of("new", "cur");

    /** @throws IllegalArgumentException in words for the user: there is no message, or too much of them */
    static Corpus read(Path directory) throws IOException {
        return read(directory, Math.min(MAX_TOTAL, Runtime.getRuntime().maxMemory() / 8));
    }

    static Corpus read(Path directory, long maxTotal) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(directory + " is no directory");
        }
        final List<byte[]> messages = new ArrayList<>();
        long total = 0;
        boolean isEightBit = false;
        for (final Path file : files(directory)) {
            total += Files.size(file);
            if (total > maxTotal) {
                throw new IllegalArgumentException(
                        directory + " holds more than " + maxTotal + " octets, which is the limit for this heap");
            }
            final byte[] message = withLineEndings(Files.readAllBytes(file));
            if (message.length > 0) {
                messages.add(message);
                isEightBit |= holdsEightBit(message);
            }
        }
        if (messages.isEmpty()) {
            throw new IllegalArgumentException(directory + " holds no message");
        }
        return new Corpus(messages, isEightBit);
    }

    private static List<Path> files(Path directory) throws IOException {
        final List<Path> files = new ArrayList<>();
        for (final String name : MAILDIR) {
            final Path part = directory.resolve(name);
            if (Files.isDirectory(part)) {
                files.addAll(filesIn(part));
            }
        }
        return files.isEmpty() ? filesIn(directory) : files;
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(file -> Files.isRegularFile(file)
                            && !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** The message with each bare CR and bare LF made CR LF (RFC 5321, section 2.3.8), and one at the end. */
    static byte[] withLineEndings(byte[] message) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream(message.length + message.length / 32);
        for (int i = 0; i < message.length; i++) {
            if (message[i] == '\n' || message[i] == '\r') {
                out.write('\r');
                out.write('\n');
                i += message[i] == '\r' && i + 1 < message.length && message[i + 1] == '\n' ? 1 : 0;
            } else {
                out.write(message[i]);
            }
        }
        if (message.length > 0 && message[message.length - 1] != '\n' && message[message.length - 1] != '\r') {
            out.write('\r');
            out.write('\n');
        }
        return out.toByteArray();
    }

    private static boolean holdsEightBit(byte[] message) {
        for (final byte octet : message) {
            if (octet < 0) {
                return true;
            }
        }
        return false;
    }
}
