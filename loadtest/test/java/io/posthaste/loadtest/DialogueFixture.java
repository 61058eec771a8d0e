package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Steps a dialogue without a socket: {@code server.replies("250 ok", Move.SEND_RCPT)}. */
final class DialogueFixture {
    /** A reply, or several, and the move that they must lead to. */
    record Turn(String replies, Move move) {}

    final Tally tally = new Tally();
    final PhaseRecorder recorder = new PhaseRecorder();
    final Workload workload;
    final Dialogue dialogue;

    private long nowNs;
    private boolean isSending;

    DialogueFixture(Plans plans) {
        workload = new Workload(plans.plan().extent());
        dialogue = new Dialogue(plans.plan(), workload, tally, recorder);
        workload.start(0);
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
