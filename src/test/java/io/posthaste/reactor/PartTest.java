package io.posthaste.reactor;

import static io.posthaste.reactor.Dialogue.that;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.BareNewline;
import io.posthaste.session.TransactionOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A content that goes to the delivery in parts: the client notices nothing of it, whatever becomes of it. */
final class PartTest {
    private static final int LARGE = 1_000;
    private static final String NEXT = "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nnext\r\n.\r\n";
    /** More than is kept. */
    private static final String PART = "x".repeat(78) + "\r\n" + "y".repeat(LARGE) + "\r\n";

    private House house = new House(Setup.QUEUED).takesParts(LARGE);

    @AfterEach
    void everythingIsHome() {
        house.close();
        assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
    }

    private void furnish(final Setup setup, final long largeOctets) {
        house.close();
        house = new House(setup).takesParts(largeOctets);
    }

    // ---- taken

    @Test
    void shouldGiveBackItsMemoryWithEachPart() {
        final Client client = house.connect().startsData();
        for (int i = 0; i < 10; i++) {
            client.sendsOctets(PART).repliesNothing();
            assertEquals(PART, house.polls().content());
            house.completes(DeliveryStatus.ACCEPTED);
            client.repliesNothing();
            assertTrue(house.memoryInUse() <= Block.SMALL, () -> house.memoryInUse() + " octets with part");
        }
        client.sends("end", ".").repliesNothing();
        house.polls();
        house.completes(DeliveryStatus.ACCEPTED);
        client.replies(250).isOpen();
        assertEquals(PART.repeat(10) + "end\r\n", house.received.get(0).content());
        assertEquals(10L * PART.length() + 5, house.received.get(0).contentLength());
        assertEquals(10, house.partCount);
        assertEquals(10, house.count(Counter.CONTENT_PARTS));
        assertEquals(1, house.count(Counter.CONTENTS_IN_PARTS));
        assertEquals(10L * PART.length() + 5, house.count(Counter.CONTENT_OCTETS));
    }

    @Test
    void shouldReadNoMoreWhileAPartIsTaken() {
        final Client client = house.connect().startsData().sendsOctets(PART).isReadFrom(true);
        client.sendsOctets(PART).isReadFrom(false);
        assertEquals(PART.length(), client.channel.unread());
        house.polls();
        house.completes(DeliveryStatus.ACCEPTED);
        client.isReadFrom(true);
        assertEquals(0, client.channel.unread());
        house.deliversAll();
        client.sendsOctets(".\r\n" + NEXT);
        house.deliversAll();
        client.replies(250, 250, 250, 354, 250);
        assertEquals(PART + PART, house.received.get(0).content());
        assertEquals("next\r\n", house.received.get(1).content());
    }

    @Test
    void shouldTakePartsOfAnyLengthStraightFromTheSocket() {
        furnish(Setup.QUEUED.withMemory(2L << 20), 100_000);
        final String content = ContentTest.content(1_500_000, 7);
        final Client client = house.connect().startsData();
        client.sendsOctets(ContentTest.stuffed(content) + ".\r\n");
        house.deliversAll();
        client.replies(250);
        assertEquals(content, house.received.get(0).content());
        assertTrue(house.partCount >= 9, () -> "parts " + house.partCount);
        assertEquals(0, house.count(Counter.MEMORY_WAITS));
    }

    @Test
    void shouldHandOffLessWhileMemoryIsScarce() {
        furnish(Setup.QUEUED.withMemory(4L << 20), 1L << 20);
        final Client greedy = house.connect().startsData().sendsOctets(("x".repeat(998) + "\r\n").repeat(900));
        final Client second = house.connect().startsData().sendsOctets(("x".repeat(998) + "\r\n").repeat(900));
        assertEquals(0, house.partCount + house.queue.size());
        final Client third = house.connect().startsData().sendsOctets(("y".repeat(998) + "\r\n").repeat(900));
        house.deliversAll();
        assertTrue(house.partCount > 5, () -> "parts " + house.partCount);
        assertTrue(house.memoryInUse() < (5L << 19), () -> house.memoryInUse() + " octets in use");
        for (final Client client : List.of(greedy, second, third)) {
            client.sends(".");
            house.deliversAll();
            client.replies(250);
        }
        assertEquals(0, house.count(Counter.MEMORY_WAITS));
        house.received.forEach(
                message -> assertEquals(900_000, message.content().length()));
    }

