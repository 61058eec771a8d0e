package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.relay.RelayCounters.Count;
import io.posthaste.relay.ScriptedHop.Conversation;
import io.posthaste.wire.Notify;
import java.io.IOException;
import java.util.Map;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RelayForwarderTest implements ScriptedHop.Stepper {
    /** Sun, 22 Nov 2026 07:00:00 UTC. */
    private static final long NOW_MS = 1_795_330_800_000L;

    private ScriptedHop hop;
    private RelayForwarder forwarder;

    @BeforeEach
    void open() throws IOException {
        hop = new ScriptedHop();
        forwarder = new RelayForwarder(
                RelaySettings.parse(hop.uri() + "?connections=1", 1_000_000_000_000L),
                "edge.example",
                SystemNanoClock.INSTANCE,
                () -> NOW_MS);
    }

    @AfterEach
    void close() throws IOException {
        forwarder.close();
        hop.close();
    }

    @Override
    public void step() throws IOException {
        forwarder.client().doWork(1);
    }

    @Test
    void shouldSettleEachRecipientByItself() throws IOException {
        final StoredFixture message = StoredFixture.from("ann@a.example")
                .to("bob@b.example")
                .to("cat@c.example")
                .to("dan@d.example", Notify.NEVER, "");
        final Conversation server = forward(message);
        server.expects("MAIL FROM:<ann@a.example>");
        for (int i = 0; i < 3; i++) {
            server.line();
        }
        server.expects("DATA").says("250 ok", "250 ok", "452 4.2.2 full", "550 5.1.1 no dan", "354 go");
        assertEquals(
                "Received: from client.example ([192.0.2.7])\r\n"
                        + "\tby edge.example (Posthaste) with ESMTP id 0123456789abcdefghijkl;\r\n"
                        + "\tSun, 22 Nov 2026 06:16:34 +0000\r\n"
                        + "From: ann@a.example\r\nSubject: hello\r\n\r\nbody\r\n",
                server.content());
        server.says("250 2.0.0 queued");
        untilTrue("settlements", () -> message.settled.size() == 3);
        assertEquals(
                Map.of(3, "delivered: 250 2.0.0 queued", 4, "deferred: 452 4.2.2 full", 5, "failed: 550 5.1.1 no dan"),
                message.settled);
    }

    /** Memory that runs out over the report, say. */
    @Test
    void shouldTryAgainWhatItFailsOnItself() throws IOException {
        final StoredFixture message = StoredFixture.from("ann@a.example").to("bob@b.example");
        final Conversation server = forward(message);
        server.expects("MAIL FROM:<ann@a.example>");
        message.contentFailure = new OutOfMemoryError("for a test");
        server.line();
        server.expects("DATA").says("250 ok", "550 5.1.1 no bob here", "503 nobody");
        untilTrue("a settlement", () -> !message.settled.isEmpty());
        assertEquals(
                Map.of(3, "deferred: failure of the relay: java.lang.OutOfMemoryError: for a test"), message.settled);
    }

    @Test
    void shouldTellTheSenderBeforeARecipientCountsAsFailed() throws IOException {
        final StoredFixture message = new StoredFixture("ann@a.example", StoredEnvelope.EXTENDED, "QQ+2B1")
                .to("bob@b.example", 0, "rfc822;robert+2Bx@b.example");
        final Conversation server = forward(message);
        refuse(server, "550-5.1.1 no", "550 5.1.1 bob here");
        final String report = report(server, "ann@a.example");
        assertTrue(message.settled.isEmpty(), "not before the next server has the report");
        server.says("250 2.0.0 queued");
        untilTrue("a settlement", () -> !message.settled.isEmpty());
        assertEquals(Map.of(3, "failed: 550 5.1.1 no bob here"), message.settled);
        assertEquals(1, forwarder.counters().count(Count.REPORTS_SENT));

        final String boundary = report.replaceAll("(?s).*boundary=\"([^\"]+)\".*", "$1");
        final String hopName = "127.0.0.1:" + hop.port();
        assertEquals(
                """
                Date: Sun, 22 Nov 2026 07:00:00 +0000
                From: Mail Delivery System <MAILER-DAEMON@edge.example>
                To: <ann@a.example>
                Subject: Undelivered mail
                Message-ID: <BOUNDARY@edge.example>
                Auto-Submitted: auto-replied
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status;
                \tboundary="BOUNDARY"


                --BOUNDARY
                Content-Type: text/plain; charset=us-ascii

                This is the mail system at host edge.example.

                Your message could not be delivered to:

                  <bob@b.example>
                    HOP said: 550 5.1.1 no bob here

                The message came on Sun, 22 Nov 2026 06:16:34 +0000 and had the id 0123456789abcdefghijkl.

                --BOUNDARY
                Content-Type: message/delivery-status

                Original-Envelope-Id: QQ+1
                Reporting-MTA: dns; edge.example
                Arrival-Date: Sun, 22 Nov 2026 06:16:34 +0000

                Original-Recipient: rfc822; robert+x@b.example
                Final-Recipient: rfc822; bob@b.example
                Action: failed
                Status: 5.1.1
                Remote-MTA: dns; HOP
                Diagnostic-Code: smtp; 550 5.1.1 no bob here
                Last-Attempt-Date: Sun, 22 Nov 2026 07:00:00 +0000

                --BOUNDARY
                Content-Type: text/rfc822-headers

                From: ann@a.example
                Subject: hello

                --BOUNDARY--
                """.replace("\n", "\r\n"), report.replace(boundary, "BOUNDARY").replace(hopName, "HOP"));
    }

    @Test
    void shouldReturnTheWholeMessageOnlyWhereThatIsWanted() throws IOException {
        final StoredFixture message = new StoredFixture(
                        "ann@a.example", StoredEnvelope.RETURN_FULL | StoredEnvelope.EIGHT_BIT, "")
                .to("bob@b.example")
                .content("Subject: hello\r\n\r\n.gr\u00fcn\r\n");
        final Conversation server = hop(message).greets("8BITMIME");
        server.expects("MAIL FROM:<ann@a.example> BODY=8BITMIME").says("250 ok").line();
        server.says("550 no").expects("RSET").says("250 ok");
        server.expects("MAIL FROM:<> BODY=8BITMIME").says("250 ok").expects("RCPT TO:<ann@a.example>");
        server.says("250 ok").expects("DATA").says("354 go");
        final String report = server.content();
        assertTrue(
                report.contains(
                        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSubject: hello\r\n\r\n.gr"),
                report);
        assertTrue(report.contains("Content-Transfer-Encoding: 8bit\r\n\r\n\r\n--"), report);
    }

    /** RFC 8689 section 5: as if RET=HDRS had been said. */
    @Test
    void shouldReturnOnlyTheHeaderOfWhatMustStayWithinTls() throws IOException {
        final StoredFixture message = new StoredFixture(
                        "ann@a.example", StoredEnvelope.RETURN_FULL | StoredEnvelope.TLS_REQUIRED, "")
                .to("bob@b.example");
        // Refused for TLS by this client itself.
        final String report = report(forward(message), "ann@a.example");
        assertTrue(report.contains("Status: 5.7.30\r\n"), report);
        assertTrue(report.contains("text/rfc822-headers"), report);
        assertFalse(report.contains("\r\nbody\r\n"), report);
    }

    @Test
    void shouldReturnWhatANextServerTakesOfARawHeader() throws IOException {
        for (final int traits : new int[] {StoredEnvelope.RETURN_FULL, 0}) {
            final StoredFixture message = new StoredFixture("ann@a.example", traits, "")
                    .to("bob@b.example")
                    .content("Subject: gr\u00fcn\r\n\r\nbody\r\n");
            final Conversation server = forward(message);
            refuse(server, "550 5.1.1 no bob");
            final String report = report(server, "ann@a.example");
            assertTrue(report.contains("text/rfc822-headers\r\n\r\nSubject: gr?n\r\n"), report);
            assertFalse(report.contains("\r\nbody\r\n"), report);
            forwarder.close();
            hop.close();
            open();
        }
    }

    @Test
    void shouldDeclareABodyThatIsEightBitUndeclared() throws IOException {
        final StoredFixture message = new StoredFixture("ann@a.example", StoredEnvelope.RETURN_FULL, "")
                .to("bob@b.example")
                .content("Subject: x\r\n\r\ngr\u00fcn\r\n");
        final Conversation server = hop(message).greets("8BITMIME");
        server.expects("MAIL FROM:<ann@a.example>").says("250 ok").line();
        server.says("550 no").expects("RSET").says("250 ok");
        server.expects("MAIL FROM:<> BODY=8BITMIME");
    }

    /** A server that does not take the message for its octets does not take them in a report. */
    @Test
    void shouldReportInAsciiWhereNothingElseIsTaken() throws IOException {
        final StoredFixture message = new StoredFixture(
                        "ann@a.example", StoredEnvelope.RETURN_FULL | StoredEnvelope.EIGHT_BIT, "")
                .to("bob@b.example")
                .content("Subject: gr\u00fcn\r\n\r\ngr\u00fcn\r\n");
        final String report = report(forward(message), "ann@a.example");
        assertTrue(report.contains("Status: 5.6.3\r\n"), report);
        assertTrue(report.contains("text/rfc822-headers\r\n\r\nSubject: gr?n\r\n"), report);
    }

    @Test
    void shouldReportInUtf8WhereAddressesAre() throws IOException {
        final StoredFixture message =
                new StoredFixture("j\u00f6rg@a.example", StoredEnvelope.SMTPUTF8, "").to("bob@b.example");
        final Conversation server = hop(message).greets("8BITMIME", "SMTPUTF8");
        server.expects("MAIL FROM:<j\u00f6rg@a.example> SMTPUTF8")
                .says("250 ok")
                .line();
        server.says("550 no").expects("RSET").says("250 ok");
        server.expects("MAIL FROM:<> BODY=8BITMIME SMTPUTF8").says("250 ok").expects("RCPT TO:<j\u00f6rg@a.example>");
        server.says("250 ok").expects("DATA").says("354 go");
        final String report = server.content();
        assertTrue(report.contains("To: <j\u00f6rg@a.example>"), report);
        assertTrue(report.contains("report-type=global-delivery-status"), report);
        assertTrue(report.contains("Content-Type: message/global-delivery-status"), report);
    }

    @Test
    void shouldGiveUpWhatIsExpired() throws IOException {
        final StoredFixture message = StoredFixture.from("ann@a.example").to("bob@b.example");
        message.isExpired = true;
        final Conversation server = forward(message);
        refuse(server, "452 4.2.2 full");
        final String report = report(server, "ann@a.example");
        assertTrue(report.contains("Status: 4.4.7\r\n"), report);
        assertTrue(report.contains("Diagnostic-Code: smtp; 452 4.2.2 full\r\n"), report);
        server.says("250 ok");
        untilTrue("a settlement", () -> !message.settled.isEmpty());
        assertEquals(Map.of(3, "failed: expired: 452 4.2.2 full"), message.settled);
    }

    @Test
    void shouldTryAgainWhenTheSenderCannotBeToldYet() throws IOException {
        final StoredFixture message =
                StoredFixture.from("ann@a.example").to("bob@b.example").to("cat@c.example");
        final Conversation server = hop(message).greets();
        server.line();
        server.says("250 ok").line();
        server.says("550 5.1.1 no bob").line();
        server.says("250 ok").expects("DATA").says("354 go");
        server.content();
        server.says("250 2.0.0 cat has it");
        server.expects("MAIL FROM:<>").says("250 ok").line();
        server.says("451 4.3.0 not now");
        untilTrue("settlements", () -> message.settled.size() == 2);
        assertEquals("delivered: 250 2.0.0 cat has it", message.settled.get(4));
        assertEquals("deferred: the sender could not be told yet: 451 4.3.0 not now", message.settled.get(3));
    }

    @Test
    void shouldDropAReportThatIsRefused() throws IOException {
        final StoredFixture message = StoredFixture.from("ann@a.example").to("bob@b.example");
        final Conversation server = forward(message);
        refuse(server, "550 5.1.1 no bob");
        server.expects("MAIL FROM:<>").expects("RCPT TO:<ann@a.example>").expects("DATA");
        server.says("250 ok", "550 5.1.1 no ann either", "503 no");
        untilTrue("a settlement", () -> !message.settled.isEmpty());
        assertEquals(Map.of(3, "failed: 550 5.1.1 no bob"), message.settled);
        assertEquals(1, forwarder.counters().count(Count.REPORTS_DROPPED));
    }

    @Test
    void shouldNeverReportToNobodyNorWhereNobodyWantsToKnow() throws IOException {
        final StoredFixture bounce = StoredFixture.from("").to("bob@b.example");
        final Conversation server = forward(bounce);
        refuse(server, "550 5.1.1 no bob");
        untilTrue("a settlement", () -> !bounce.settled.isEmpty());
        assertEquals(Map.of(3, "failed: 550 5.1.1 no bob"), bounce.settled);
        for (final int flags : new int[] {Notify.NEVER, Notify.SUCCESS, Notify.DELAY}) {
            final StoredFixture message = StoredFixture.from("ann@a.example").to("bob@b.example", flags, "");
            forwarder.forward(message, message);
            refuse(server, "550 5.1.1 no bob");
            untilTrue("a settlement", () -> !message.settled.isEmpty());
            assertEquals(Map.of(3, "failed: 550 5.1.1 no bob"), message.settled);
        }
        server.hearsNothing();
    }

    @Test
    void shouldTellOfSuccessWhereTheNextServerCannot() throws IOException {
        final StoredFixture message = new StoredFixture("ann@a.example", StoredEnvelope.RETURN_FULL, "")
                .to("bob@b.example", Notify.SUCCESS, "");
        final Conversation server = forward(message);
        take(server);
        final String report = report(server, "ann@a.example");
        assertEquals(Map.of(3, "delivered: 250 2.0.0 queued"), message.settled);
        assertTrue(report.contains("Subject: Mail passed on\r\n"), report);
        assertTrue(report.contains("Action: relayed\r\nStatus: 2.0.0\r\n"), report);
        assertTrue(report.contains("text/rfc822-headers"), "RET is about failures");
        assertFalse(report.contains("\r\nbody\r\n"), report);
    }

    @Test
    void shouldLeaveItToANextServerThatCan() throws IOException {
        final StoredFixture message = StoredFixture.from("ann@a.example").to("bob@b.example", Notify.SUCCESS, "");
        final Conversation server = hop(message).greets("PIPELINING", "DSN");
        take(server);
        untilTrue("a settlement", () -> !message.settled.isEmpty());
        server.hearsNothing();
    }

    @Test
    void shouldSayThatTheServerIsAway() throws IOException {
        hop.close();
        final StoredFixture message = StoredFixture.from("ann@a.example").to("bob@b.example");
        forwarder.forward(message, message);
        untilTrue("a settlement", () -> !message.settled.isEmpty());
        assertTrue(message.settled.get(-1).startsWith("451 4.4.1 The next server is away"), message.settled::toString);
    }

    @Test
    void shouldNotCallDeliveredWhatWasNotAnswered() throws IOException {
        final StoredFixture message = StoredFixture.from("ann@a.example").to("bob@b.example");
        final Conversation server = forward(message);
        server.line();
        server.line();
        server.expects("DATA").says("250 ok", "250 ok", "354 go");
        server.content();
        server.resets();
        untilTrue("a settlement", () -> !message.settled.isEmpty());
        assertTrue(message.settled.get(3).startsWith("deferred: 451 4.4.2"), message.settled::toString);
        assertEquals(1, forwarder.counters().count(Count.MESSAGES_UNCERTAIN));
    }

    private Conversation hop(final StoredFixture message) throws IOException {
        forwarder.forward(message, message);
        return hop.accept(this);
    }

    private Conversation forward(final StoredFixture message) throws IOException {
        return hop(message).greets("PIPELINING");
    }

    /** Takes MAIL, refuses the only recipient. */
    private static void refuse(final Conversation server, final String... reply) throws IOException {
        server.line();
        server.line();
        server.expects("DATA").says("250 ok").says(reply).says("503 nobody");
        server.expects("RSET").says("250 ok");
    }

    private static void take(final Conversation server) throws IOException {
        server.line();
        server.line();
        server.expects("DATA").says("250 ok", "250 ok", "354 go");
        server.content();
        server.says("250 2.0.0 queued");
    }

    /** Takes the report up to its end; the answer is to be given. */
    private static String report(final Conversation server, final String to) throws IOException {
        server.expects("MAIL FROM:<>").expects("RCPT TO:<" + to + ">").expects("DATA");
        server.says("250 ok", "250 ok", "354 go");
        return server.content();
    }
}
