package io.posthaste.cli.spool;

import io.posthaste.delivery.spool.StoredMessage;
import io.posthaste.delivery.spool.StoredTrace;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Function;

/** A file a message: written under another name, then renamed, so that nobody finds half of one. */
final class FileExport implements ExportCommand.Export {
    private final Path temporary;
    private final Path target;
    private final Function<StoredMessage, String> name;

    private FileExport(final Path temporary, final Path target, final Function<StoredMessage, String> name)
            throws IOException {
        this.temporary = Files.createDirectories(temporary);
        this.target = Files.createDirectories(target);
        this.name = name;
    }

    /** A Maildir, with names as the Maildir delivery gives them. */
    static FileExport maildir(final Path directory) throws IOException {
        Files.createDirectories(directory.resolve("cur"));
        return new FileExport(
                directory.resolve("tmp"),
                directory.resolve("new"),
                message -> Math.floorDiv(message.envelope().receivedEpochMs(), 1000L) + "."
                        + message.envelope().id() + "."
                        + message.hostname().replace("/", "\\057").replace(":", "\\072"));
    }

    static FileExport eml(final Path directory) throws IOException {
        return new FileExport(
                directory, directory, message -> message.envelope().id() + ".eml");
    }

    @Override
    public void add(final StoredMessage message) throws IOException {
        final String file = name.apply(message);
        final Path unfinished = temporary.resolve(temporary.equals(target) ? "." + file + ".tmp" : file);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished))) {
            out.write(StoredTrace.of(message));
            message.writeContentTo(out);
        } catch (final IOException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        Files.move(unfinished, target.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }
}
