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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class RelayClientTest {
    private static final String CONTENT = "Subject: x\r\n\r\nhello\r\n";

    private ScriptedHop hop;
    private RelayFixture relay;

    @BeforeEach
    void open() throws IOException {
        hop = new ScriptedHop();
        relay = new RelayFixture(hop.uri());
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        hop.close();
    }

    private void relayWith(final String settings) throws IOException {
        relay.close();
        relay = new RelayFixture(hop.uri() + "?" + settings);
    }

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

    // ---- connections

    @Test
    void shouldUseAConnectionAgainAndLeaveWhenIdle() throws IOException {
        final Conversation server = transfer(relay.sends(TestMessage.to("bob@b.example")), null);
        transfer(relay.sends(TestMessage.to("cat@c.example")), server);
        relay.advance(29, TimeUnit.SECONDS);
        server.hearsNothing();
        relay.advance(2, TimeUnit.SECONDS);
        server.expects("QUIT").says("221 bye").expectsEnd();
        assertEquals(1, relay.count(Count.CONNECTIONS_OPENED));
        assertEquals(0, relay.count(Count.CONNECTIONS_LOST));
    }

    @Test
    void shouldOpenAsManyConnectionsAsThereIsWorkFor() throws IOException {
        relayWith("connections=3");
        final List<TestMessage> messages = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            final TestMessage message = TestMessage.to("bob" + i + "@b.example");
            messages.add(message);
            relay.client.offer(message);
        }
        final List<Conversation> servers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            servers.add(hop.accept(relay));
        }
        for (int i = 0; i < 5; i++) {
            relay.step();
        }
        assertFalse(hop.isConnectionWaiting());
        for (final Conversation server : servers) {
            server.greets("PIPELINING");
        }
        for (final Conversation server : servers) {
            serve(server);
        }
        // Those that were free first got the rest.
        serve(servers.get(0));
        serve(servers.get(1));
        for (final TestMessage message : messages) {
            assertTrue(relay.settled(message).isDelivered());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "reset", "421"})
    void shouldSendAgainWhatAKeptConnectionDropped(final String how) throws IOException {
        final Conversation first = transfer(relay.sends(TestMessage.to("bob@b.example")), null);
        final TestMessage message = TestMessage.to("cat@c.example");
        // Between two turns of the client: it learns of the end only when it has begun.
        relay.client.offer(message);
        if (how.equals("421")) {
            first.says("421 4.4.2 idle for too long");
        } else if (how.equals("reset")) {
            first.resets();
        } else {
            first.close();
        }
        final Conversation second = hop.accept(relay).greets();
        serveSlowly(second);
        assertTrue(relay.settled(message).isDelivered());
    }

    @Test
    void shouldSendAgainWhatAnUnusedConnectionDropped() throws IOException {
        relayWith("connections=2");
        final TestMessage first = TestMessage.to("bob@b.example");
        final TestMessage second = TestMessage.to("cat@c.example");
        relay.client.offer(first);
        relay.client.offer(second);
        final Conversation busy = hop.accept(relay);
        final Conversation surplus = hop.accept(relay);
        busy.greets();
        serveSlowly(busy);
        serveSlowly(busy);
        assertTrue(relay.settled(second).isDelivered());
        surplus.greets();
        relay.untilTrue("both connections", () -> relay.count(Count.CONNECTIONS_OPENED) == 2);
        relay.step();
        relay.step();
        final TestMessage message = TestMessage.to("dan@d.example");
        relay.client.offer(message);
        surplus.says("421 4.4.2 idle for too long");
        serveSlowly(busy);
        assertTrue(relay.settled(message).isDelivered());
    }

    /** One message that makes the server go away is no reason to believe that it is away. */
    @ParameterizedTest
    @ValueSource(strings = {"close", "421"})
    void shouldCountAnAttemptWhenTheServerLeavesAtMail(final String how) throws IOException {
        Conversation server = transfer(relay.sends(TestMessage.to("bob@b.example")), null);
        final TestMessage poison = relay.sends(TestMessage.to("cat@c.example"));
        for (int i = 0; i < 2; i++) {
            server.expects("MAIL FROM:<ann@a.example>");
            if (how.equals("421")) {
                server.says("421 4.3.0 crashed");
            } else {
                server.close();
            }
            if (i == 0) {
                server = hop.accept(relay).greets();
            }
        }
        assertEquals(End.ANSWERED, relay.settled(poison).end());
        assertTrue(poison.outcome().refusal().isTransient());
        transfer(relay.sends(TestMessage.to("dan@d.example")), null);
    }

    /** Not again and again without a pause. */
    @Test
    void shouldPauseWhenTheServerLeavesBehindEhlo() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay).says("220 hi").expects("EHLO edge.example");
        server.saysOctets(
                "250 next.example\r\n421 4.3.2 not now\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertEquals(End.UNAVAILABLE, relay.settled(message).end());
        assertEquals(1, relay.count(Count.CONNECTION_FAILURES));
        server.expectsEnd();
    }

    @Test
    void shouldTellAtOnceThatNobodyIsThereAndComeBack() throws IOException {
        hop.close();
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final TransferOutcome outcome = relay.settled(message);
        assertEquals(End.UNAVAILABLE, outcome.end());
        assertEquals("4.4.1", outcome.refusal().enhancedStatus());
        assertEquals(451, outcome.refusal().code());
        assertFalse(relay.client.isReachable());
        final TestMessage second = relay.sends(TestMessage.to("bob@b.example"));
        assertEquals(End.UNAVAILABLE, relay.settled(second).end());
        assertEquals(1, relay.count(Count.CONNECTION_FAILURES), "not tried again within the pause");
        relay.advance(Hop.GREATEST_PAUSE_NS, TimeUnit.NANOSECONDS);
        relay.untilTrue("another attempt, without mail", () -> relay.count(Count.CONNECTION_FAILURES) == 2);
    }

    @Test
    void shouldKnowWithoutMailThatTheServerIsBack() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        hop.accept(relay).says("421 4.3.2 not now").close();
        final TransferOutcome outcome = relay.settled(message);
        assertEquals(End.UNAVAILABLE, outcome.end());
        assertTrue(outcome.refusal().text().contains("421 4.3.2 not now"), outcome.refusal()::text);
        assertFalse(relay.client.isReachable());
        relay.advance(Hop.GREATEST_PAUSE_NS, TimeUnit.NANOSECONDS);
        hop.accept(relay).greets();
        relay.untilTrue("it to be known", relay.client::isReachable);
    }

    @Test
    void shouldTryTheNextHopOfSeveral() throws IOException {
        try (ScriptedHop gone = new ScriptedHop()) {
            relay.close();
            relay = new RelayFixture("smtp://127.0.0.1:" + gone.port() + ",127.0.0.1:" + hop.port());
        }
        for (int i = 0; i < 2; i++) {
            final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
            final Conversation server = hop.accept(relay).greets();
            serveSlowly(server);
            assertTrue(relay.settled(message).isDelivered());
            relay.advance(31, TimeUnit.SECONDS);
            server.expects("QUIT").says("221 bye").expectsEnd();
        }
    }

    @Test
    void shouldFindAHostByItsName() throws IOException {
        relay.close();
        relay = new RelayFixture("smtp://localhost:" + hop.port());
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        serveSlowly(hop.accept(relay).greets());
        assertTrue(relay.settled(message).isDelivered());
    }

    @Test
    void shouldSettleEverythingWhenItIsClosed() throws IOException {
        relayWith("connections=1");
        final TestMessage underWay = relay.sends(TestMessage.to("bob@b.example"));
        final TestMessage waiting = relay.sends(TestMessage.to("bob@b.example"));
        hop.accept(relay).greets().expects("MAIL FROM:<ann@a.example>");
        relay.close();
        assertEquals("4.3.2", underWay.outcome().refusal().enhancedStatus());
        assertEquals("4.3.2", waiting.outcome().refusal().enhancedStatus());
        assertFalse(relay.client.offer(TestMessage.to("bob@b.example")));
    }

    // ---- what goes wrong

    /** The server goes away at each phase: never is anything called delivered, and only the last is uncertain. */
    @ParameterizedTest
    @CsvSource({
        "0, false", "1, false", "2, false", "3, false", "4, false", "5, false", "6, false",
        "0, true", "1, true", "2, true", "3, true", "4, true", "5, true", "6, true"
    })
    void shouldNeverCallDeliveredWhatBroke(final int phase, final boolean isReset) throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay);
        final String[] says = {"220 hi", "250 next.example", "250 ok", "250 ok", "354 go"};
        final String[] hears = {"EHLO edge.example", "MAIL FROM:<ann@a.example>", "RCPT TO:<bob@b.example>", "DATA"};
        for (int i = 0; i < phase && i < says.length; i++) {
            server.says(says[i]);
            if (i < hears.length) {
                server.expects(hears[i]);
            }
        }
        if (phase == 6) {
            assertEquals(CONTENT, server.content());
        }
        if (phase == 5) {
            server.line();
        }
        if (isReset) {
            server.resets();
        } else {
            server.close();
        }
        final TransferOutcome outcome = relay.settled(message);
        assertEquals(451, outcome.refusal().code(), outcome::toString);
        // Phase 5: the whole of a small message has been given to the socket.
        assertEquals(phase <= 1 ? End.UNAVAILABLE : phase <= 4 ? End.ANSWERED : End.UNCERTAIN, outcome.end());
        assertEquals(phase >= 5 ? 1 : 0, relay.count(Count.MESSAGES_UNCERTAIN));
    }

    @ParameterizedTest
    @CsvSource({"0, 300", "1, 300", "2, 300", "3, 300", "4, 120", "6, 600"})
    void shouldWaitAsLongAsTheRfcSaysAndNoLonger(final int phase, final int seconds) throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay);
        final String[] says = {"220 hi", "250 next.example", "250 ok", "250 ok", "354 go"};
        final String[] hears = {"EHLO edge.example", "MAIL FROM:<ann@a.example>", "RCPT TO:<bob@b.example>", "DATA"};
        for (int i = 0; i < phase && i < says.length; i++) {
            server.says(says[i]);
            if (i < hears.length) {
                server.expects(hears[i]);
            }
        }
        if (phase == 6) {
            server.content();
        } else {
            // A part of a reply is no progress.
            server.saysOctets(new byte[] {'2'});
        }
        relay.step();
        relay.advance(seconds - 1, TimeUnit.SECONDS);
        assertFalse(message.isSettled());
        relay.advance(2, TimeUnit.SECONDS);
        final TransferOutcome outcome = relay.settled(message);
        assertEquals(451, outcome.refusal().code());
        assertEquals(phase == 6 ? End.UNCERTAIN : phase <= 1 ? End.UNAVAILABLE : End.ANSWERED, outcome.end());
        assertEquals(1, relay.count(Count.TIMEOUTS));
    }

    @Test
    void shouldGiveUpContentThatTheServerDoesNotRead() throws IOException {
        final TestMessage message = relay.sends(new TestMessage(
                "ann@a.example", CONTENT + "x".repeat(70).concat("\r\n").repeat(400_000), "b@b.example"));
        final Conversation server = hop.accept(relay).greets("PIPELINING");
        server.expects("MAIL FROM:<ann@a.example>")
                .expects("RCPT TO:<b@b.example>")
                .expects("DATA");
        server.says("250 ok", "250 ok", "354 go");
        for (int i = 0; i < 50; i++) {
            relay.step();
        }
        relay.advance(179, TimeUnit.SECONDS);
        assertFalse(message.isSettled());
        relay.advance(2, TimeUnit.SECONDS);
        assertEquals("4.4.2", relay.settled(message).refusal().enhancedStatus());
        assertEquals(End.ANSWERED, message.outcome().end());
    }

    @Test
    void shouldBoundTheTimeOfAMessage() throws IOException {
        relayWith("timeout=10s&connections=1");
        final TestMessage underWay = relay.sends(TestMessage.to("bob@b.example"));
        final TestMessage waiting = relay.sends(TestMessage.to("cat@c.example"));
        hop.accept(relay).greets().expects("MAIL FROM:<ann@a.example>");
        relay.advance(11, TimeUnit.SECONDS);
        assertEquals("4.4.2", relay.settled(underWay).refusal().enhancedStatus());
        assertEquals("4.4.1", relay.settled(waiting).refusal().enhancedStatus());
    }

    @Test
    void shouldCountTheTimeThatAClientHasWaited() throws IOException {
        relayWith("timeout=10s");
        final TestMessage late = relay.sends(
                TestMessage.to("bob@b.example").begun(relay.clock.nanoTime() - TimeUnit.SECONDS.toNanos(10)));
        assertEquals("4.4.1", relay.settled(late).refusal().enhancedStatus());
    }

    /** Failures of our own, as a defect would have it. */
    @Test
    void shouldGoOnBehindAFailureOfItsOwn() throws IOException {
        final TestMessage first = relay.sends(TestMessage.to("bob@b.example").failing(new AssertionError("header")));
        final Conversation one = hop.accept(relay).greets();
        assertEquals(End.ANSWERED, relay.settled(first).end());
        assertEquals(
                "451 4.3.0 Failure of the relay: header",
                first.outcome().refusal().toString());
        one.expectsEnd();
        final TestMessage second =
                relay.sends(TestMessage.to("bob@b.example").failing(new IllegalStateException("content")));
        final Conversation other = hop.accept(relay).greets();
        other.expects("MAIL FROM:<ann@a.example>").says("250 ok").line();
        other.says("250 ok").expects("DATA").says("354 go");
        assertEquals(
                "451 4.3.0 Failure of the relay: content",
                relay.settled(second).refusal().toString());
        other.expectsEnd();
        transfer(relay.sends(TestMessage.to("bob@b.example")), null);
    }

    @Test
    void shouldGiveUpAServerThatTalksWithoutEnd() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay);
        for (int i = 0; i <= ReplyParser.MOST_LINES; i++) {
            server.says("220-and another thing");
        }
        assertEquals(End.UNAVAILABLE, relay.settled(message).end());
        assertEquals(1, relay.count(Count.MALFORMED_REPLIES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"250 unasked", "garbage", "354 go"})
    void shouldLeaveAServerThatSpeaksOutOfTurn(final String line) throws IOException {
        final Conversation server = transfer(relay.sends(TestMessage.to("bob@b.example")), null);
        server.says(line).expectsEnd();
        assertEquals(1, relay.count(Count.MALFORMED_REPLIES));
    }

    @Test
    void shouldLeaveAServerThatAnswersAheadOfTheQuestion() throws IOException {
        relay.sends(TestMessage.to("bob@b.example"));
        hop.accept(relay).says("220 hi", "250 next.example").expectsEnd();
        assertEquals(1, relay.count(Count.MALFORMED_REPLIES));
    }

    @Test
    void shouldUnderstandRepliesThatComeOctetByOctet() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay);
        server.saysSlowly("220-hi").saysSlowly("220 there").expects("EHLO edge.example");
        server.saysSlowly("250-next.example").saysSlowly("250 PIPELINING");
        server.expects("MAIL FROM:<ann@a.example>")
                .expects("RCPT TO:<bob@b.example>")
                .expects("DATA");
        server.saysSlowly("250 ok").saysSlowly("250 ok").saysSlowly("354 go");
        server.content();
        server.saysSlowly("250 ok");
        assertTrue(relay.settled(message).isDelivered());
    }

    @Test
    void shouldCloseBehind421InTheMiddle() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example", "cat@c.example"));
        final Conversation server = hop.accept(relay).greets();
        server.expects("MAIL FROM:<ann@a.example>").says("250 ok");
        server.expects("RCPT TO:<bob@b.example>")
                .says("421 4.3.2 shutting down")
                .expectsEnd();
        assertEquals(End.ANSWERED, relay.settled(message).end());
        assertEquals(List.of(421, 421), message.codes());
    }

    // ---- TLS

    @Test
    void shouldDropWhatComesBehindTheReplyToStartTls() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay).greets("STARTTLS").expects("STARTTLS");
        server.saysOctets("220 go\r\n250 mallory\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        server.expectsEnd();
        assertEquals(1, relay.count(Count.MALFORMED_REPLIES));
        assertEquals(End.UNAVAILABLE, relay.settled(message).end());
    }

    @Test
    void shouldGoOnInTheClearWhenStartTlsIsRefusedOrFails() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation first =
                hop.accept(relay).greets("STARTTLS").expects("STARTTLS").says("220 go");
        first.octets(1);
        first.says("this is no TLS at all").expectsEnd();
        assertEquals(1, relay.count(Count.TLS_FAILURES));
        final Conversation second = hop.accept(relay).greets("STARTTLS");
        serveSlowly(second);
        assertTrue(relay.settled(message).isDelivered());

        relayWith("tls=opportunistic");
        final TestMessage again = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation third =
                hop.accept(relay).greets("STARTTLS").expects("STARTTLS").says("454 4.7.0 busy");
        serveSlowly(third);
        assertTrue(relay.settled(again).isDelivered());
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "reset", "silence"})
    void shouldGoOnInTheClearWhenTheHandshakeBreaks(final String how) throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation first =
                hop.accept(relay).greets("STARTTLS").expects("STARTTLS").says("220 go");
        first.octets(1);
        if (how.equals("close")) {
            first.close();
        } else if (how.equals("reset")) {
            first.resets();
        } else {
            relay.advance(61, TimeUnit.SECONDS);
        }
        serveSlowly(hop.accept(relay).greets("STARTTLS"));
        assertTrue(relay.settled(message).isDelivered());
        assertEquals(1, relay.count(Count.TLS_FAILURES));
    }

    @Test
    void shouldLeaveAServerThatAnswersStartTlsWith421() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server = hop.accept(relay).greets("STARTTLS").expects("STARTTLS");
        server.says("421 4.3.2 not now").expectsEnd();
        final TransferOutcome outcome = relay.settled(message);
        assertEquals(End.UNAVAILABLE, outcome.end());
        assertTrue(outcome.refusal().text().contains("421 4.3.2 not now"), outcome.refusal()::text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "454 4.7.0 busy", "220 go", "close"})
    void shouldSendNothingInTheClearWhenTlsIsRequired(final String answer) throws IOException {
        relayWith("tls=require");
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        final Conversation server;
        if (answer.equals("none")) {
            server = hop.accept(relay).greets("PIPELINING");
        } else {
            server = hop.accept(relay).greets("STARTTLS").expects("STARTTLS");
            server.says(answer.equals("close") ? "220 go" : answer);
            if (answer.equals("close")) {
                server.octets(1);
                server.channel().shutdownOutput();
            } else if (answer.startsWith("220")) {
                server.says("this is no TLS at all");
            }
        }
        assertEquals(End.UNAVAILABLE, relay.settled(message).end());
        server.expectsEnd();
    }

    @Test
    void shouldLeaveTlsAloneWhenItIsOff() throws IOException {
        relayWith("tls=off");
        relay.sends(TestMessage.to("bob@b.example"));
        hop.accept(relay).greets("STARTTLS").expects("MAIL FROM:<ann@a.example>");
    }

    // ---- how a good server behaves

    /** Greets, unless it is known, and takes the message. */
    private Conversation transfer(final TestMessage message, final Conversation known) throws IOException {
        final Conversation server = known == null ? hop.accept(relay).greets() : known;
        serveSlowly(server);
        assertTrue(relay.settled(message).isDelivered());
        return server;
    }

    private void serveSlowly(final Conversation server) throws IOException {
        server.line();
        server.says("250 ok").line();
        server.says("250 ok").expects("DATA").says("354 go");
        server.content();
        server.says("250 ok");
    }

    private void serve(final Conversation server) throws IOException {
        server.line();
        server.line();
        server.expects("DATA").says("250 ok", "250 ok", "354 go");
        server.content();
        server.says("250 ok");
    }
}
