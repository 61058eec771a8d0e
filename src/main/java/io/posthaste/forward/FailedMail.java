package io.posthaste.forward;

import io.posthaste.delivery.PrivateFiles;
import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.delivery.spool.StoredTrace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Keeps what could not be forwarded and whose sender is not told: as a file {@code DIR/failed/ID.eml}, with a field for each
 * recipient that says why, durable before the spool forgets it. For the operator, who deletes it. Forwarding thread only.
 */
final class FailedMail {
    private static final String DIRECTORY = "failed";
    private static final int PIECE_OCTETS = 64 * 1024;
    private static final Set<OpenOption> CREATE_OR_EMPTY =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);

    /** All forwarders of a spool share the names: one writes at a time. */
    private static final Object NAMES = new Object();

    private final Path spool;
    private final Path directory;
    private final String description;

    /** @param description of the forwarder */
    FailedMail(final Path spool, final String description) {
        this.spool = spool;
        this.directory = spool.resolve(DIRECTORY);
        this.description = description;
    }

    /** A recipient given up, and why. */
    record Failure(ForwardedMessage.Recipient recipient, String reason) {}

    /** The content cannot be read from the spool: it is gone, or damaged. */
    static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1;

        UnreadableException(final IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Where the files lie. */
    Path directory() {
        return directory;
    }

    /**
     * Writes the file; one of an earlier failure of the same message for others is kept beside it.
     *
     * @throws UnreadableException there is nothing to write
     * @throws IOException it cannot be written now
     */
    void keep(final ForwardedMessage message, final List<Failure> failures) throws IOException {
        synchronized (NAMES) {
            createDirectory();
            final Path unfinished = directory.resolve("." + message.id() + ".tmp");
            try {
                try (FileChannel file = FileChannel.open(unfinished, CREATE_OR_EMPTY, PrivateFiles.file())) {
                    write(ByteBuffer.wrap(fields(message, failures)), file);
                    copyContent(message, file);
                    file.force(true);
                }
                Files.move(unfinished, unusedName(message.id()), StandardCopyOption.ATOMIC_MOVE);
            } catch (final IOException | RuntimeException | Error e) {
                deleteAfter(e, unfinished);
                throw e;
            }
            PrivateFiles.syncDirectory(directory);
        }
    }

    private void createDirectory() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory, PrivateFiles.directory());
        }
        PrivateFiles.syncDirectory(spool); // each time: the sync may have failed when it was created
    }

    private static void deleteAfter(final Throwable failure, final Path unfinished) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (final IOException e) {
            failure.addSuppressed(e);
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
        try (ReadableByteChannel content = openContent(message)) {
            while (read(content, piece) >= 0) {
                write(piece.flip(), file);
                piece.clear();
            }
        }
    }

    private static ReadableByteChannel openContent(final ForwardedMessage message) throws IOException {
        try {
            return message.openContent();
        } catch (final FileSystemException e) {
            // Not for now (too many files are open, say), unless it is not there.
            throw e instanceof NoSuchFileException ? new UnreadableException(e) : e;
        } catch (final IOException e) {
            throw new UnreadableException(e);
        }
    }

    private static int read(final ReadableByteChannel content, final ByteBuffer piece) throws IOException {
        try {
            return content.read(piece);
        } catch (final ClosedChannelException e) {
            throw e; // this thread was interrupted
        } catch (final IOException e) {
            throw new UnreadableException(e);
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
