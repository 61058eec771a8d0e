package io.posthaste.delivery.maildir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others make of our Maildir. */
final class MaildirReadersTest {
    private static final String SCRIPT = """
            import mailbox, sys, email.utils
            box = mailbox.Maildir(sys.argv[1], create=False)
            for message in box:
                print(message['Return-Path'], message['Subject'], message.get_subdir(), sep='|')
                print(*message.get_all('Delivered-To'), *message.get_all('X-Original-To'), sep='|')
                received = message['Received']
                print(' '.join(received.split()))
                print(email.utils.parsedate_to_datetime(received.rsplit(';', 1)[1].strip()).isoformat())
                print(message.get_payload().encode())
            """;

    @Test
    void shouldBeReadByPython(@TempDir final Path temporary) throws Exception {
        assumeTrue(run("python3", "--version") != null, "no python3 here");
        final MaildirFixture mail = new MaildirFixture(temporary.resolve("mail"));
        mail.offers(mail.transactions.envelope("", "Subject: hello\r\n\r\nbody\r\n", "a@b.example", "c@d.example"));
        mail.answers();

        assertEquals("""
                <>|hello|new
                a@b.example|c@d.example|a@b.example|c@d.example
                from client.example ([192.0.2.7]) by mx.example (Posthaste) with ESMTP id 0000000000000000000001; \
                Sun, 22 Nov 2026 06:16:34 +0000
                2026-11-22T06:16:34+00:00
                b'body\\n'
                """, run("python3", "-c", SCRIPT, mail.directory.toString()));
    }

    /** What a program prints, or null when there is no such program. */
    private static String run(final String... command) throws InterruptedException {
        try {
            final Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(20, TimeUnit.SECONDS);
            return output;
        } catch (final IOException e) {
            return null;
        }
    }
}
