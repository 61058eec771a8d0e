package io.posthaste.cli.spool;

import io.posthaste.delivery.spool.SpoolReader;
import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.delivery.spool.StoredMessage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code posthaste spool list}: a line a message, oldest first. */
@Command(name = "list", description = "List the messages, oldest first: id, time, size, from, to.")
final class ListCommand implements Callable<Integer> {
    @Mixin
    private SpoolSource source = new SpoolSource();

    @Option(names = "--json", description = "One JSON object a line, with the whole envelope.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        final SpoolReader reader = source.open();
        final PrintWriter out = source.out();
        reader.visit(false, message -> {
            out.println(json ? Text.json(message) : line(message));
            return !out.checkError();
        });
        return source.end(reader);
    }

    private static String line(final StoredMessage message) {
        final StoredEnvelope envelope = message.envelope();
        final List<StoredEnvelope.Recipient> recipients = envelope.recipients();
        final String others = recipients.size() > 1 ? " and " + (recipients.size() - 1) + " more" : "";
        return String.format(
                "%s  %s  %9d  <%s> to <%s>%s",
                envelope.id(),
                Text.time(envelope.receivedEpochMs()),
                message.contentOctets(),
                Text.printable(envelope.reversePath()),
                Text.printable(recipients.isEmpty() ? "" : recipients.get(0).mailbox()),
                others);
    }
}
