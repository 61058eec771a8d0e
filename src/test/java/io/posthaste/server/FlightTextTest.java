package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.tls.TlsConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The block of lines about a session that ended badly, from a server that made it. */
@Timeout(30)
class FlightTextTest {
    /** The log's line of the handshake, and the block of lines about its session. */
    @Test
    void shouldTellWhyAHandshakeFailed() throws IOException, InterruptedException {
        final ByteArrayOutputStream log = new ByteArrayOutputStream();
        final PrintStream before = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            try (SmtpServer server = SmtpServer.builder()
                            .listen("127.0.0.1", 0)
                            .tls(TlsConfig.selfSigned("mx.example"))
                            .start();
                    RawClient client = RawClient.greeted(server.port())) {
                client.sends("STARTTLS").expects(220);
                client.sends("EHLO in.the.clear");
                client.hangsUp();
                try (RawClient witness = RawClient.greeted(server.port())) {
                    Waiting.until(witness, "the failure", () -> server.status().count(HandshakeFailure.NOT_TLS) == 1);
                }
            }
        } finally {
            System.setErr(before);
        }
        final String all = log.toString(StandardCharsets.UTF_8);
        assertTrue(all.contains("handshake - cause=not_tls peer=127.0.0.1 error=\""), all);
        assertTrue(all.contains("session ended: TLS_HANDSHAKE_FAILURE (NOT_TLS) after"), all);
        assertTrue(all.contains(" tls=no state="), all);
    }

    @Test
    void shouldTellAnOperatorWhatHappened() throws IOException, InterruptedException {
        final ByteArrayOutputStream log = new ByteArrayOutputStream();
        final PrintStream before = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            try (SmtpServer server = SmtpServer.builder().listen("127.0.0.1", 0).start();
                    RawClient client = RawClient.greeted(server.port())) {
                client.sends("MAIL FROM:<sender@client.example>").expects(250);
                client.sends("RCPT TO:<no\\one@\u00e9.example>").expects(501);
                client.sends("FROBNICATE hunter2").expects(500);
                client.sends("BDAT LAST").expects(501);
                client.expects(421);
                client.expectsEnd();
                client.hangsUp();
                assertEquals(1, server.status().replies(421));
            }
        } finally {
            System.setErr(before);
        }
        final List<String> lines = log.toString(StandardCharsets.UTF_8).lines().toList();
        final String all = String.join("\n", lines);
        assertTrue(all.contains("session ended: " + CloseReason.LOST_STEP), all);
        assertTrue(all.contains("peer=127.0.0.1 helo=\"client.example\" tls=no state=EXPECT_RCPT events=5"), all);
        assertTrue(all.contains("MAIL FROM:<sender@client.example> -> 250 2.1.0 Sender OK"), all);
        assertTrue(all.contains("RCPT TO:<no\\x5Cone@\\xC3\\xA9.example> -> 501 5."), all);
        assertTrue(all.contains("(no command) (18 octets) -> 500 5.5.2"), all);
        assertTrue(all.contains("BDAT (5 octets) -> 421 4.5.2"), all);
        assertTrue(!all.contains("hunter2"), all);
    }
}
