package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Real sockets and a real selector, stepped by the test's own thread. */
final class LoopbackTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static String greeting(final House house, final SocketClient client) throws IOException {
        return client.reads(house::steps, 1).get(0);
    }

    // ---- accepting

    @Test
    void shouldServeASessionOverASocket() throws IOException {
        final List<ServerSocketChannel> listeners = Listener.open(ANY_PORT, 1);
        try (House house = new House(Setup.INLINE, listeners);
                SocketClient client = SocketClient.to(listeners.get(0))) {
            assertTrue(greeting(house, client).startsWith("220 mx.test"));
            client.sends("EHLO client.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n");
            client.reads(house::steps, 4);
            client.sends("x\r\n.\r\nQUIT\r\n");
            client.reads(house::steps, 2);
            client.readsEnd(house::steps);
            assertEquals("x\r\n", house.received.get(0).content());
            assertEquals(1, house.closes(CloseReason.QUIT));
        }
    }

    @Test
    void shouldRefuseConnectionsOverTheLimitAndTakeTheNextAfterOneCloses() throws IOException {
        final List<ServerSocketChannel> listeners = Listener.open(ANY_PORT, 1);
        try (House house = new House(Setup.INLINE.withConnections(2), listeners)) {
            final SocketClient first = SocketClient.to(listeners.get(0));
            final SocketClient second = SocketClient.to(listeners.get(0));
            assertTrue(greeting(house, first).startsWith("220"));
            assertTrue(greeting(house, second).startsWith("220"));
            for (int i = 0; i < 3; i++) {
                try (SocketClient third = SocketClient.to(listeners.get(0))) {
                    assertTrue(greeting(house, third).startsWith("421 4.3.2"));
                    third.readsEnd(house::steps);
                }
            }
            assertEquals(3, house.count(Counter.CONNECTIONS_OVER_LIMIT));
            assertEquals(2, house.budget.open());
            second.close();
            while (house.budget.open() == 2) {
                house.steps();
            }
            try (SocketClient third = SocketClient.to(listeners.get(0))) {
                assertTrue(greeting(house, third).startsWith("220"));
                assertEquals(2, house.budget.open());
            }
            first.close();
            while (house.budget.open() > 0) {
                house.steps();
            }
        }
    }

    @Test
    void shouldSurviveClientsThatResetAtOnce() throws IOException {
        final List<ServerSocketChannel> listeners = Listener.open(ANY_PORT, 1);
        try (House house = new House(Setup.INLINE, listeners)) {
            for (int i = 0; i < 50; i++) {
                SocketClient.to(listeners.get(0)).resets();
                house.steps();
            }
            try (SocketClient client = SocketClient.to(listeners.get(0))) {
                assertTrue(greeting(house, client).startsWith("220"));
                while (house.budget.open() > 1) {
                    house.steps();
                }
            }
            while (house.budget.open() > 0) {
                house.steps();
            }
        }
    }

    @Test
    void shouldGiveThePlaceBackWhenAConnectionCannotBeRegistered() throws IOException {
        final List<ServerSocketChannel> listeners = Listener.open(ANY_PORT, 1);
        try (House house = new House(Setup.INLINE);
                SocketClient client = SocketClient.to(listeners.get(0))) {
            final Selector closed = Selector.open();
            closed.close();
            final Acceptor acceptor = new Acceptor(house.context, listeners.get(0), false, 0);
            while (acceptor.onAcceptable(closed, 0) == 0) {
                Thread.onSpinWait();
            }
            assertEquals(0, house.budget.open());
            assertEquals(1, house.count(Counter.ACCEPT_FAILURES));
            client.readsEnd(() -> {});
        } finally {
            listeners.get(0).close();
        }
    }

    @Test
    void shouldSpreadConnectionsOverListenersOfOnePort() throws IOException {
        final List<ServerSocketChannel> listeners = Listener.open(ANY_PORT, 2);
        assertEquals(listeners.get(0).getLocalAddress(), listeners.get(1).getLocalAddress());
        final List<SocketClient> clients = new ArrayList<>();
        try (House one = new House(Setup.INLINE, listeners.subList(0, 1));
                House other = new House(Setup.INLINE, listeners.subList(1, 2))) {
            for (int i = 0; i < 60; i++) {
                clients.add(SocketClient.to(listeners.get(0)));
            }
            for (final SocketClient client : clients) {
                client.reads(
                        () -> {
                            one.steps();
                            other.steps();
                        },
                        1);
            }
            assertEquals(60, one.context.open() + other.context.open());
            assertTrue(one.context.open() > 0 && other.context.open() > 0, "one reactor got all connections");
            for (final SocketClient client : clients) {
                client.close();
            }
            while (one.context.open() + other.context.open() > 0) {
                one.steps();
                other.steps();
            }
        }
    }

    @Test
    void shouldRefuseAnAddressInUse() throws IOException {
        for (final int present : new int[] {1, 2}) {
            final List<ServerSocketChannel> listeners = Listener.open(ANY_PORT, present);
            final InetSocketAddress taken = (InetSocketAddress) listeners.get(0).getLocalAddress();
            for (final int wanted : new int[] {1, 2}) {
                assertThrows(IOException.class, () -> Listener.open(taken, wanted));
            }
            for (final ServerSocketChannel listener : listeners) {
                listener.close();
            }
            for (final ServerSocketChannel listener : Listener.open(taken, 2)) {
                listener.close();
            }
        }
    }

    // ---- stopping

    @Test
    void shouldDrainARealReactor() throws IOException {
        final List<ServerSocketChannel> listeners = Listener.open(ANY_PORT, 1);
        try (House house = new House(Setup.QUEUED, listeners)) {
            final SocketClient idle = SocketClient.to(listeners.get(0));
            final SocketClient busy = SocketClient.to(listeners.get(0));
            final SocketClient awaiting = SocketClient.to(listeners.get(0));
            final InetSocketAddress address =
                    (InetSocketAddress) listeners.get(0).getLocalAddress();
            for (final SocketClient client : List.of(idle, busy, awaiting)) {
                greeting(house, client);
            }
            busy.sends("EHLO a\r\nMAIL FROM:<a@b.test>\r\n");
            busy.reads(house::steps, 2);
            awaiting.sends("EHLO a\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nx\r\n.\r\n");
            awaiting.reads(house::steps, 4);
            house.reactor.requestDrain();
            house.steps();
            assertThrows(IOException.class, () -> SocketClient.to(address).close(), "still listening");
            assertTrue(idle.reads(house::steps, 1).get(0).startsWith("421"));
            idle.readsEnd(house::steps);
            idle.close();
            assertFalse(house.reactor.isDrained());
            busy.sends("RSET\r\n");
            assertTrue(busy.reads(house::steps, 2).get(1).startsWith("421"));
            busy.close();
            house.polls();
            house.completes(DeliveryStatus.ACCEPTED);
            assertTrue(awaiting.reads(house::steps, 2).get(1).startsWith("421"));
            awaiting.close();
            while (!house.reactor.isDrained()) {
                house.steps();
            }
            while (house.budget.open() > 0) {
                house.steps();
            }
            assertEquals(3, house.closes(CloseReason.SHUTDOWN));
        }
    }

    @Test
    void shouldNotWaitForClientsThatHaveHeardTheLastReply() throws IOException {
        final List<ServerSocketChannel> listeners = Listener.open(ANY_PORT, 1);
        try (House house = new House(Setup.INLINE, listeners)) {
            final SocketClient idle = SocketClient.to(listeners.get(0));
            greeting(house, idle);
            house.reactor.requestDrain();
            assertTrue(idle.reads(house::steps, 1).get(0).startsWith("421"));
            house.steps();
            assertTrue(house.reactor.isDrained());
            assertEquals(1, house.budget.open(), "it lingers");
            idle.close();
            while (house.budget.open() > 0) {
                house.steps();
            }
        }
    }

    @Test
    void shouldCloseAllButThoseAwaitingAReceiptWhenAskedTo() throws IOException {
        final List<ServerSocketChannel> listeners = Listener.open(ANY_PORT, 1);
        try (House house = new House(Setup.QUEUED, listeners)) {
            final SocketClient stuck = SocketClient.to(listeners.get(0));
            final SocketClient awaiting = SocketClient.to(listeners.get(0));
            greeting(house, stuck);
            greeting(house, awaiting);
            stuck.sends("EHLO a\r\nMAIL FROM:<a@b.test>\r\n");
            stuck.reads(house::steps, 2);
            awaiting.sends("EHLO a\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nx\r\n.\r\n");
            awaiting.reads(house::steps, 4);
            house.reactor.requestClose();
            stuck.readsEnd(house::steps);
            assertFalse(house.reactor.isDrained());
            assertEquals(1, house.context.open());
            house.polls();
            house.completes(DeliveryStatus.ACCEPTED);
            final List<String> last = awaiting.reads(house::steps, 2);
            assertTrue(last.get(0).startsWith("250") && last.get(1).startsWith("421"), last::toString);
            while (!house.reactor.isDrained()) {
                house.steps();
            }
            stuck.close();
            awaiting.close();
        }
    }

    /** A server whose start failed half-way closes what it has. */
    @Test
    void shouldCloseBeforeItWasPrepared() throws IOException {
        new Reactor("unprepared", System::nanoTime, 0).onClose();
    }

    @Test
    void shouldCloseEverythingAtItsEnd() throws IOException {
        final List<ServerSocketChannel> listeners = Listener.open(ANY_PORT, 1);
        final SocketClient client;
        try (House house = new House(Setup.INLINE, listeners)) {
            client = SocketClient.to(listeners.get(0));
            greeting(house, client);
            client.sends("EHLO a\r\nMAIL FROM:<a@b.test>\r\nhalf");
            client.reads(house::steps, 2);
            house.reactor.requestClose();
            house.steps();
            house.steps();
        }
        client.readsEnd(() -> {});
        client.close();
    }
}
