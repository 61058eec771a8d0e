package io.posthaste.cli.spool;

import io.posthaste.delivery.spool.SpoolReader;
import io.posthaste.delivery.spool.StoredMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code posthaste spool export}: messages as files that other programs read. */
@Command(
        name = "export",
        description = "Write messages, with their trace fields, to an mbox, a Maildir or a directory of .eml files.")
final class ExportCommand implements Callable<Integer> {
    @Mixin
    private SpoolSource source = new SpoolSource();

    @Parameters(index = "1..*", paramLabel = "ID", description = "Only these messages. Default: all.")
    private List<String> ids = List.of();

    @ArgGroup(multiplicity = "1")
    private Target target;

    private static final class Target {
        @Option(names = "--mbox", paramLabel = "FILE", description = "A new mbox (mboxrd: lines of From are quoted).")
        private Path mbox;

        @Option(names = "--maildir", paramLabel = "DIR", description = "A Maildir, made if it is missing.")
        private Path maildir;

        @Option(names = "--eml", paramLabel = "DIR", description = "A directory for files ID.eml.")
        private Path eml;
    }

    @Override
    public Integer call() throws IOException {
        final SpoolReader reader = source.open();
        final Set<String> wanted = new HashSet<>(ids);
        final AtomicLong count = new AtomicLong();
        try (Export export = open()) {
            reader.visit(true, message -> {
                if (ids.isEmpty() || wanted.remove(message.envelope().id())) {
                    export.add(message);
                    count.incrementAndGet();
                }
                return ids.isEmpty() || !wanted.isEmpty();
            });
        }
        source.out().println("exported " + count + " messages");
        final int exitCode = source.end(reader);
        if (!wanted.isEmpty()) {
            throw new IOException("not in " + source.directory() + ": " + String.join(", ", wanted));
        }
        return exitCode;
    }

    /** Takes messages to where they shall be. */
    interface Export extends AutoCloseable {
        void add(StoredMessage message) throws IOException;

        @Override
        default void close() throws IOException {
            // Most keep nothing open.
        }
    }

    private Export open() throws IOException {
        if (target.mbox != null) {
            return new MboxExport(target.mbox);
        }
        return target.maildir != null ? FileExport.maildir(target.maildir) : FileExport.eml(target.eml);
    }
}