    @Test
    void shouldHandOffHoweverLittleBeforeWaitingForMemory() {
        furnish(Setup.QUEUED.withMemory(2L << 20), 1L << 20);
        final List<Client> clients = new ArrayList<>();
        final String begin = ("x".repeat(998) + "\r\n").repeat(20);
        while (!house.context.isShortOfMemory()) {
            clients.add(house.connect().startsData().sendsOctets(begin));
        }
        assertTrue(clients.size() > 10, () -> "clients " + clients.size());
        for (final Client client : clients) {
            client.sendsOctets("end\r\n.\r\n");
            house.deliversAll();
        }
        for (final Client client : clients) {
            house.deliversAll();
            client.replies(250);
        }
        assertTrue(house.partCount > 0);
        assertEquals(0, house.count(Counter.LIMIT_MEMORY));
        house.received.forEach(message -> assertEquals(begin + "end\r\n", message.content()));
        assertEquals(clients.size(), house.received.size());
    }

    // ---- not taken

    @Test
    void shouldAnswerAtTheEndWhatAPartWasAnswered() {
        final Client client = house.connect().startsData();
        final DeliveryStatus[] answers = {
            DeliveryStatus.INSUFFICIENT_STORAGE, DeliveryStatus.FAILED_TEMPORARILY, DeliveryStatus.REJECTED
        };
        final String[] replies = {"452 4.3.1 Insufficient storage", "451 4.3.0 ", "554 5.3.0 "};
        for (int i = 0; i < answers.length; i++) {
            client.sendsOctets(PART);
            house.polls();
            house.completes(DeliveryStatus.ACCEPTED);
            client.sendsOctets(PART);
            house.polls();
            house.completes(answers[i]);
            client.sendsOctets(PART + PART + PART).repliesNothing();
            assertTrue(house.queue.isEmpty(), "the rest is swallowed");
            assertEquals(0, house.memoryInUse() / Block.LARGE);
            client.sendsOctets(".\r\n");
            assertTrue(client.lastReply().startsWith(replies[i]), client.lastReply());
            client.replies(Integer.parseInt(replies[i].substring(0, 3)));
            client.sendsOctets(NEXT);
            house.deliversAll();
            client.replies(250, 250, 354, 250);
            client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA").replies(250, 250, 354);
        }
        assertEquals(1, house.count(Counter.LIMIT_STORAGE));
        assertEquals(2, house.count(Counter.MESSAGES_FAILED_TEMPORARILY));
        assertEquals(1, house.count(Counter.MESSAGES_REJECTED));
        assertEquals(0, house.abandonedCount, "it keeps nothing that it has refused");
        assertEquals(
                List.of(
                        TransactionOutcome.FAILED_TEMPORARILY,
                        TransactionOutcome.ACCEPTED,
                        TransactionOutcome.FAILED_TEMPORARILY,
                        TransactionOutcome.ACCEPTED,
                        TransactionOutcome.REJECTED,
                        TransactionOutcome.ACCEPTED),
                house.outcomes);
    }

    @Test
    void shouldAnswerAChunkWhenItsPartIsTaken() {
        final Client client = house.connect();
        client.sends("EHLO client.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>")
                .replies(220, 250, 250, 250);
        final String chunk = "BDAT " + PART.length() + "\r\n" + PART;
        client.sendsOctets(chunk + "NOOP\r\n").repliesNothing();
        house.polls();
        house.completes(DeliveryStatus.ACCEPTED);
        client.replies(250, 250);
        client.sendsOctets(chunk + chunk + "BDAT 0 LAST\r\n" + NEXT).repliesNothing();
        house.polls();
        house.completes(DeliveryStatus.INSUFFICIENT_STORAGE);
        client.replies(452, 503, 503, 250, 250, 354);
        house.deliversAll();
        client.replies(250);
    }

