package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.verify.StampedMessage;
import io.posthaste.delivery.verify.VerifyDelivery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sink that verifies, as senders and whoever asks it see it. */
@Timeout(30)
class VerifySinkTest {
    private static final long RUN = 0x0123456789abcdefL;

    private SmtpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .reactors(2)
                .deliverTo(new VerifyDelivery())
                .start();
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    @Test
    void shouldTellWhatCameOverTheWire() throws IOException {
        try (RawClient client = RawClient.greeted(server.port());
                RawClient other = RawClient.greeted(server.port())) {
            sends(client, message(0).text(), 1);
            sends(client, message(1).withBody(".\r\n..\r\n.x\r\n\r\n").relayedText(), 1);
            sends(other, message(1).withBody(".\r\n..\r\n.x\r\n\r\n").relayedText(), 1);
            sends(other, message(2).text().replace("Hello", "hello"), 1);
            sends(client, message(4).withRecipients(5).text(), 3);
            sends(other, message(4).withRecipients(5).text(), 2);
            sends(other, message(5).withRecipients(2).text(), 1);
            sends(other, message(6).text().replace("rcpt=", "rcpT="), 1);
            sends(client, "Subject: unstamped\r\n\r\nbody\r\n", 1);
            chunks(
                    client,
                    message(7).withBody(("y".repeat(998) + "\r\n").repeat(300)).text());

            client.sends("HELP VERIFY 0123456789abcdef");
            final List<String> lines = client.expects(214);
            assertEquals(
                    "2.0.0 run=0123456789abcdef received=5 partial=1 missing=2 duplicated=1 corrupted=1", lines.get(0));
            assertEquals("2.0.0 highest=7 copies=8 deliveries=11 surplus=1 untracked=0", lines.get(1));
            assertTrue(lines.get(2).startsWith("2.0.0 delay_count=7 delay_p50_us="), lines.get(2));
            assertEquals("2.0.0 unstamped=1 damaged=1 refused=0", lines.get(3));
            assertEquals("2.0.0 from=0 next=-1 ranges=3", lines.get(4));
            assertEquals("2.0.0 gap=3-3 part=5-5 gap=6-6", lines.get(5));
            assertEquals(6, lines.size());

            other.sends("help verify 0123456789ABCDEF from 4");
            assertEquals("2.0.0 part=5-5 gap=6-6", other.expects(214).get(5));
            client.sends("HELP VERIFY");
            assertEquals(
                    "2.0.0 runs=1 unstamped=1 damaged=1 refused=0",
                    client.expects(214).get(0));
        }
    }

    @Test
    void shouldHaveInTheLedgerWhatWasAcknowledged() throws IOException {
        try (RawClient client = RawClient.greeted(server.port())) {
            for (int i = 0; i < 200; i++) {
                sends(client, message(i).text(), 1);
                client.sends("HELP VERIFY 0123456789abcdef");
                final String counts = client.expects(214).get(0);
                assertTrue(counts.contains(" received=" + (i + 1) + " "), counts);
            }
        }
    }

    @Test
    void shouldKnowNoOtherTopicsThanItsOwn() throws IOException {
        try (RawClient client = RawClient.greeted(server.port())) {
            client.sends("HELP VERIFY 0123").expects(504);
            client.sends("HELP VERIFYING").expects(504);
            client.sends("HELP STATUS").expects(211);
            client.sends("HELP MAIL").expects(214);
        }
    }

    @Test
    void shouldBeAskedInVainWhereNothingIsVerified() throws IOException {
        try (SmtpServer sink = SmtpServer.builder()
                        .listen("127.0.0.1", 0)
                        .deliverTo("discard:")
                        .start();
                RawClient client = RawClient.greeted(sink.port())) {
            client.sends("HELP VERIFY").expects(504);
            client.sends("HELP VERIFY 0123456789abcdef").expects(504);
        }
    }

    private static StampedMessage message(final long sequence) {
        return StampedMessage.of(RUN, sequence).withSent(System.currentTimeMillis() * 1000);
    }

    private static void sends(final RawClient client, final String text, final int recipients) throws IOException {
        final String[] addresses = new String[recipients];
        for (int i = 0; i < recipients; i++) {
            addresses[i] = "r" + i + "@server.example";
        }
        client.begins("a@client.example", addresses)
                .sendsOctets(octets(text.replaceAll("(?m)^\\.", "..")))
                .sends(".")
                .expects(250);
    }

    private static void chunks(final RawClient client, final String text) throws IOException {
        client.sends("MAIL FROM:<a@client.example>").expects(250);
        client.sends("RCPT TO:<b@server.example>").expects(250);
        final int half = text.length() / 2;
        client.sends("BDAT " + half)
                .sendsOctets(octets(text.substring(0, half)))
                .expects(250);
        client.sends("BDAT " + (text.length() - half) + " LAST")
                .sendsOctets(octets(text.substring(half)))
                .expects(250);
    }

    private static byte[] octets(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
