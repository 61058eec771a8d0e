package io.posthaste.cli.spool;

import io.posthaste.delivery.spool.StoredMessage;
import io.posthaste.delivery.spool.StoredTrace;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code posthaste spool cat DIR ID}: a content, octet by octet. */
@Command(name = "cat", description = "Write the content of a message to standard output, as it came.")
final class CatCommand implements Callable<Integer> {
    @Mixin
    private SpoolSource source = new SpoolSource();

    @Parameters(index = "1", paramLabel = "ID", description = "The id, as in the 250 reply.")
    private String id;

    @Option(names = "--trace", description = "With Return-Path, Delivered-To and Received before it.")
    private boolean trace;

    @Override
    public Integer call() throws IOException {
        final StoredMessage message = source.message(id);
        // Octets, not characters: the command line's writer would change them.
        final OutputStream out = new BufferedOutputStream(System.out);
        if (trace) {
            out.write(StoredTrace.of(message));
        }
        message.writeContentTo(out);
        out.flush();
        if (System.out.checkError()) {
            // A print stream throws nothing, and half a message must not look like a whole one.
            throw new IOException("standard output did not take all of " + id);
        }
        return 0;
    }
}