    @Test
    void shouldHaveDroppedWhatItRefusesItself() {
        furnish(Setup.QUEUED.withLimits(Setup.QUEUED.limits().withMessageOctets(3L * LARGE)), LARGE);
        final Client client = house.connect().startsData().sendsOctets(PART);
        house.deliversAll();
        client.sendsOctets(PART);
        house.deliversAll();
        client.sendsOctets(PART + ".\r\n");
        client.replies(552);
        house.deliversAll();
        assertEquals(1, house.abandonedCount);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA").replies(250, 250, 354);
        client.sendsOctets(PART);
        house.deliversAll();
        client.sendsOctets("bare\n.\r\n").repliesNothing().sends("", ".").replies(550);
        house.deliversAll();
        assertEquals(2, house.abandonedCount);
        assertEquals(List.of(TransactionOutcome.REFUSED, TransactionOutcome.REFUSED), house.outcomes);
        assertEquals(List.of(), house.received);
    }

    // ---- given up

    @Test
    void shouldDropWhatTheClientGivesUp() {
        final Client resetting = house.connect();
        resetting
                .sends("EHLO client.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>")
                .replies(220, 250, 250, 250);
        resetting.sendsOctets("BDAT " + PART.length() + "\r\n" + PART);
        house.deliversAll();
        resetting.replies(250).sends("RSET").replies(250);
        assertEquals(1, house.queue.size());
        house.deliversAll();
        assertEquals(1, house.abandonedCount);

        final Client closing = house.connect().startsData().sendsOctets(PART);
        house.deliversAll();
        closing.closes().isClosed();
        house.deliversAll();
        final Client breaking = house.connect().startsData().sendsOctets(PART);
        house.polls();
        house.completes(DeliveryStatus.ACCEPTED);
        breaking.resets().isClosed();
        house.deliversAll();
        assertEquals(3, house.abandonedCount);
        assertEquals(
                List.of(TransactionOutcome.ABORTED, TransactionOutcome.ABORTED, TransactionOutcome.ABORTED),
                house.outcomes);
    }

    @Test
    void shouldDropWhatComesBackToNobody() {
        final Client client = house.connect().startsData().sendsOctets(PART);
        house.polls();
        client.isClosedFor(CloseReason.WRITE_TIMEOUT);
        assertEquals(List.of(), house.outcomes);
        house.completes(DeliveryStatus.ACCEPTED);
        assertEquals(List.of(TransactionOutcome.ABORTED), house.outcomes);
        house.deliversAll();
        assertEquals(1, house.abandonedCount);

        final Client refused = house.connect().startsData().sendsOctets(PART);
        house.polls();
        refused.isClosedFor(CloseReason.WRITE_TIMEOUT);
        house.completes(DeliveryStatus.FAILED_TEMPORARILY);
        assertTrue(house.queue.isEmpty(), "it keeps nothing that it has refused");
        assertEquals(2, house.outcomes.size());
    }

    @Test
    void shouldNoticeAClientThatClosedMeanwhile() {
        final Client client = house.connect().startsData().sendsOctets(PART).closes();
        client.isOpen();
        house.polls();
        house.completes(DeliveryStatus.ACCEPTED);
        client.isClosed();
        assertEquals(1, house.closes(CloseReason.PEER_CLOSED_IN_TRANSACTION));
        house.deliversAll();
        assertEquals(1, house.abandonedCount);

        final Client reset =
                house.connect().startsData().sendsOctets(PART).resets().isOpen();
        house.polls();
        house.completes(DeliveryStatus.ACCEPTED);
        reset.isClosed();
        assertEquals(1, house.closes(CloseReason.CONNECTION_RESET));
        house.deliversAll();
        assertEquals(2, house.abandonedCount);
    }

