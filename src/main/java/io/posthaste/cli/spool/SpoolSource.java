package io.posthaste.cli.spool;

import io.posthaste.delivery.spool.SpoolReader;
import io.posthaste.delivery.spool.StoredMessage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which spool; what all commands that read one share. */
final class SpoolSource {
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

    /** Tells what could not be read; the exit code that follows from it. */
    int end(final SpoolReader reader) {
        out().flush();
        reader.troubles().forEach(line -> spec.commandLine().getErr().println("posthaste: " + line));
        return reader.troubles().isEmpty() ? 0 : 1;
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
