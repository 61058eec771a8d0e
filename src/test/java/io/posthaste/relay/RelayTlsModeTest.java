package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.relay.RelayCounters.Count;
import io.posthaste.relay.ScriptedHop.Conversation;
import io.posthaste.relay.TransferOutcome.End;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** STARTTLS with the next server: asked for, refused, broken. */
@Timeout(60)
final class RelayTlsModeTest extends RelayDialogue {
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
}
