package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.List;

/** Steps a dialogue without a socket: {@code server.replies("250 ok", Move.SEND_RCPT)}. */
final class DialogueFixture {
    /** A reply, or several, and the move that they must lead to. */
    record Turn(String replies, Move move) {}

    final Tally tally = new Tally();
    final PhaseRecorder recorder;
    final SequenceSet accepted;
    final Course course;
    final Dialogue dialogue;

    private long nowNs;
    private boolean isSending;

    DialogueFixture(Plans plans) {
        this(plans, new PhaseRecorder(), new SequenceSet());
    }

    /** With a recorder and a set of which many fixtures make use, since both are large. */
    DialogueFixture(Plans plans, PhaseRecorder recorder, SequenceSet accepted) {
        this.recorder = recorder;
        this.accepted = accepted;
        final LoadPlan plan = plans.plan();
        course = new Course(plan);
        final Workload workload = plan.pace().isPresent()
                ? new OpenLoop(plan, plan.pace().get(), course, 0)
                : new ClosedLoop(plan, course);
        final Messages messages = Messages.of(plan.traffic(), ZonedDateTime.now());
        dialogue = new Dialogue(plan, workload, tally, new Outcomes(recorder, accepted, messages, tally));
        course.start(0);
        dialogue.onOpening(nowNs);
        dialogue.onConnected(++nowNs);
    }

    /** From now on a part of what was sent last is held back. */
    DialogueFixture whileSending() {
        isSending = true;
        return this;
    }

    /** Feeds the replies, each part flush at the end of its buffer. */
    DialogueFixture replies(String replies, Move expected) {
        return replies(List.of(replies), expected);
    }

    DialogueFixture replies(List<String> parts, Move expected) {
        for (int i = 0; i < parts.size(); i++) {
            final byte[] octets = parts.get(i).getBytes(StandardCharsets.ISO_8859_1);
            final ByteBuffer input = ByteBuffer.allocateDirect(octets.length);
            Move move = dialogue.onInput(input.put(octets).flip(), ++nowNs, isSending);
            if (move == Move.BEGIN) {
                move = dialogue.begin(nowNs);
            }
            assertEquals(i == parts.size() - 1 ? expected : Move.AWAIT, move, () -> "after " + parts);
            if (move != Move.AWAIT && move != Move.CLOSE) {
                dialogue.onSending(nowNs);
            }
        }
        return this;
    }

    /** Greeting and EHLO, up to the first MAIL. */
    DialogueFixture opens() {
        return replies("220 mx\r\n", Move.SEND_EHLO).replies("250 mx\r\n", Move.SEND_MAIL);
    }

    DialogueFixture opensPipelined() {
        return replies("220 mx\r\n", Move.SEND_EHLO).replies("250-mx\r\n250 PIPELINING\r\n", Move.SEND_ENVELOPE);
    }

    /** What was recorded so far; to be asked once. */
    Measurements measurements() {
        final Measurements measurements = new Measurements(List.of(recorder));
        measurements.sample();
        return measurements;
    }

    /** The octets of the last move have all been written. */
    DialogueFixture contentSent() {
        dialogue.onContentSent(++nowNs);
        return this;
    }

    /** Time passes. */
    DialogueFixture after(long ns) {
        nowNs += ns;
        return this;
    }

    /** The connection, being free, looks whether something is due. */
    DialogueFixture begins(Move expected) {
        assertEquals(expected, dialogue.begin(nowNs));
        if (expected != Move.AWAIT) {
            dialogue.onSending(nowNs);
        }
        return this;
    }

    void counts(long sent, long accepted, long rejected, long failed) {
        assertEquals(
                List.of(sent, accepted, rejected, failed),
                List.of(tally.sent(), tally.accepted(), tally.rejected(), tally.failed()),
                "sent, accepted, rejected, failed");
    }

    void closes(CloseReason reason) {
        assertEquals(reason, dialogue.closeReason());
        dialogue.onClosed(reason, null, nowNs);
    }
}
