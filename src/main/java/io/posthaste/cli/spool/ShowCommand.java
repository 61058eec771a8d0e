package io.posthaste.cli.spool;

import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.delivery.spool.StoredMessage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code posthaste spool show DIR ID}: an envelope. */
@Command(name = "show", description = "Show the envelope of a message.")
final class ShowCommand implements Callable<Integer> {
    @Mixin
    private SpoolSource source = new SpoolSource();

    @Parameters(index = "1", paramLabel = "ID", description = "The id, as in the 250 reply.")
    private String id;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        final StoredMessage message = source.message(id);
        final PrintWriter out = source.out();
        if (json) {
            out.println(Text.json(message));
        } else {
            print(message, out);
        }
        source.requireTold();
        return 0;
    }

    private static void print(final StoredMessage message, final PrintWriter out) {
        final StoredEnvelope envelope = message.envelope();
        out.println("id        " + envelope.id());
        out.println("received  " + Text.time(envelope.receivedEpochMs()));
        out.println("stored    " + Text.time(envelope.storedEpochMs()));
        out.println("size      " + message.contentOctets());
        out.println("peer      " + Text.printable(envelope.peer()));
        out.println("tls       " + Text.printable(Text.tls(envelope)));
        out.println("greeting  " + (envelope.has(StoredEnvelope.EXTENDED) ? "EHLO " : "HELO ")
                + Text.printable(envelope.hello()));
        if (!envelope.user().isEmpty()) {
            out.println("user      " + Text.printable(envelope.user()));
        }
        out.println("from      <" + Text.printable(envelope.reversePath()) + ">"
                + Text.printable(
                                envelope.reversePath().isEmpty()
                                                && Text.parameters(envelope).isEmpty()
                                        ? ""
                                        : " " + String.join(" ", Text.parameters(envelope)))
                        .stripTrailing());
        for (final StoredEnvelope.Recipient recipient : envelope.recipients()) {
            final String notify = Text.notify(recipient.notifyFlags());
            out.println("to        <" + Text.printable(recipient.mailbox()) + ">"
                    + (notify.isEmpty() ? "" : " NOTIFY=" + notify)
                    + (recipient.originalRecipient().isEmpty()
                            ? ""
                            : " ORCPT=" + Text.printable(recipient.originalRecipient())));
        }
        out.println("record    " + message.sequence() + " in segment " + message.segmentNumber() + " at octet "
                + message.offset());
        if (message.isLarge()) {
            out.println("file      " + message.contentFile());
        }
    }
}
