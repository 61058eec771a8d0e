package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.RecordCursor;
import io.posthaste.policy.BareNewline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The extensions through a whole server, by what its delivery can do. */
@Timeout(30)
class ExtensionsTest {
    private static final String SENDER = "jos\u00e9@b\u00fccher.example";

    @TempDir
    private Path directory;

    private static ServerBuilder builder() {
        return SmtpServer.builder().listen("127.0.0.1", 0).hostname("mx.example");
    }

    @Test
    void shouldPassEverythingToAHandler() throws IOException, InterruptedException {
        final BlockingQueue<String> taken = new LinkedBlockingQueue<>();
        final SmtpServer server = builder()
                .bareNewline(BareNewline.NORMALIZE)
                .deliverTo(envelope -> taken.add(toldBy(envelope)))
                .start();
        try (RawClient client = RawClient.connect(server.port())) {
            client.expects(220);
            client.sends("EHLO client.example");
            final List<String> lines = client.expects(250);
            assertTrue(lines.containsAll(List.of("CHUNKING", "BINARYMIME", "SMTPUTF8", "DSN")), lines.toString());
            client.sends(
                    "MAIL FROM:<" + SENDER + "> SMTPUTF8 RET=HDRS ENVID=id1",
                    "RCPT TO:<c@d.example> NOTIFY=NEVER ORCPT=rfc822;e@f.example",
                    "BDAT 4",
                    "x\n\r\nBDAT 0 LAST");
            for (int i = 0; i < 4; i++) {
                client.expects(250);
            }
            assertEquals(SENDER + " id1 rfc822;e@f.example x CR LF CR LF ", taken.take());
        } finally {
            server.stop(Duration.ofSeconds(1));
        }
    }

    private static String toldBy(final Envelope envelope) throws IOException {
        final RecordCursor recipient = new RecordCursor();
        final RecordCursor value = new RecordCursor();
        envelope.envelopeId(value);
        final String envelopeId = value.asString();
        envelope.firstRecipient(recipient);
        envelope.originalRecipient(recipient, value);
        final String content = new String(envelope.contentStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return envelope.reversePath() + " " + envelopeId + " " + value.asString() + " "
                + content.replace("\r", " CR").replace("\n", " LF") + " ";
    }

    @Test
    void shouldNotPromiseNotificationsForAMaildir() throws IOException, InterruptedException {
        final SmtpServer server =
                builder().deliverTo("maildir:" + directory.resolve("mail")).start();
        try (RawClient client = RawClient.connect(server.port())) {
            client.expects(220);
            client.sends("EHLO client.example");
            final List<String> lines = client.expects(250);
            assertTrue(lines.containsAll(List.of("CHUNKING", "BINARYMIME", "SMTPUTF8")), lines.toString());
            assertFalse(lines.contains("DSN"), lines.toString());
            client.sends("MAIL FROM:<a@b.example> RET=FULL").expects(555);
            client.sends("MAIL FROM:<" + SENDER + "> SMTPUTF8 BODY=BINARYMIME").expects(250);
            client.sends("RCPT TO:<c@d.example> NOTIFY=NEVER").expects(555);
            client.sends("RCPT TO:<c@d.example>").expects(250);
            client.sends("BDAT 6 LAST", "\n\r\n.").expects(250);
        } finally {
            server.stop(Duration.ofSeconds(1));
        }
        try (Stream<Path> files = Files.list(directory.resolve("mail").resolve("new"))) {
            final String message =
                    Files.readString(files.collect(Collectors.toList()).get(0));
            assertTrue(message.startsWith("Return-Path: <" + SENDER + ">\r\n"), message);
            assertTrue(message.contains(" with UTF8SMTP id "), message);
            assertTrue(message.endsWith("+0000\r\n\n\r\n.\r\n"), message);
        }
    }
}
