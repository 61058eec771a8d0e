package io.posthaste.forward;

import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.delivery.spool.StoredTrace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps what could not be forwarded and whose sender is not told: as a file {@code DIR/failed/ID.eml}, with a field for each
 * recipient that says why, durable before the spool forgets it. For the operator, who deletes it. Forwarding thread only.
 */
final class FailedMail {
    private static final String DIRECTORY = "failed";
    private static final int PIECE_OCTETS = 64 * 1024;

    private final Path directory;
    private final String description;

    /** @param description of the forwarder */
    FailedMail(final Path spool, final String description) {
        this.directory = spool.resolve(DIRECTORY);
        this.description = description;
    }

    /** A recipient given up, and why. */
    record Failure(ForwardedMessage.Recipient recipient, String reason) {}

    /** Writes the file; one of an earlier failure of the same message for others is kept beside it. */
    void keep(final ForwardedMessage message, final List<Failure> failures) throws IOException {
        Files.createDirectories(directory);
        final Path unfinished = directory.resolve("." + message.id() + ".tmp");
        try (FileChannel file = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            write(ByteBuffer.wrap(fields(message, failures)), file);
            copyContent(message, file);
            file.force(true);
        } catch (final IOException | RuntimeException | Error e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        Files.move(unfinished, unusedName(message.id()), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    private Path unusedName(final String id) {
        Path name = directory.resolve(id + ".eml");
        for (int i = 2; Files.exists(name); i++) {
            name = directory.resolve(id + "-" + i + ".eml");
        }
        return name;
    }

    private byte[] fields(final ForwardedMessage message, final List<Failure> failures) {
        final StringBuilder text = new StringBuilder();
        final List<StoredEnvelope.Recipient> recipients = new ArrayList<>(failures.size());
        for (final Failure failure : failures) {
            text.append("X-Posthaste-Failed: <")
                    .append(value(failure.recipient().mailbox()))
                    .append("> ")
                    .append(value(description))
                    .append(": ")
                    .append(value(failure.reason()))
                    .append("\r\n");
            recipients.add(
                    message.envelope().recipients().get(failure.recipient().index()));
        }
        final byte[] own = text.toString().getBytes(StandardCharsets.UTF_8);
        final byte[] trace = StoredTrace.of(message.envelope(), recipients, message.hostname());
        return ByteBuffer.allocate(own.length + trace.length)
                .put(own)
                .put(trace)
                .array();
    }

    private static void copyContent(final ForwardedMessage message, final FileChannel file) throws IOException {
        final ByteBuffer piece = ByteBuffer.allocate(PIECE_OCTETS);
        try (ReadableByteChannel content = message.openContent()) {
            while (content.read(piece) >= 0) {
                write(piece.flip(), file);
                piece.clear();
            }
        }
    }

    private static void write(final ByteBuffer octets, final FileChannel file) throws IOException {
        while (octets.hasRemaining()) {
            file.write(octets);
        }
    }

    /** Nothing in it ends the line. */
    private static String value(final String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
