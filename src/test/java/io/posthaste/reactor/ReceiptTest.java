package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.session.TransactionOutcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection whose message is with the delivery, or waits to get there. */
final class ReceiptTest {
    private static final String NEXT = "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nnext\r\n.\r\n";

    private House house = new House(Setup.QUEUED);

    @AfterEach
    void everythingIsHome() {
        house.close();
        assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
    }

    private void furnish(final Setup setup) {
        house.close();
        house = new House(setup);
    }

    // ---- awaiting the receipt

    @Test
    void shouldAnswerOnlyWhenTheReceiptIsBack() {
        final Client client = house.connect().startsData().sends("x", ".").repliesNothing();
        house.steps();
        house.polls();
        house.steps();
        client.repliesNothing();
        house.completes(DeliveryStatus.ACCEPTED);
        client.replies(250);
        assertEquals("250 2.0.0 OK id=" + house.received.get(0).id() + "\r\n", client.lastReply());
        assertEquals(List.of(TransactionOutcome.ACCEPTED), house.outcomes);
        assertEquals(1, house.count(Counter.MESSAGES_ACCEPTED));
        assertEquals(3, house.count(Counter.CONTENT_OCTETS));
    }

    @Test
    void shouldTellWhatTheDeliveryAnswered() {
        final Client client = house.connect().startsData().sends("x", ".");
        house.polls();
        house.completes(DeliveryStatus.FAILED_TEMPORARILY);
        client.replies(451).sendsOctets(NEXT).replies(250, 250, 354);
        house.polls();
        house.completes(DeliveryStatus.REJECTED);
        client.replies(554).sendsOctets(NEXT).replies(250, 250, 354);
        house.deliversAll();
        client.replies(250);
        assertEquals(
                List.of(
                        TransactionOutcome.FAILED_TEMPORARILY,
                        TransactionOutcome.REJECTED,
                        TransactionOutcome.ACCEPTED),
                house.outcomes);
    }

    @Test
    void shouldKeepPipelinedInputAndTheOrderOfReplies() {
        final Client client = house.connect().startsData();
        client.sendsOctets("x\r\n.\r\n" + NEXT + "NOOP\r\nHELP\r\nNO").repliesNothing();
        client.sendsOctets("OP\r\nQUIT\r\n").repliesNothing();
        house.polls();
        house.completes(DeliveryStatus.REJECTED);
        client.replies(554, 250, 250, 354);
        house.polls();
        house.completes(DeliveryStatus.ACCEPTED);
        client.replies(250, 250, 214, 250, 221).isClosed();
        assertEquals("next\r\n", house.received.get(1).content());
    }

    @Test
    void shouldWithdrawReadInterestOnlyWhenOctetsArrive() {
        final Client client = house.connect().startsData();
        final int changes = client.key.changes();
        client.sends("x", ".").isReadFrom(true);
        house.polls();
        house.completes(DeliveryStatus.ACCEPTED);
        client.replies(250).isReadFrom(true);
        assertEquals(changes, client.key.changes(), "changes of interest");

        client.sendsOctets(NEXT).isReadFrom(true);
        client.sends("NOOP").isReadFrom(false);
        assertEquals(6, client.channel.unread(), "octets left in the socket");
        house.deliversAll();
        client.isReadFrom(true).replies(250, 250, 354, 250, 250);
        assertEquals(changes + 2, client.key.changes(), "changes of interest");
    }

    @Test
    void shouldNoticeAClientThatClosedMeanwhileWhenTheReceiptIsBack() {
        final Client client = house.connect().startsData().sends("x", ".").closes();
        client.isOpen().isReadFrom(false);
        house.polls();
        house.completes(DeliveryStatus.ACCEPTED);
        client.isClosed().replies(250);
        assertEquals(1, house.closes(CloseReason.PEER_CLOSED));
    }

    @Test
    void shouldAnswerAClientThatOnlyClosedItsSendingSide() {
        final Client client = house.connect().startsData();
        client.channel.feed("x\r\n.\r\nNOOP\r\nQUIT\r\n".getBytes(), 0, 18);
        client.closes();
        house.deliversAll();
        client.replies(250, 250, 221).isClosed();
    }

    @Test
    void shouldSettleTheReceiptOfALostConnectionUnheard() {
        for (final DeliveryStatus status : DeliveryStatus.values()) {
            final Client client = house.connect().startsData().sends("x", ".");
            house.polls();
            client.vanishes();
            assertEquals(1, house.envelopes.inUse(), "the envelope is the delivery's");
            house.completes(status);
            assertEquals(0, house.envelopes.inUse());
        }
        assertEquals(
                List.of(
                        TransactionOutcome.ACCEPTED_UNHEARD,
                        TransactionOutcome.FAILED_UNHEARD,
                        TransactionOutcome.FAILED_UNHEARD,
                        TransactionOutcome.FAILED_UNHEARD),
                house.outcomes);
        assertEquals(1, house.count(Counter.MESSAGES_ACCEPTED_UNHEARD));
        assertEquals(0, house.count(Counter.MESSAGES_ACCEPTED));
    }