    @Test
    void shouldGiveUpAClientThatSendsNoMore() {
        final Client client = house.connect().startsData().sendsOctets(PART);
        final long timeoutNs = house.setup.limits().dataTimeoutNs();
        house.polls();
        house.passes(3 * timeoutNs);
        client.repliesNothing().isOpen();
        house.completes(DeliveryStatus.ACCEPTED);
        house.passes(timeoutNs - 2 * Deadlines.TICK_NS);
        client.repliesNothing();
        house.passes(4 * Deadlines.TICK_NS);
        client.replies(421);
        assertEquals(1, house.count(Counter.CONTENT_PARTS));
        house.deliversAll();
        assertEquals(1, house.abandonedCount);
        assertEquals(List.of(TransactionOutcome.ABORTED), house.outcomes);
    }

    // ---- no room

    @Test
    void shouldWaitForRoomForAPart() {
        furnish(Setup.QUEUED.withQueue(2), LARGE);
        house.connect().startsData().sends("1", ".");
        house.connect().startsData().sends("2", ".");
        final Client client = house.connect().startsData().sendsOctets(PART);
        client.sendsOctets(".\r\nNOOP\r\n").repliesNothing();
        assertEquals(1, house.context.awaitingRoom.size());
        house.deliversAll();
        house.deliversAll();
        client.replies(250, 250);
        assertEquals(PART, house.received.get(2).content());
        assertEquals(1, house.count(Counter.CONTENT_PARTS));
    }

    @Test
    void shouldRefuseAContentForWhichThereIsNoRoomInTime() {
        furnish(Setup.QUEUED.withQueue(2), LARGE);
        final Client begun = house.connect().startsData().sendsOctets(PART);
        house.deliversAll();
        house.connect().startsData().sends("1", ".");
        house.connect().startsData().sends("2", ".");
        final Client fresh = house.connect().startsData().sendsOctets(PART);
        begun.sendsOctets(PART);
        final Client chunked = house.connect();
        chunked.sends("EHLO client.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>")
                .replies(220, 250, 250, 250);
        chunked.sendsOctets("BDAT " + PART.length() + "\r\n" + PART + "NOOP\r\n")
                .repliesNothing();
        house.passes(house.setup.limits().handOffTimeoutNs());
        chunked.replies(451, 250);
        for (final Client client : List.of(begun, fresh)) {
            client.repliesNothing()
                    .sendsOctets(PART + PART)
                    .repliesNothing()
                    .sends(".")
                    .replies(451);
            assertEquals("451 4.3.2", client.lastReply().substring(0, 9));
        }
        assertEquals(3, house.count(Counter.LIMIT_HAND_OFF));
        house.deliversAll();
        house.steps();
        house.deliversAll();
        assertEquals(1, house.abandonedCount, "told when there is room again");
    }

    // ---- the end of the server

    @Test
    void shouldFinishAContentWhenTheServerStops() {
        final Client client = house.connect().startsData().sendsOctets(PART);
        house.polls();
        client.drain();
        house.completes(DeliveryStatus.ACCEPTED);
        client.sendsOctets(PART);
        house.deliversAll();
        client.repliesNothing().sends(".");
        house.deliversAll();
        client.replies(250, 421);
        assertEquals(PART + PART, house.received.get(0).content());
    }

    @Test
    void shouldDropAContentThatTheServerCannotWaitFor() {
        final Client waiting = house.connect().startsData().sendsOctets(PART);
        house.polls();
        house.reactor.requestDrain();
        house.steps();
        waiting.isOpen();
        house.completes(DeliveryStatus.ACCEPTED);
        waiting.isClosedFor(CloseReason.SHUTDOWN);
        house.deliversAll();
        assertEquals(1, house.abandonedCount);
        house.steps();
        assertTrue(house.reactor.isDrained());
    }

    // ---- every dialogue at every split

