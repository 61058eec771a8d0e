package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that is stopping: nobody is cut off in the middle of a message. See also {@code LoopbackTest}. */
final class DrainTest {
    private final House house = new House(Setup.QUEUED.withQueue(2));

    @AfterEach
    void everythingIsHome() {
        house.close();
        assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
    }

    @Test
    void shouldSayGoodByeToIdleClients() {
        final Client fresh = house.connect().replies(220);
        final Client greeted = house.connect().sends("EHLO a").replies(220, 250);
        final Client typing = house.connect().sendsOctets("EHL").replies(220);
        for (final Client client : new Client[] {fresh, greeted, typing}) {
            client.drain();
            client.replies(421).sends("NOOP").repliesNothing().isOpen().closes().isClosed();
        }
        assertEquals(3, house.closes(CloseReason.SHUTDOWN));
    }

    @Test
    void shouldFinishATransactionFirst() {
        final Client client = house.connect().sends("EHLO client.test", "MAIL FROM:<a@b.test>");
        client.drain();
        client.replies(220, 250, 250)
                .sends("RCPT TO:<c@d.test>", "DATA", "x", ".")
                .replies(250, 354);
        house.deliversAll();
        client.replies(250, 421).closes().isClosed();
        assertEquals(1, house.closes(CloseReason.SHUTDOWN));
    }

    @Test
    void shouldAnswerTheReceiptFirst() {
        final Client client = house.connect().startsData().sends("x", ".", "MAIL FROM:<more@b.test>");
        house.polls();
        client.drain();
        client.repliesNothing();
        house.completes(DeliveryStatus.ACCEPTED);
        client.replies(250, 421).closes().isClosed();
    }

    @Test
    void shouldFinishAMessageThatWaitsForRoom() {
        house.connect().startsData().sends("1", ".").drain();
        house.connect().startsData().sends("2", ".").drain();
        final Client client = house.connect().startsData().sends("3", ".");
        client.drain();
        house.deliversAll();
        client.replies(250, 421);
    }

    @Test
    void shouldFinishARefusedMessage() {
        final Client client = house.connect().startsData().sendsOctets("a\nb");
        client.drain();
        client.repliesNothing().sends("", ".").replies(550, 421).closes().isClosed();
    }

    @Test
    void shouldEndWhenTheTransactionIsGivenUp() {
        for (final String command : new String[] {"RSET", "EHLO again", "HELO again"}) {
            final Client client = house.connect().sends("EHLO a", "MAIL FROM:<a@b.test>");
            client.drain();
            client.replies(220, 250, 250).sends(command, "NOOP").replies(250, 421);
        }
    }

    @Test
    void shouldGoOnToDrainThroughErrors() {
        final Client client =
                house.connect().sends("EHLO a", "MAIL FROM:<a@b.test>").replies(220, 250, 250);
        client.drain();
        client.sends("MAIL FROM:<x@y>", "NOOP", "RCPT TO:<", "QUIT")
                .replies(503, 250, 501, 221)
                .isClosed();
        assertEquals(1, house.closes(CloseReason.QUIT));
    }

    @Test
    void shouldPutTheLastWordsBehindWhatIsUnsent() {
        final Client client = house.connect().replies(220).stopsReading();
        client.sends("NOOP", "HELP", "NOOP").drain();
        client.isOpen().readsAgain().replies(250, 214, 250, 421).closes().isClosed();
    }

    @Test
    void shouldNotSayGoodByeTwice() {
        final Client client = house.connect().replies(220);
        client.drain();
        client.drain();
        client.replies(421).closes().isClosed();
        final Client slow = house.connect().replies(220).stopsReading();
        slow.drain();
        slow.drain();
        slow.readsAgain().replies(421);
    }
}
