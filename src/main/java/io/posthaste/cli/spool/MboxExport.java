package io.posthaste.cli.spool;

import io.posthaste.delivery.spool.StoredMessage;
import io.posthaste.delivery.spool.StoredTrace;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * An mbox (RFC 4155) in its "mboxrd" form: each line of {@code >*From } gets one more {@code >}, so that it can be undone.
 * CRLF becomes LF, as all readers of the format expect.
 */
final class MboxExport implements ExportCommand.Export {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH);

    private final OutputStream out;

    /** @throws IOException there is such a file already, or it cannot be made */
    MboxExport(final Path file) throws IOException {
        out = new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    @Override
    public void add(final StoredMessage message) throws IOException {
        final String sender = message.envelope().reversePath();
        final String name = sender.isEmpty() ? "MAILER-DAEMON" : sender.replaceAll("[\\p{Cntrl} ]", "?");
        final String date = DATE.format(
                Instant.ofEpochMilli(message.envelope().receivedEpochMs()).atOffset(ZoneOffset.UTC));
        out.write(("From " + name + " " + date + "\n").getBytes(StandardCharsets.UTF_8));
        final MboxLines lines = new MboxLines(out);
        lines.write(StoredTrace.of(message));
        message.writeContentTo(lines);
        lines.end();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
