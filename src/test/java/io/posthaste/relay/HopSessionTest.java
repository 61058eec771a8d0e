package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.relay.TransferOutcome.End;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The session alone, without sockets: octets in, octets out. */
final class HopSessionTest {
    private static final String CONTENT = "Subject: x\r\n\r\nhello\r\n";

    private final RelayCounters counters = new RelayCounters();

    /** What the server says, one by one, and what it hears before each. */
    private static final List<String> SAID = List.of(
            "220-hi\r\n220 there\r\n",
            "250-next.example\r\n250-PIPELINING\r\n250 SIZE\r\n",
            "250 2.1.0 ok\r\n250 2.1.5 ok\r\n550-5.1.1 no\r\n550 5.1.1 cat\r\n354 go\r\n",
            "250 2.0.0 queued\r\n");

    private static final List<String> HEARD = List.of(
            "",
            "EHLO edge.example\r\n",
            "MAIL FROM:<ann@a.example> SIZE=21\r\nRCPT TO:<bob@b.example>\r\nRCPT TO:<cat@c.example>\r\nDATA\r\n",
            CONTENT + ".\r\n");

    @Test
    void shouldUnderstandTheServerHoweverItsOctetsAreCut() {
        for (int cutIn = 0; cutIn < SAID.size(); cutIn++) {
            final int length = SAID.get(cutIn).length();
            for (int first = 0; first <= length; first++) {
                for (int second = first; second <= length; second++) {
                    runCut(cutIn, first, second);
                }
            }
        }
    }

    private void runCut(final int cutIn, final int first, final int second) {
        final HopSession session = session();
        final TestMessage message = TestMessage.to("bob@b.example", "cat@c.example");
        String ahead = "";
        for (int i = 0; i < SAID.size(); i++) {
            final String said = SAID.get(i);
            final String where = "reply " + i + " cut at " + first + " and " + second;
            if (session.isReady()) {
                session.begin(message, 0);
            }
            assertEquals(HEARD.get(i), ahead + heard(session), where);
            ahead = "";
            if (i == cutIn) {
                say(session, said.substring(0, first));
                final String early = heard(session);
                say(session, said.substring(first, second));
                final String later = heard(session);
                // Only once all of it is here is there something to say to it.
                if (second < said.length()) {
                    assertEquals("", early + later, where);
                }
                say(session, said.substring(second));
                ahead = early + later;
            } else {
                say(session, said);
            }
        }
        final HopTransaction finished = session.takeFinished();
        assertNotNull(finished);
        assertEquals(
                "[250 2.0.0 queued, 550 5.1.1 no cat]",
                finished.outcome().replies().toString());
        assertTrue(session.isReady());
    }

