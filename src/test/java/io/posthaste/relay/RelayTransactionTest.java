package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.relay.OutgoingMessage.Declaration;
import io.posthaste.relay.OutgoingMessage.Recipient;
import io.posthaste.relay.RelayCounters.Count;
import io.posthaste.relay.ScriptedHop.Conversation;
import io.posthaste.relay.TransferOutcome.End;
import io.posthaste.wire.Notify;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One message on one connection: what is said, what is left out, and whose word counts. */
@Timeout(60)
final class RelayTransactionTest extends RelayDialogue {
    // ---- one transaction

    @Test
    void shouldSendCommandByCommandWithoutPipelining() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example", "cat@c.example"));
        final Conversation server = hop.accept(relay).greets();
        server.expects("MAIL FROM:<ann@a.example>").hearsNothing().says("250 ok");
        server.expects("RCPT TO:<bob@b.example>").hearsNothing().says("250 ok");
        server.expects("RCPT TO:<cat@c.example>").hearsNothing().says("251 elsewhere");
        server.expects("DATA").hearsNothing().says("354 go");
        assertEquals(CONTENT, server.content());
        assertFalse(message.isSettled());
        server.says("250 2.0.0 queued");
        final TransferOutcome outcome = relay.settled(message);
        assertTrue(outcome.isDelivered());
        assertEquals(End.ANSWERED, outcome.end());
        assertEquals("250 2.0.0 queued", outcome.replies().get(1).toString());
        assertEquals("127.0.0.1:" + hop.port(), outcome.hop());
        assertEquals(1, relay.count(Count.MESSAGES_DELIVERED));
    }

    @Test
    void shouldSendAheadWithPipelining() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example", "cat@c.example"));
        final Conversation server = hop.accept(relay).greets("PIPELINING");
        server.expects("MAIL FROM:<ann@a.example>")
                .expects("RCPT TO:<bob@b.example>")
                .expects("RCPT TO:<cat@c.example>")
                .expects("DATA")
                .hearsNothing();
        server.says("250 ok", "550 5.1.1 no bob", "250 ok", "354 go");
        assertEquals(CONTENT, server.content());
        server.says("250 queued");
        relay.settled(message);
        assertEquals(List.of(550, 250), message.codes());
        assertEquals(1, relay.count(Count.MESSAGES_REFUSED));
    }

    @Test
    void shouldSendOneChunkWhereChunksAreTaken() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay).greets("PIPELINING", "CHUNKING");
        server.expects("MAIL FROM:<ann@a.example>")
                .expects("RCPT TO:<bob@b.example>")
                .hearsNothing();
        server.says("250 ok", "250 ok").expects("BDAT " + CONTENT.length() + " LAST");
        assertEquals(CONTENT, server.octets(CONTENT.length()));
        server.hearsNothing().says("250 ok");
        assertTrue(relay.settled(message).isDelivered());
    }

    /** The end of a chunk has no octets of its own: wherever it falls in our buffers, it is seen. */
    @Test
    void shouldSeeTheEndOfAChunkOfAnySize() throws IOException {
        Conversation server = null;
        for (int octets = 64 * 1024 - 40; octets < 64 * 1024 + 2; octets++) {
            final String content = "x".repeat(octets);
            final TestMessage message = relay.sends(new TestMessage("ann@a.example", content, "bob@b.example"));
            server = server == null ? hop.accept(relay).greets("PIPELINING", "CHUNKING") : server;
            server.expects("MAIL FROM:<ann@a.example>")
                    .expects("RCPT TO:<bob@b.example>")
                    .says("250 ok", "250 ok");
            server.expects("BDAT " + octets + " LAST");
            assertEquals(content, server.octets(octets));
            server.says("250 ok");
            assertTrue(relay.settled(message).isDelivered(), () -> "octets " + content.length());
        }
    }

    @Test
    void shouldSayHeloWhereEhloIsUnknown() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay).says("220 old").expects("EHLO edge.example");
        server.says("500 what?").expects("HELO edge.example").says("250 old");
        server.expects("MAIL FROM:<ann@a.example>").says("250 ok");
        server.expects("RCPT TO:<bob@b.example>").says("250 ok").expects("DATA").says("354 go");
        server.content();
        server.says("250 ok");
        assertTrue(relay.settled(message).isDelivered());
    }

    @Test
    void shouldPassOnWhatTheServerKnows() throws IOException {
        final TestMessage message = new TestMessage("j\u00f6rg@a.example", CONTENT)
                .declared(new Declaration(true, false, true, false, true, false, "QQ+2B1"))
                .with(new Recipient("bob@b.example", Notify.SUCCESS | Notify.DELAY, "rfc822;bob+2B@b.example"))
                .with(new Recipient("cat@c.example", Notify.NEVER, ""));
        relay.sends(message);
        final Conversation server = hop.accept(relay)
                .greets("PIPELINING", "SIZE 1000", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES");
        server.expects("MAIL FROM:<j\u00f6rg@a.example> SIZE=" + CONTENT.length()
                + " BODY=8BITMIME SMTPUTF8 RET=FULL ENVID=QQ+2B1");
        server.expects("RCPT TO:<bob@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;bob+2B@b.example");
        server.expects("RCPT TO:<cat@c.example> NOTIFY=NEVER").expects("DATA");
        server.says("250 a", "250 b", "250 c", "354 d");
        server.content();
        server.says("250 e");
        assertTrue(relay.settled(message).isDsnPassedOn());
    }

    @Test
    void shouldLeaveOutWhatTheServerDoesNotKnow() throws IOException {
        final TestMessage message = new TestMessage("ann@a.example", CONTENT)
                .declared(new Declaration(false, false, true, false, true, false, "QQ"))
                .with(new Recipient("bob@b.example", Notify.SUCCESS, "rfc822;bob@b.example"));
        relay.sends(message);
        final Conversation server = hop.accept(relay).greets("PIPELINING");
        server.expects("MAIL FROM:<ann@a.example>")
                .expects("RCPT TO:<bob@b.example>")
                .expects("DATA");
        server.says("250 a", "250 b", "354 c");
        server.content();
        server.says("250 d");
        assertFalse(relay.settled(message).isDsnPassedOn());
    }

    @ParameterizedTest
    @CsvSource({
        "BINARY, 5.6.1",
        "EIGHT_BIT, 5.6.3",
        "UTF8_ADDRESS, 5.6.7",
        "UTF8_HEADER, 5.6.7",
        "TLS, 5.7.30",
        "SIZE, 5.3.4",
        "LOOP, 5.4.6",
        "CONTROL, 5.1.3"
    })
    void shouldRefuseWhatTheServerCannotTake(final String what, final String status) throws IOException {
        final String from = what.equals("UTF8_ADDRESS") ? "j\u00f6rg@a.example" : "ann@a.example";
        final String content = what.equals("LOOP")
                ? "Received: x\r\n".repeat(HeaderScan.MOST_RECEIVED + 1) + CONTENT
                : what.equals("UTF8_HEADER") ? "Subject: \u00c3\u00b6\r\n\r\n" : CONTENT;
        final TestMessage message = new TestMessage(
                        from, content, what.equals("CONTROL") ? "b\r\nRCPT TO:<c>@b.example" : "bob@b.example")
                .declared(new Declaration(
                        what.equals("EIGHT_BIT"),
                        what.equals("BINARY"),
                        what.startsWith("UTF8"),
                        what.equals("TLS"),
                        false,
                        false,
                        ""));
        relay.sends(message);
        final Conversation server = hop.accept(relay).greets("PIPELINING", what.equals("SIZE") ? "SIZE 5" : "HELP");
        final HopReply refusal = relay.settled(message).refusal();
        assertEquals(554, refusal.code());
        assertEquals(status, refusal.enhancedStatus());
        assertTrue(refusal.isOurs());
        server.hearsNothing();
        assertEquals(1, relay.count(what.equals("LOOP") ? Count.LOOPS : Count.UNFIT));
    }

    @Test
    void shouldCountReceivedFieldsOfTheHeaderOnly() throws IOException {
        final TestMessage message = new TestMessage(
                "ann@a.example",
                "Received: x\r\n".repeat(HeaderScan.MOST_RECEIVED) + CONTENT + "Received: y\r\n".repeat(10),
                "bob@b.example");
        relay.sends(message);
        hop.accept(relay).greets().expects("MAIL FROM:<ann@a.example>");
    }

    // ---- refusals

    @Test
    void shouldTransmitNothingWhenOneOfAllIsRefused() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example", "cat@c.example", "dan@d.example")
                .allOrNothing());
        final Conversation server = hop.accept(relay).greets("PIPELINING");
        server.expects("MAIL FROM:<ann@a.example>")
                .expects("RCPT TO:<bob@b.example>")
                .expects("RCPT TO:<cat@c.example>")
                .expects("RCPT TO:<dan@d.example>")
                .hearsNothing();
        server.says("250 ok", "250 ok", "452 4.2.2 full", "550 5.1.1 no dan").expects("RSET");
        final TransferOutcome outcome = relay.settled(message);
        assertEquals(List.of(451, 452, 550), message.codes());
        assertEquals("550 5.1.1 no dan", outcome.refusal().toString());
        server.says("250 reset");
        final TestMessage next = relay.sends(TestMessage.to("bob@b.example").allOrNothing());
        server.expects("MAIL FROM:<ann@a.example>");
        assertFalse(next.isSettled());
    }

    @Test
    void shouldSendDataAheadForASingleRecipientOfAll() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example").allOrNothing());
        final Conversation server = hop.accept(relay).greets("PIPELINING");
        server.expects("MAIL FROM:<ann@a.example>")
                .expects("RCPT TO:<bob@b.example>")
                .expects("DATA");
        server.says("250 ok", "550 5.1.1 no bob", "354 go on").expects(".").says("554 nobody");
        assertEquals("550 5.1.1 no bob", relay.settled(message).refusal().toString());
        relay.sends(TestMessage.to("cat@c.example"));
        server.expects("MAIL FROM:<ann@a.example>");
    }

    @Test
    void shouldNotBelieveThatAnEmptyMessageIsOurs() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay).greets("PIPELINING");
        server.expects("MAIL FROM:<ann@a.example>")
                .expects("RCPT TO:<bob@b.example>")
                .expects("DATA");
        server.says("451 4.3.0 later", "503 first MAIL", "354 go on")
                .expects(".")
                .says("250 taken");
        assertEquals(List.of(451), List.of(relay.settled(message).refusal().code()));
    }

    @Test
    void shouldResetBehindDataRefused() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay).greets();
        server.expects("MAIL FROM:<ann@a.example>")
                .says("250 ok")
                .expects("RCPT TO:<bob@b.example>")
                .says("250 ok");
        server.expects("DATA").says("554 5.6.0 not today").expects("RSET");
        assertEquals("554 5.6.0 not today", relay.settled(message).refusal().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CHUNKING"})
    void shouldTellARefusalOfTheContent(final String extension) throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay).greets("PIPELINING", extension);
        server.expects("MAIL FROM:<ann@a.example>").expects("RCPT TO:<bob@b.example>");
        server.says("250 ok", "250 ok");
        if (extension.isEmpty()) {
            server.expects("DATA").says("354 go");
            server.content();
        } else {
            server.expects("BDAT " + CONTENT.length() + " LAST").octets(CONTENT.length());
        }
        server.says("550-5.7.1 spam,", "550 5.7.1 says the oracle");
        assertEquals(
                "550 5.7.1 spam, says the oracle",
                relay.settled(message).refusal().toString());
        if (!extension.isEmpty()) {
            server.expects("RSET").says("250 ok");
        }
        relay.sends(TestMessage.to("cat@c.example"));
        server.expects("MAIL FROM:<ann@a.example>");
    }

    @Test
    void shouldNotBelieveA250BeforeTheEndOfTheContent() throws IOException {
        final TestMessage message = relay.sends(new TestMessage(
                "ann@a.example", CONTENT + "x".repeat(70).concat("\r\n").repeat(400_000), "b@b.example"));
        final Conversation server = hop.accept(relay).greets("PIPELINING");
        server.expects("MAIL FROM:<ann@a.example>")
                .expects("RCPT TO:<b@b.example>")
                .expects("DATA");
        server.says("250 ok", "250 ok", "354 go", "250 2.0.0 have it");
        final TransferOutcome outcome = relay.settled(message);
        assertEquals(451, outcome.refusal().code());
        assertEquals(1, relay.count(Count.MALFORMED_REPLIES));
        server.expectsEnd();
    }

    @Test
    void shouldTakeARefusalBeforeTheEndAndLeave() throws IOException {
        final TestMessage message = relay.sends(new TestMessage(
                "ann@a.example", CONTENT + "x".repeat(70).concat("\r\n").repeat(400_000), "b@b.example"));
        final Conversation server = hop.accept(relay).greets("PIPELINING");
        server.expects("MAIL FROM:<ann@a.example>")
                .expects("RCPT TO:<b@b.example>")
                .expects("DATA");
        server.says("250 ok", "250 ok", "354 go", "552 5.3.4 too much");
        assertEquals("552 5.3.4 too much", relay.settled(message).refusal().toString());
        server.expectsEnd();
    }

    @Test
    void shouldStopNamingRecipientsWhenTheSenderIsRefused() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay).greets();
        server.expects("MAIL FROM:<ann@a.example>").says("550 5.7.1 not from you");
        assertEquals(550, relay.settled(message).refusal().code());
        server.hearsNothing();
    }

    // ---- LMTP

    @Test
    void shouldTellEachRecipientApartByLmtp() throws IOException {
        relay.close();
        relay = new RelayFixture(hop.uri().replace("smtp:", "lmtp:"));
        final TestMessage message =
                relay.sends(TestMessage.to("bob@b.example", "cat@c.example", "dan@d.example", "eve@e.example"));
        final Conversation server = hop.accept(relay).says("220 lmtp").expects("LHLO edge.example");
        server.offers("PIPELINING").expects("MAIL FROM:<ann@a.example>");
        for (int i = 0; i < 4; i++) {
            server.line();
        }
        server.expects("DATA").says("250 ok", "250 ok", "550 no cat", "250 ok", "250 ok", "354 go");
        server.content();
        server.says("250 bob has it", "452 4.2.2 dan is full");
        relay.step();
        assertFalse(message.isSettled(), "three answers are due");
        server.says("552 5.2.2 eve is full");
        relay.settled(message);
        assertEquals(List.of(250, 550, 452, 552), message.codes());
    }

    @Test
    void shouldKeepTheAnswersThatCameWhenLmtpBreaks() throws IOException {
        relay.close();
        relay = new RelayFixture(hop.uri().replace("smtp:", "lmtp:"));
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example", "cat@c.example"));
        final Conversation server = hop.accept(relay).says("220 lmtp").expects("LHLO edge.example");
        server.offers("CHUNKING").expects("MAIL FROM:<ann@a.example>").says("250 ok");
        server.expects("RCPT TO:<bob@b.example>")
                .says("250 ok")
                .expects("RCPT TO:<cat@c.example>")
                .says("250 ok");
        server.expects("BDAT " + CONTENT.length() + " LAST").octets(CONTENT.length());
        server.says("250 bob has it").close();
        assertEquals(End.UNCERTAIN, relay.settled(message).end());
        assertEquals(List.of(250, 451), message.codes());
    }
}
