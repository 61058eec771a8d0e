package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.relay.RelayCounters.Count;
import io.posthaste.relay.ScriptedHop.Conversation;
import io.posthaste.relay.TransferOutcome.End;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections to the next servers: how many, how long, and what a server that is away means. */
@Timeout(60)
final class RelayConnectionTest extends RelayDialogue {
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
}