    @ParameterizedTest(name = "{0}")
    @MethodSource("dialogues")
    void shouldAnswerAndDeliverAsWithoutParts(final Dialogue dialogue) {
        for (final int octets : new int[] {1, 2, 7, 40}) {
            DialogueRunner.run(dialogue, new House(dialogue.setup).takesParts(octets));
        }
    }

    private static Stream<Dialogue> dialogues() {
        return Stream.of(Setup.INLINE, Setup.QUEUED).flatMap(PartTest::dialogues);
    }

    private static Stream<Dialogue> dialogues(final Setup setup) {
        final String mail = "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n";
        return Stream.of(
                that("dots")
                        .with(setup)
                        .greets()
                        .passesMail("..a\r\n..\r\n\r\n...\r\nb.\r\n.\r\n", ".a\r\n.\r\n\r\n..\r\nb.\r\n")
                        .passesMail("second\r\n.\r\n", "second\r\n")
                        .quits(),
                that("a bare CR and an end that is none")
                        .with(setup.withBareNewline(BareNewline.ACCEPT))
                        .greets()
                        .passesMail("a\rb\r\n.\r.\n\r\n.\r\n", "a\rb\r\n\r.\n\r\n"),
                that("normalized")
                        .with(setup.withBareNewline(BareNewline.NORMALIZE))
                        .greets()
                        .passesMail("a\rb\nc\r\n\n\n.\r\n.\r\n", "a\r\nb\r\nc\r\n\r\n\r\n.\r\n"),
                that("refused for a bare LF")
                        .with(setup)
                        .greets()
                        .sendsOctets(mail + "DATA\r\nsome lines\r\nbefore it\r\n\nand\r\nbehind\r\n.\r\n")
                        .replies(250, 250, 354, 550)
                        .passesMail("next\r\n.\r\n", "next\r\n"),
                that("refused for its size")
                        .with(setup.withLimits(setup.limits().withMessageOctets(30)))
                        .greets()
                        .sendsOctets(mail + "DATA\r\n" + "too long\r\n".repeat(5) + ".\r\n")
                        .replies(250, 250, 354, 552)
                        .passesMail("next\r\n.\r\n", "next\r\n"),
                that("chunks")
                        .with(setup)
                        .greets()
                        .sendsOctets(mail + "BDAT 1\r\naBDAT 4\r\nbc\r\nBDAT 0\r\nBDAT 3\r\n.\r\nBDAT 4\r\nd\r\n")
                        .sendsOctets("eBDAT 2 LAST\r\n\r\n")
                        .replies(250, 250, 250, 250, 250, 250, 250, 250)
                        .delivers("abc\r\n.\r\nd\r\ne\r\n")
                        .passesMail("next\r\n.\r\n", "next\r\n"),
                that("chunks given up")
                        .with(setup)
                        .greets()
                        .sendsOctets(mail + "BDAT 9\r\nchunk of BDAT 7\r\nwhich\r\nRSET\r\n")
                        .replies(250, 250, 250, 250, 250)
                        .passesMail("next\r\n.\r\n", "next\r\n"),
                that("a chunk too many")
                        .with(setup.withLimits(setup.limits().withMessageOctets(20)))
                        .greets()
                        .sendsOctets(mail + "BDAT 9\r\nchunk of BDAT 12\r\n123456789012BDAT 1 LAST\r\nx")
                        .replies(250, 250, 250, 552, 503)
                        .passesMail("next\r\n.\r\n", "next\r\n"),
                that("binary chunks")
                        .with(setup)
                        .greets()
                        .sends("MAIL FROM:<a@b.test> BODY=BINARYMIME", "RCPT TO:<c@d.test>")
                        .replies(250, 250)
                        .sendsOctets("BDAT 6\r\n\n.\r\0\r.BDAT 3 LAST\r\n\r\n\n")
                        .replies(250, 250)
                        .delivers("\n.\r\0\r.\r\n\n")
                        .declaring("BINARYMIME"));
    }
}
