package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens when nothing happens. A timer fires in the tick after its deadline, never before. */
final class TimeoutTest {
    private static final long TICK_NS = Deadlines.TICK_NS;
    private static final long COMMAND_NS = TimeUnit.MINUTES.toNanos(5);
    private static final long DATA_NS = TimeUnit.MINUTES.toNanos(3);

    private final House house = new House(Setup.QUEUED);

    @AfterEach
    void everythingIsHome() {
        house.close();
        assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
    }

    /** Nothing is said up to the deadline, and all is over a tick later. */
    private void timesOutAfter(final Client client, final long timeoutNs, final CloseReason reason) {
        final int before = client.allReplies().size();
        house.passes(timeoutNs - 1);
        assertEquals(before, client.allReplies().size(), "too early");
        client.isOpen();
        house.passes(1 + TICK_NS);
        assertEquals(before + 1, client.allReplies().size(), "too late");
        assertEquals("421 4.4.2", client.lastReply().substring(0, 9));
        client.closes().isClosed();
        assertEquals(1, house.closes(reason));
    }

    @Test
    void shouldEndAnIdleSession() {
        timesOutAfter(house.connect(), COMMAND_NS, CloseReason.COMMAND_TIMEOUT);
    }

    @Test
    void shouldEndAnIdleSessionAfterItsLastCommand() {
        final Client client = house.connect();
        for (int i = 0; i < 10; i++) {
            house.passes(COMMAND_NS - TICK_NS);
            client.sends("NOOP");
        }
        timesOutAfter(client, COMMAND_NS, CloseReason.COMMAND_TIMEOUT);
    }

    @Test
    void shouldNotBeImpressedByHalfACommand() {
        final Client client = house.connect();
        house.passes(COMMAND_NS / 2);
        client.sendsOctets("NO");
        house.passes(COMMAND_NS / 4);
        client.sendsOctets("OP");
        timesOutAfter(client, COMMAND_NS / 4, CloseReason.COMMAND_TIMEOUT);
    }

    @Test
    void shouldNotBeImpressedByAnEndlessLine() {
        final Client client = house.connect();
        for (int i = 0; i < 10; i++) {
            house.passes(COMMAND_NS / 20);
            client.sendsOctets("x".repeat(3000));
        }
        timesOutAfter(client, COMMAND_NS / 2, CloseReason.COMMAND_TIMEOUT);
    }

    @Test
    void shouldUseTheDataTimeoutWithinContent() {
        final Client client = house.connect().startsData();
        for (int i = 0; i < 5; i++) {
            house.passes(DATA_NS - TICK_NS);
            client.sendsOctets("x");
        }
        timesOutAfter(client, DATA_NS, CloseReason.DATA_TIMEOUT);
    }

    @Test
    void shouldUseTheCommandTimeoutAgainBehindContent() {
        final Client client = house.connect().startsData().sends("x", ".");
        house.deliversAll();
        client.replies(250);
        timesOutAfter(client, COMMAND_NS, CloseReason.COMMAND_TIMEOUT);
    }

    @Test
    void shouldNotTimeOutWhileTheDeliveryWorks() {
        final Client client = house.connect().startsData().sends("x", ".", "NOOP");
        house.polls();
        for (int i = 0; i < 10; i++) {
            house.passes(COMMAND_NS);
        }
        client.isOpen().repliesNothing();
        house.completes(DeliveryStatus.ACCEPTED);
        client.replies(250, 250);
        timesOutAfter(client, COMMAND_NS, CloseReason.COMMAND_TIMEOUT);
    }

    @Test
    void shouldListenForAMomentAfterTheLastWords() {
        final Client client = house.connect().replies(220);
        house.passes(COMMAND_NS + TICK_NS);
        client.replies(421).sends("NOOP").repliesNothing().isOpen();
        assertEquals(0, client.channel.unread(), "input is discarded");
        house.passes(Farewell.LINGER_NS - TICK_NS);
        client.isOpen();
        house.passes(2 * TICK_NS);
        client.isClosed();
        assertEquals(1, house.closes(CloseReason.COMMAND_TIMEOUT));
    }

    @Test
    void shouldKeepTheReasonWhenTheClientResetsAfterTheLastWords() {
        final Client client = house.connect().replies(220);
        house.passes(COMMAND_NS + TICK_NS);
        client.replies(421).resets().isClosed();
        assertEquals(1, house.closes(CloseReason.COMMAND_TIMEOUT));
        assertEquals(0, house.closes(CloseReason.CONNECTION_RESET));
    }

    @Test
    void shouldNotListenAfterQuit() {
        house.connect().sends("QUIT").replies(220, 221).isClosed();
    }

    @Test
    void shouldFireEveryTimerOnceAfterALongSleep() {
        final List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(house.connect());
            house.passes(TimeUnit.MILLISECONDS.toNanos(70));
        }
        house.passes(TimeUnit.DAYS.toNanos(1));
        for (final Client client : clients) {
            client.replies(220, 421);
        }
        house.passes(Farewell.LINGER_NS + TICK_NS);
        clients.forEach(Client::isClosed);
        assertEquals(0, house.context.deadlines.timerCount());
    }

    @Test
    void shouldFireMoreTimersThanOneCycleAllows() {
        final House crowded = new House(Setup.INLINE.withConnections(3000));
        try (crowded) {
            final List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 2500; i++) {
                clients.add(crowded.connect());
            }
            crowded.passes(COMMAND_NS + TICK_NS);
            crowded.steps();
            crowded.steps();
            clients.forEach(client -> client.replies(220, 421));
            crowded.passes(Farewell.LINGER_NS + TICK_NS);
            crowded.steps();
            crowded.steps();
            clients.forEach(Client::isClosed);
        }
    }

    /** After a year at rest the first connection must not wait for half a billion ticks. */
    @Test
    void shouldNotWalkThroughTheTimeWhenNobodyWasThere() {
        house.passes(TimeUnit.DAYS.toNanos(365));
        final Client client = house.connect();
        final long ticksBehind = (house.clock.nanoTime() - house.context.deadlines.tickTimeNs()) / TICK_NS;
        assertTrue(ticksBehind <= 1, () -> "ticks behind: " + ticksBehind);
        timesOutAfter(client, COMMAND_NS, CloseReason.COMMAND_TIMEOUT);
    }
}
