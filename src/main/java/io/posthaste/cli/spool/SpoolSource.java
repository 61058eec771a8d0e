package io.posthaste.cli.spool;

import io.posthaste.delivery.spool.SpoolReader;
import io.posthaste.delivery.spool.StoredMessage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which spool; what all commands that read one share. */
final class SpoolSource {
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    @Parameters(index = "0", paramLabel = "DIR", description = "The spool's directory.")
    private Path directory;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    Path directory() {
        return directory;
    }

    SpoolReader open() throws IOException {
        return SpoolReader.open(directory);
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /**
     * Tells what could not be read; the exit code that follows from it.
     *
     * @throws IOException as {@link #requireTold}
     */
    int end(final SpoolReader reader) throws IOException {
        reader.troubles().forEach(line -> spec.commandLine().getErr().println("posthaste: " + line));
        requireTold();
        return reader.troubles().isEmpty() ? 0 : 1;
    }

    /**
     * All that was to be said is written, or its reader wants no more, as {@code head}.
     *
     * @throws IOException standard output took only a part of it, which must not look like all
     */
    void requireTold() throws IOException {
        // A print writer throws nothing.
        if (out().checkError() && !isOutputPipe()) {
            throw new IOException("standard output did not take all of it");
        }
    }

    /** Writing to a pipe fails only when its reader has gone. */
    private static boolean isOutputPipe() {
        try {
            return Files.readSymbolicLink(STANDARD_OUTPUT).toString().startsWith("pipe:");
        } catch (final IOException | UnsupportedOperationException e) {
            return false; // nothing is known, so it is an error
        }
    }

    /**
     * The message with an id.
     *
     * @throws IOException there is none
     */
    StoredMessage message(final String id) throws IOException {
        final AtomicReference<StoredMessage> found = new AtomicReference<>();
        final SpoolReader reader = open();
        reader.visit(false, message -> {
            if (message.envelope().id().equals(id)) {
                found.set(message);
            }
            return found.get() == null;
        });
        if (found.get() == null) {
            end(reader);
            throw new IOException("no message " + id + " in " + directory);
        }
        return found.get();
    }
}