    @Test
    void shouldNotGiveAReceiptToTheNextUserOfTheConnectionObject() {
        final Client lost = house.connect().startsData().sends("x", ".");
        house.polls();
        lost.vanishes();
        final Client next = house.connect().startsData().sends("y", ".");
        house.completes(DeliveryStatus.ACCEPTED);
        next.repliesNothing();
        house.deliversAll();
        next.replies(250);
    }

    @Test
    void shouldNotReuseStateOfAFormerConnection() {
        house.connect().startsData().sendsOctets("half a mess").vanishes();
        house.connect().sendsOctets("half a comm").vanishes();
        house.connect().sendsOctets("x".repeat(5000)).vanishes();
        house.connect().sends("EHLO a", "MAIL FROM:<>", "RCPT TO:<c@d>").vanishes();
        final Client client = house.connect().replies(220);
        client.sends("NOOP", "MAIL FROM:<>").replies(250, 503);
        client.sends("EHLO client.test").sendsOctets(NEXT).replies(250, 250, 250, 354);
        assertEquals("next\r\n", house.polls().content());
    }

    @Test
    void shouldServeManyConnectionsWhateverTheOrderOfReceipts() {
        final List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(house.connect().startsData().sends("message " + i, ".", "NOOP"));
        }
        for (int i = 0; i < 8; i++) {
            house.polls();
        }
        final List<io.posthaste.envelope.Envelope> shuffled = new ArrayList<>(house.polled);
        Collections.reverse(shuffled);
        house.polled.clear();
        house.polled.addAll(shuffled);
        for (int i = 7; i >= 0; i--) {
            house.completes(DeliveryStatus.ACCEPTED);
            clients.get(i).replies(250, 250);
        }
    }

    /** The client reads nothing while its receipt comes back, then everything: what it sent ahead must not be forgotten. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 50, 99, 100, 1000})
    void shouldGoOnWithKeptInputHoweverTheReplyIsWritten(final int firstWrite) {
        final Client client = house.connect().startsData();
        client.channel.writesTake(firstWrite, Integer.MAX_VALUE);
        client.sends("x", ".", "NOOP", "HELP", "NOOP");
        house.deliversAll();
        client.replies(250, 250, 214, 250);
    }

    @Test
    void shouldGoOnWhenUnsentRepliesLeaveTogetherWithTheReceipt() {
        final Client client = house.connect().replies(220).stopsReading();
        client.sendsOctets("EHLO client.test\r\n" + NEXT + "NOOP\r\nQUIT\r\n");
        house.polls();
        // Room again, found by the reply itself before the selector tells.
        client.channel.writesTake(Integer.MAX_VALUE);
        house.completes(DeliveryStatus.ACCEPTED);
        client.replies(250, 250, 250, 354, 250, 250, 221).isClosed();
    }

    @Test
    void shouldWaitForAReaderWhoseReceiptIsBack() {
        final Client client = house.connect().replies(220).stopsReading();
        client.sendsOctets("EHLO client.test\r\n" + NEXT + "NOOP\r\n");
        house.deliversAll();
        client.repliesNothing().isReadFrom(false);
        client.readsAgain().replies(250, 250, 250, 354, 250, 250).isReadFrom(true);
    }

    @Test
    void shouldSettleTheReceiptOfAClientThatResetMeanwhile() {
        final Client client = house.connect().startsData().sends("x", ".").resets();
        client.isOpen().isReadFrom(false);
        house.deliversAll();
        client.isClosed().repliesNothing();
        assertEquals(1, house.closes(CloseReason.CONNECTION_RESET));
        assertEquals(List.of(TransactionOutcome.ACCEPTED), house.outcomes);
    }

    @Test
    void shouldCloseAClientThatReadsNothingWhileItsReceiptIsAwaited() {
        final Client client = house.connect().replies(220).stopsReading();
        client.sendsOctets("EHLO client.test\r\n" + NEXT);
        house.polls();
        house.passes(Setup.WRITE_TIMEOUT_NS + 2 * Deadlines.TICK_NS);
        client.isClosed();
        assertEquals(1, house.closes(CloseReason.WRITE_TIMEOUT));
        house.completes(DeliveryStatus.ACCEPTED);
        assertEquals(List.of(TransactionOutcome.ACCEPTED_UNHEARD), house.outcomes);
    }

    // ---- the queue is full

    @Test
    void shouldWaitForRoomAndThenBeAccepted() {
        furnish(Setup.QUEUED.withQueue(2));
        final List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clients.add(house.connect().startsData().sends("message " + i, ".", "NOOP"));
        }
        house.steps();
        assertEquals(3, house.context.awaitingRoom.size());
        assertEquals(3, house.count(Counter.HAND_OFF_WAITS));
        for (int i = 0; i < 5; i++) {
            assertEquals("message " + i + "\r\n", house.polls().content(), "first come, first served");
            house.completes(DeliveryStatus.ACCEPTED);
            clients.get(i).replies(250, 250);
        }
        assertTrue(house.context.awaitingRoom.isEmpty());
    }

    @Test
    void shouldGiveUpWaitingForRoomExactlyAtTheLimit() {
        furnish(Setup.QUEUED.withQueue(2));
        house.connect().startsData().sends("1", ".");
        house.connect().startsData().sends("2", ".");
        final Client client = house.connect().startsData().sends("3", ".", "NOOP");
        final long timeoutNs = house.setup.limits().handOffTimeoutNs();
        house.passes(timeoutNs - 1);
        client.repliesNothing();
        house.passes(1);
        client.replies(451, 250);
        assertEquals("451 4.3.2", client.allReplies().get(5).substring(0, 9));
        assertEquals(1, house.count(Counter.LIMIT_HAND_OFF));
        house.deliversAll();
        client.sendsOctets(NEXT).replies(250, 250, 354);
        house.deliversAll();
        client.replies(250);
    }

    @Test
    void shouldForgetAConnectionThatIsLostWhileWaitingForRoom() {
        furnish(Setup.QUEUED.withQueue(2));
        house.connect().startsData().sends("1", ".");
        house.connect().startsData().sends("2", ".");
        final Client waiting = house.connect().startsData().sends("3", ".");
        final Client closing = house.connect().startsData().sends("4", ".").closes();
        waiting.vanishes();
        closing.isOpen();
        assertEquals(1, house.context.awaitingRoom.size());
        house.deliversAll();
        closing.replies(250).isClosed();
        assertEquals(3, house.received.size());
    }

    @Test
    void shouldWaitForRoomAgainWithTheNextMessage() {
        furnish(Setup.QUEUED.withQueue(2));
        final Client first = house.connect().startsData().sendsOctets("1\r\n.\r\n" + NEXT + NEXT);
        final Client second = house.connect().startsData().sendsOctets("2\r\n.\r\n" + NEXT + NEXT);
        final Client third = house.connect().startsData().sendsOctets("3\r\n.\r\n" + NEXT + NEXT);
        house.deliversAll();
        house.deliversAll();
        for (final Client client : List.of(first, second, third)) {
            client.replies(250, 250, 250, 354, 250, 250, 250, 354, 250);
        }
        assertEquals(9, house.received.size());
    }

    // ---- an inline delivery

    @Test
    void shouldCloseOnlyTheConnectionWhoseHandOffThrows() {
        furnish(Setup.INLINE);
        final Client other = house.connect().startsData();
        house.deliveryFailure = new IllegalStateException("planted");
        house.connect().startsData().sends("x", ".").isClosed();
        house.deliveryFailure = null;
        other.sends("y", ".").replies(250);
        assertEquals(1, house.count(Counter.INTERNAL_ERRORS));
        assertEquals(1, house.closes(CloseReason.INTERNAL_ERROR));
        house.close();
        house = new House(Setup.INLINE);
    }

    @Test
    void shouldKeepNothingWhenTheTransactionListenerThrows() {
        furnish(Setup.INLINE);
        house.listenerFailure = new IllegalStateException("planted");
        house.connect().startsData().sends("y", ".").replies(250).closes().isClosed();
        house.connect().startsData().sends("a\rb", ".").replies(550);
        house.connect().startsData().sendsOctets("half").closes().isClosed();
        house.connect().startsData().sendsOctets("half").resets().isClosed();
        assertEquals(4, house.count(Counter.INTERNAL_ERRORS));
        house.listenerFailure = null;
        house.connect().startsData().sends("y", ".").replies(250);
        house.close();
        house = new House(Setup.INLINE);
    }

    @Test
    void shouldTellTheAnswerOfAnInlineDelivery() {
        furnish(Setup.INLINE);
        final Client client = house.connect().startsData();
        house.answer = DeliveryStatus.REJECTED;
        client.sends("x", ".").replies(554);
        house.answer = DeliveryStatus.FAILED_TEMPORARILY;
        client.sendsOctets(NEXT).replies(250, 250, 354, 451);
        house.answer = DeliveryStatus.ACCEPTED;
        client.sendsOctets(NEXT).replies(250, 250, 354, 250);
    }
}