    /**
     * A server that says anything at any time, breaks off or falls silent. Whatever it does: the message ends exactly once, and
     * no recipient counts as delivered unless the whole content was out before a 2yz came.
     */
    @Test
    void shouldNeverBelieveMoreThanWasSaidBehindTheEnd() {
        final Random random = new Random(20261122);
        int delivered = 0;
        int uncertain = 0;
        int ended = 0;
        for (int round = 0; round < 30_000; round++) {
            final boolean isLmtp = random.nextInt(4) == 0;
            final HopSession session = session(isLmtp);
            final boolean isAllOrNothing = random.nextBoolean();
            final TestMessage message = random.nextBoolean()
                    ? TestMessage.to("bob@b.example")
                    : TestMessage.to("bob@b.example", "cat@c.example");
            if (isAllOrNothing) {
                message.allOrNothing();
            }
            final StringBuilder heard = new StringBuilder();
            boolean isBegun = false;
            TransferOutcome outcome = null;
            int positiveBehindEnd = 0;
            for (int turn = 0; turn < 60 && !session.isEnded() && outcome == null; turn++) {
                if (session.isReady() && !isBegun) {
                    session.begin(message, 0);
                    isBegun = true;
                    heard.setLength(0);
                }
                heard.append(heard(session, random.nextInt(3) == 0 ? 8 + random.nextInt(40) : 4096));
                final boolean isEndOut = isContentOut(heard.toString());
                final String said = said(random, heard.toString(), session.state(), isBegun);
                if (said == null) {
                    session.fail(HopReply.ours(451, "4.4.2", "gone"), true);
                } else if (said.equals("silence")) {
                    session.onTimeout();
                } else {
                    if (isEndOut && said.startsWith("2")) {
                        positiveBehindEnd++;
                    }
                    say(session, said);
                }
                final HopTransaction finished = session.takeFinished();
                if (finished != null) {
                    outcome = finished.outcome();
                    assertEquals(message.recipients().size(), outcome.replies().size());
                    final long positive = outcome.replies().stream()
                            .filter(HopReply::isPositive)
                            .count();
                    assertTrue(positive == 0 || positiveBehindEnd > 0, heard::toString);
                    assertTrue(isLmtp ? positive <= positiveBehindEnd : positive == 0 || isEndOut, heard::toString);
                    delivered += positive > 0 ? 1 : 0;
                    uncertain += outcome.end() == End.UNCERTAIN ? 1 : 0;
                    assertTrue(outcome.end() != End.UNCERTAIN || isEndOut, heard::toString);
                }
            }
            if (isBegun && outcome == null) {
                session.fail(HopReply.ours(451, "4.4.2", "gone"), true);
                final HopTransaction last = session.takeFinished();
                assertNotNull(last, "a message without an end");
                assertFalse(last.outcome().isDelivered());
            }
            ended += session.isEnded() ? 1 : 0;
            assertNull(session.takeFinished());
        }
        final String counts = delivered + " delivered, " + uncertain + " uncertain, " + ended + " ended";
        assertTrue(delivered > 1000 && uncertain > 100 && ended > 3000, counts);
    }

    /** Mostly what a server would say now, at times anything. */
    private static String said(
            final Random random, final String heard, final HopSession.State state, final boolean isBegun) {
        switch (random.nextInt(40)) {
            case 0:
                return null;
            case 1:
                return "silence";
            case 2:
                return "garbage\r\n";
            case 3:
                return "421 4.3.2 bye\r\n";
            case 4:
                return "250 2.0.0 anything\r\n";
            case 5:
                return "354 go\r\n";
            case 6:
                return "451 4.3.0 later\r\n";
            case 7:
                return "550 5.7.1 never\r\n";
            default:
                break;
        }
        if (state == HopSession.State.EXPECT_GREETING) {
            return "220 hi\r\n";
        }
        if (!isBegun) {
            return switch (random.nextInt(3)) {
                case 0 -> "250 next.example\r\n";
                case 1 -> "250-next.example\r\n250 PIPELINING\r\n";
                default -> "250-next.example\r\n250-PIPELINING\r\n250 CHUNKING\r\n";
            };
        }
        if (heard.endsWith("DATA\r\n")) {
            // Answers to all that came together with it.
            return random.nextInt(2) == 0 ? "354 go\r\n" : "250 2.1.0 ok\r\n";
        }
        return random.nextInt(6) == 0 ? "452 4.2.2 full\r\n" : "250 2.0.0 ok\r\n";
    }

    private static boolean isContentOut(final String heard) {
        return heard.contains(CONTENT + ".\r\n") || heard.contains(" LAST\r\n" + CONTENT);
    }

    private HopSession session() {
        return session(false);
    }

    private HopSession session(final boolean isLmtp) {
        return new HopSession(isLmtp, "edge.example", "next.example:25", TlsMode.OFF, counters, 0);
    }

    private static void say(final HopSession session, final String octets) {
        session.consume(ByteBuffer.wrap(octets.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static String heard(final HopSession session) {
        return heard(session, 4096);
    }

    /** What comes out until nothing more does, a buffer of so many octets at a time; small ones at most once. */
    private static String heard(final HopSession session, final int room) {
        final StringBuilder heard = new StringBuilder();
        final ByteBuffer out = ByteBuffer.allocate(4096);
        out.limit(Math.max(room, 100));
        session.putTo(out);
        session.onFlushed();
        while (out.position() > 0) {
            heard.append(StandardCharsets.ISO_8859_1.decode(out.flip()));
            session.onProgress(0);
            session.onFlushed();
            out.clear().limit(Math.max(room, 100));
            session.putTo(out);
            session.onFlushed();
        }
        return heard.toString();
    }
}
