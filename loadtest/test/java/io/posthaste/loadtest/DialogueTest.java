package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.loadtest.DialogueFixture.Turn;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialogueTest {
    private static final Plans PLANS = Plans.to(25).messages(2);
    private static final PhaseRecorder RECORDER = new PhaseRecorder();
    private static final SequenceSet ACCEPTED = new SequenceSet();

    private static final List<Turn> BATCHED = List.of(
            new Turn("220 mx\r\n", Move.SEND_EHLO),
            new Turn("250-mx\r\n250-CHUNKING\r\n250 PIPELINING\r\n", Move.SEND_BATCH),
            new Turn("250 a\r\n250 b\r\n250 c\r\n250 a\r\n550 b\r\n503 c\r\n", Move.SEND_RSET),
            new Turn("250 ok\r\n", Move.SEND_QUIT),
            new Turn("221 bye\r\n", Move.AWAIT));

    private static final List<Turn> CHUNKED = List.of(
            new Turn("220 mx\r\n", Move.SEND_EHLO),
            new Turn("250-mx\r\n250-PIPELINING\r\n250 CHUNKING\r\n", Move.SEND_MAIL),
            new Turn("250 a\r\n", Move.SEND_RCPT),
            new Turn("250 b\r\n", Move.SEND_CHUNK),
            new Turn("250 taken\r\n", Move.SEND_MAIL),
            new Turn("250 a\r\n", Move.SEND_RCPT),
            new Turn("250 b\r\n", Move.SEND_CHUNK),
            new Turn("552 no\r\n", Move.SEND_RSET),
            new Turn("250 ok\r\n", Move.SEND_QUIT),
            new Turn("221 bye\r\n", Move.AWAIT));

    private static final List<Turn> LOCK_STEP = List.of(
            new Turn("220-mx.example.org\r\n220 no spam\r\n", Move.SEND_EHLO),
            new Turn("250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 1000000\r\n250 HELP\r\n", Move.SEND_MAIL),
            new Turn("250 2.1.0 ok\r\n", Move.SEND_RCPT),
            new Turn("250 2.1.5 ok\r\n", Move.SEND_DATA),
            new Turn("354 go\r\n", Move.SEND_CONTENT),
            new Turn("250-2.0.0 taken\r\n250 thanks\r\n", Move.SEND_MAIL),
            new Turn("550 5.7.1 no\r\n", Move.SEND_RSET),
            new Turn("250 2.0.0 ok\r\n", Move.SEND_QUIT),
            new Turn("221 2.0.0 bye\r\n", Move.AWAIT));

    private static final List<Turn> PIPELINED = List.of(
            new Turn("220 mx\r\n", Move.SEND_EHLO),
            new Turn("250-mx\r\n250-SIZE\r\n250 pipelining\r\n", Move.SEND_ENVELOPE),
            new Turn("250 a\r\n250-b\r\n250 b\r\n354 c\r\n", Move.SEND_CONTENT),
            new Turn("250 taken\r\n", Move.SEND_ENVELOPE),
            new Turn("250 a\r\n550 b\r\n503 c\r\n", Move.SEND_RSET),
            new Turn("250 ok\r\n", Move.SEND_QUIT),
            new Turn("221 bye\r\n", Move.AWAIT));

    @Test
    void shouldHoldWholeDialogue() {
        hold(PLANS, LOCK_STEP, -1, List.of(0)).counts(2, 1, 1, 0);
        hold(PLANS.pipelining(), PIPELINED, -1, List.of(0)).counts(2, 1, 1, 0);
        hold(PLANS.chunking(), CHUNKED, -1, List.of(0)).counts(2, 1, 1, 0);
        hold(PLANS.pipelining().chunking().depth(2), BATCHED, -1, List.of(0)).counts(2, 1, 1, 0);
    }

    @Test
    void shouldHoldDialogueByteByByte() {
        final DialogueFixture server = new DialogueFixture(PLANS);
        for (final Turn turn : LOCK_STEP) {
            server.replies(List.of(turn.replies().split("(?!^)")), turn.move());
        }
        server.counts(2, 1, 1, 0);
    }

    @Test
    void shouldHoldDialogueAtEveryPairOfSplits() {
        splitEverywhere(PLANS, LOCK_STEP);
        splitEverywhere(PLANS.pipelining(), PIPELINED);
        splitEverywhere(PLANS.chunking(), CHUNKED);
        splitEverywhere(PLANS.pipelining().chunking().depth(2), BATCHED);
    }

    private static void splitEverywhere(Plans plans, List<Turn> turns) {
        for (int turn = 0; turn < turns.size(); turn++) {
            final int length = turns.get(turn).replies().length();
            for (int i = 1; i < length; i++) {
                for (int j = i; j < length; j++) {
                    hold(plans, turns, turn, List.of(i, j)).counts(2, 1, 1, 0);
                }
            }
        }
    }

    /** Holds the dialogue with the replies of one turn cut at the given places. */
    private static DialogueFixture hold(Plans plans, List<Turn> turns, int cutTurn, List<Integer> cuts) {
        final DialogueFixture server = new DialogueFixture(plans, RECORDER, ACCEPTED);
        for (int turn = 0; turn < turns.size(); turn++) {
            final String replies = turns.get(turn).replies();
            final List<String> parts = turn == cutTurn
                    ? List.of(
                            replies.substring(0, cuts.get(0)),
                            replies.substring(cuts.get(0), cuts.get(1)),
                            replies.substring(cuts.get(1)))
                    : List.of(replies);
            server.replies(parts, turns.get(turn).move());
        }
        assertTrue(server.dialogue.isOver());
        return server;
    }

    @Test
    void shouldSendEachRecipient() {
        final DialogueFixture server = new DialogueFixture(PLANS.recipients(3)).opens();
        server.replies("250 ok\r\n", Move.SEND_RCPT);
        assertEquals(0, server.dialogue.recipient());
        server.replies("250 ok\r\n", Move.SEND_RCPT);
        assertEquals(1, server.dialogue.recipient());
        server.replies("251 will forward\r\n", Move.SEND_RCPT);
        assertEquals(2, server.dialogue.recipient());
        server.replies("250 ok\r\n", Move.SEND_DATA);
    }

    @Test
    void shouldNotPipelineUnlessOffered() {
        new DialogueFixture(PLANS.pipelining())
                .replies("220 mx\r\n", Move.SEND_EHLO)
                .replies("250-PIPELINING\r\n250-XPIPELINING\r\n250 PIPELININGS\r\n", Move.SEND_MAIL);
    }

    @ParameterizedTest
    @CsvSource({"450", "550", "552"})
    void shouldResetAfterRefusalInEachPhase(int code) {
        final String refusal = code + " no\r\n";
        for (int phase = 0; phase < 3; phase++) {
            final DialogueFixture server = new DialogueFixture(PLANS).opens();
            if (phase > 0) {
                server.replies("250 ok\r\n", Move.SEND_RCPT);
            }
            if (phase > 1) {
                server.replies("250 ok\r\n", Move.SEND_DATA);
            }
            server.replies(refusal, Move.SEND_RSET).counts(1, 0, 1, 0);
            server.replies("250 ok\r\n", Move.SEND_MAIL);
            final Phase refused = List.of(Phase.MAIL, Phase.RCPT, Phase.DATA).get(phase);
            assertEquals(1, server.tally.replies(refused, code));
            assertEquals("no", server.tally.refusal(refused, code));
        }
    }

    @Test
    void shouldGoOnWithoutResetAfterRefusedContent() {
        final DialogueFixture server = inContent(new DialogueFixture(PLANS));
        server.replies("452 later\r\n", Move.SEND_MAIL).counts(2, 0, 1, 0);
        assertEquals(
                0, server.measurements().latencies(PhaseRecorder.UNCORRECTED).count());
    }

    private static DialogueFixture inContent(DialogueFixture server) {
        return server.opens()
                .replies("250 ok\r\n", Move.SEND_RCPT)
                .replies("250 ok\r\n", Move.SEND_DATA)
                .replies("354 go\r\n", Move.SEND_CONTENT);
    }

    @Test
    void shouldDropPipelinedTransactionWithEndOfDataAloneWhenNoRecipientWasAccepted() {
        final DialogueFixture server = new DialogueFixture(PLANS.pipelining()).opensPipelined();
        server.replies("250 ok\r\n550 no\r\n354 go\r\n", Move.SEND_END_OF_DATA).counts(1, 0, 1, 0);
        server.replies("554 no valid recipients\r\n", Move.SEND_ENVELOPE).counts(2, 0, 1, 0);
    }

    @Test
    void shouldDropPipelinedTransactionByClosingWhenSomeRecipientsWereAccepted() {
        final DialogueFixture server = new DialogueFixture(PLANS.pipelining().recipients(2)).opensPipelined();
        server.replies("250 ok\r\n550 no\r\n250 ok\r\n354 go\r\n", Move.CLOSE).counts(1, 0, 1, 0);
        server.closes(CloseReason.TRANSACTION_ABANDONED);
        server.counts(1, 0, 1, 0);
    }

    @Test
    void shouldCountPipelinedRefusalsOfOneMessageOnce() {
        final DialogueFixture server = new DialogueFixture(PLANS.pipelining().recipients(2)).opensPipelined();
        server.replies("451 a\r\n503 b\r\n503 c\r\n503 d\r\n", Move.SEND_RSET).counts(1, 0, 1, 0);
        assertEquals(2, server.tally.replies(Phase.RCPT, 503));
    }

    @Test
    void shouldFailMessageWhenTheConnectionEnds() {
        final DialogueFixture server = inContent(new DialogueFixture(PLANS));
        server.closes(CloseReason.COMPLETED);
        server.counts(1, 0, 0, 1);
    }

    @Test
    void shouldNotFailRejectedMessageAgain() {
        final DialogueFixture server = new DialogueFixture(PLANS).opens();
        server.replies("421 closing\r\n", Move.CLOSE);
        server.closes(CloseReason.SERVICE_CLOSING);
        server.counts(1, 0, 1, 0);
        assertTrue(server.dialogue.hasOutcome());
    }

    @ParameterizedTest
    @CsvSource({"354, OUT_OF_STEP", "421, SESSION_REFUSED", "554, SESSION_REFUSED"})
    void shouldCloseWhenGreetingOrEhloIsRefusedOrStrange(int code, CloseReason reason) {
        final DialogueFixture greeting = new DialogueFixture(PLANS);
        greeting.replies(code + " x\r\n", Move.CLOSE);
        greeting.closes(reason);
        greeting.counts(0, 0, 0, 0);
        final DialogueFixture ehlo = new DialogueFixture(PLANS).replies("220 mx\r\n", Move.SEND_EHLO);
        ehlo.replies(code + " x\r\n", Move.CLOSE);
        ehlo.closes(reason);
        ehlo.counts(0, 0, 0, 0);
    }

    @Test
    void shouldFailMessageOnReplyOfTheWrongKind() {
        final DialogueFixture early = new DialogueFixture(PLANS).opens();
        early.replies("354 go\r\n", Move.CLOSE);
        early.closes(CloseReason.OUT_OF_STEP);
        early.counts(1, 0, 0, 1);
        final DialogueFixture data = new DialogueFixture(PLANS).opens().replies("250 ok\r\n", Move.SEND_RCPT);
        data.replies("250 ok\r\n", Move.SEND_DATA).replies("250 ok\r\n", Move.CLOSE);
        data.closes(CloseReason.OUT_OF_STEP);
        data.counts(1, 0, 0, 1);
    }

    @Test
    void shouldNotTakeASecondReplyForTheNextCommands() {
        final DialogueFixture server = inContent(new DialogueFixture(PLANS));
        server.replies("250 ok\r\n250 ok\r\n", Move.CLOSE).counts(1, 1, 0, 0);
        server.closes(CloseReason.OUT_OF_STEP);
        server.counts(1, 1, 0, 0);
    }

    @Test
    void shouldFailMessageOnMalformedReply() {
        final DialogueFixture server = new DialogueFixture(PLANS).opens();
        server.replies("ok\r\n", Move.CLOSE);
        server.closes(CloseReason.MALFORMED_REPLY);
        server.counts(1, 0, 0, 1);
    }

    @Test
    void shouldCloseWhenContentIsAnsweredBeforeItIsSent() {
        final DialogueFixture refused = inContent(new DialogueFixture(PLANS)).whileSending();
        refused.replies("552 too much\r\n", Move.CLOSE);
        refused.closes(CloseReason.REFUSED_WHILE_SENDING);
        refused.counts(1, 0, 1, 0);
        final DialogueFixture accepted = inContent(new DialogueFixture(PLANS)).whileSending();
        accepted.replies("250 ok\r\n", Move.CLOSE);
        accepted.closes(CloseReason.OUT_OF_STEP);
        accepted.counts(1, 0, 0, 1);
    }

    @Test
    void shouldTakeRepliesToAPipelinedEnvelopeWhileItIsBeingSent() {
        final DialogueFixture server = new DialogueFixture(PLANS.pipelining().recipients(2)).opensPipelined();
        server.whileSending().replies("250 ok\r\n250 ok\r\n", Move.AWAIT);
        server.replies("250 ok\r\n", Move.AWAIT).replies("354 go\r\n", Move.CLOSE);
        server.closes(CloseReason.OUT_OF_STEP);
    }

    @Test
    void shouldCloseWhenResetIsRefused() {
        final DialogueFixture server = new DialogueFixture(PLANS).opens().replies("550 no\r\n", Move.SEND_RSET);
        server.replies("500 what\r\n", Move.CLOSE);
        server.closes(CloseReason.RSET_REFUSED);
        server.counts(1, 0, 1, 0);
    }

    @Test
    void shouldQuitAfterTheMessagesOfAConnection() {
        inContent(new DialogueFixture(PLANS.messages(5).messagesPerConnection(1)))
                .replies("250 ok\r\n", Move.SEND_QUIT)
                .counts(1, 1, 0, 0);
    }

    @Test
    void shouldQuitWhenTimeIsOver() {
        inContent(new DialogueFixture(PLANS.messages(5).durationNs(6)))
                .replies("250 ok\r\n", Move.SEND_QUIT)
                .counts(1, 1, 0, 0);
    }

    @Test
    void shouldStandIdleUntilAMessageIsDue() {
        final DialogueFixture server =
                new DialogueFixture(PLANS.pace(RateProfile.ramp(0, 2e6, 1_000_000), Arrivals.Spacing.UNIFORM));
        server.replies("220 mx\r\n", Move.SEND_EHLO).replies("250 mx\r\n", Move.SEND_MAIL);
        server.replies("250 ok\r\n", Move.SEND_RCPT)
                .replies("250 ok\r\n", Move.SEND_DATA)
                .replies("354 go\r\n", Move.SEND_CONTENT);
        server.contentSent().replies("250 ok\r\n", Move.AWAIT).begins(Move.AWAIT);
        assertTrue(server.dialogue.isReady());
        server.after(1_000_000).begins(Move.SEND_MAIL).counts(2, 1, 0, 0);
    }

    @Test
    void shouldTimeFromThePlannedTimeAndFromTheBegin() {
        final DialogueFixture server = new DialogueFixture(PLANS.rate(1e6)).after(5000);
        server.opens();
        server.replies("250 ok\r\n", Move.SEND_RCPT)
                .replies("250 ok\r\n", Move.SEND_DATA)
                .replies("354 go\r\n", Move.SEND_CONTENT);
        server.contentSent().after(100_000).replies("250 ok\r\n", Move.SEND_MAIL);
        final Measurements measurements = server.measurements();
        final Latencies corrected = measurements.latencies(PhaseRecorder.CORRECTED);
        final Latencies uncorrected = measurements.latencies(PhaseRecorder.UNCORRECTED);
        assertEquals(1, corrected.count());
        // Greeting and EHLO, and the 5 us before, lie between the plan and the begin.
        assertEquals(5, corrected.max() - uncorrected.max(), 0.3);
        assertEquals(100, measurements.latencies(Phase.END_OF_DATA).max(), 0.3);
        assertTrue(server.accepted.contains(0));
    }

    @Test
    void shouldCountAMessageAcceptedInPartAsRejected() {
        final DialogueFixture server =
                new DialogueFixture(PLANS.pipelining().chunking().recipients(2));
        server.replies("220 mx\r\n", Move.SEND_EHLO)
                .replies("250-mx\r\n250-PIPELINING\r\n250 CHUNKING\r\n", Move.SEND_BATCH);
        server.replies("250 ok\r\n550 no\r\n250 ok\r\n250 taken\r\n", Move.SEND_RSET)
                .counts(1, 0, 1, 0);
        assertEquals(1, server.tally.acceptedInPart());
        assertEquals(0, server.accepted.count());
    }

    @Test
    void shouldFailTheRestOfABatchWhenTheConnectionEnds() {
        final DialogueFixture server =
                new DialogueFixture(PLANS.messages(9).pipelining().chunking().depth(4));
        server.replies("220 mx\r\n", Move.SEND_EHLO)
                .replies("250-mx\r\n250-PIPELINING\r\n250 CHUNKING\r\n", Move.SEND_BATCH);
        server.replies("250 ok\r\n250 ok\r\n250 taken\r\n550 no\r\n", Move.AWAIT);
        server.dialogue.onClosed(CloseReason.CONNECTION_RESET, null, 1);
        server.counts(4, 1, 1, 2);
    }

    @Test
    void shouldNotClaimBeyondTheMessagesOfAConnection() {
        final DialogueFixture server = new DialogueFixture(PLANS.messages(9)
                .messagesPerConnection(3)
                .pipelining()
                .chunking()
                .depth(4));
        server.replies("220 mx\r\n", Move.SEND_EHLO)
                .replies("250-mx\r\n250-PIPELINING\r\n250 CHUNKING\r\n", Move.SEND_BATCH);
        assertEquals(3, server.dialogue.batch().size());
        server.replies("250 ok\r\n250 ok\r\n250 ok\r\n".repeat(3), Move.SEND_QUIT)
                .counts(3, 3, 0, 0);
    }
}
