package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.relay.RelayCounters.Count;
import io.posthaste.relay.ScriptedHop.Conversation;
import io.posthaste.relay.TransferOutcome.End;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that break off, hang, or talk nonsense, and failures of our own. */
@Timeout(60)
final class RelayFaultTest extends RelayDialogue {
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
    void shouldAnswerForAFailureOfItsOwnThoughTheLogFailsToo() throws IOException {
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example").failing(new AssertionError("header")));
        final Conversation server = hop.accept(relay);
        try (BrokenLog log = new BrokenLog()) {
            assertThrows(IllegalStateException.class, () -> {
                server.greets();
                relay.settled(message);
            });
            assertTrue(log.isAsked());
        }
        assertEquals(
                "451 4.3.0 Failure of the relay: header",
                message.outcome().refusal().toString());
        server.expectsEnd();
    }

    /** No memory for the answer: there is one that was made before. */
    @Test
    void shouldSettleThoughTheOutcomeCannotBeMade() throws IOException {
        relayWith("timeout=10s");
        final TestMessage message = relay.sends(TestMessage.to("bob@b.example"));
        message.failsToTellItsRecipients(new OutOfMemoryError("for a test"));
        assertThrows(OutOfMemoryError.class, () -> relay.advance(10, TimeUnit.SECONDS));
        assertEquals("4.3.0", message.outcome().refusal().enhancedStatus());
    }

    /** At its end: the first that waits fails, the one under way, too. */
    @Test
    void shouldSettleAllAtItsEndThoughOneFails() throws IOException {
        relayWith("connections=2");
        final IllegalStateException failure = new IllegalStateException("for a test");
        final List<TestMessage> underWay =
                List.of(TestMessage.to("bob@b.example").failingWhenSettled(failure), TestMessage.to("cat@c.example"));
        for (final TestMessage message : underWay) {
            relay.sends(message);
            hop.accept(relay).greets().expects("MAIL FROM:<ann@a.example>");
        }
        final List<TestMessage> waiting =
                List.of(TestMessage.to("dan@d.example").failingWhenSettled(failure), TestMessage.to("eve@e.example"));
        for (final TestMessage message : waiting) {
            relay.sends(message);
        }
        relay.close();
        for (final TestMessage message : List.of(underWay.get(0), underWay.get(1), waiting.get(0), waiting.get(1))) {
            assertEquals("4.3.2", message.outcome().refusal().enhancedStatus());
        }
    }

    @Test
    void shouldGoToAnotherServerWhenThereIsNoThreadToResolveWith() throws IOException {
        relay.close();
        relay = new RelayFixture(
                "smtp://next.example:25,127.0.0.1:" + hop.port(),
                waker -> new HopResolver(waker, host -> List.of(), task -> {
                    throw new OutOfMemoryError("no thread, for a test");
                }));
        transfer(relay.sends(TestMessage.to("bob@b.example")), null);
        assertEquals(1, relay.count(Count.CONNECTION_FAILURES));
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
}
