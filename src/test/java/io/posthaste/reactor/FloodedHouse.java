package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A {@link House} on a real port that is being flooded: the test turns the flood and the reactor by hand, and watches what
 * that takes. {@link #close()} hangs up and asserts that everything is home.
 */
final class FloodedHouse implements AutoCloseable {
    /** Cycles with work within which somebody else's reply comes: a few, and more for a kernel that is busy elsewhere. */
    private static final int MOST_CYCLES = 500;
    /** Turns after which what is waited for will not come any more. */
    private static final int PATIENCE = 20_000;
    /** Turns without work after which nothing is on its way any more. */
    private static final int IDLE_TURNS = 3;
    /** Blocks of the one who is served meanwhile: half a line, addresses, content, replies. */
    private static final long SOMEBODY_ELSES = 4L * Block.SMALL;

    /** What the flood does between two cycles. */
    Turn flood = () -> {};
    /** Whether the delivery answers for what is in the queue. */
    boolean delivers;

    private final House house;
    private final List<ServerSocketChannel> listeners;
    private final List<SocketClient> sockets = new ArrayList<>();
    private final List<Client> socketless = new ArrayList<>();
    private final List<Client> inQueue = new ArrayList<>();
    private int connected;
    private int lastWork;
    private long busyCycles;
    private long mostRepliesACycle;
    private long mostMemory;

    /** What a flood does in its turn. */
    @FunctionalInterface
    interface Turn {
        void run() throws IOException;
    }

    /** Whatever limits would end a flood are to be wide here. */
    FloodedHouse(final Setup setup) throws IOException {
        listeners = Listener.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        house = new House(setup, listeners);
    }

    // ---- clients

    /** So many connect and are accepted. */
    List<SocketClient> connects(final int count) throws IOException {
        final List<SocketClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int before = open();
            clients.add(SocketClient.to(listeners.get(0)));
            until("a connection is accepted", () -> open() > before);
        }
        connected += count;
        sockets.addAll(clients);
        return clients;
    }

    /** So many connect without a socket, whose send buffer may hold megabytes in the kernel for each. */
    List<Client> connectsWithoutSockets(final int count) {
        final List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(house.connect());
        }
        connected += count;
        socketless.addAll(clients);
        return clients;
    }

    /** Others' messages take all the room that the hand-off has. */
    void fillsQueue() {
        while (house.queue.size() < house.queue.capacity()) {
            inQueue.add(house.connect().startsData().sends("x", "."));
        }
    }

    /** Replies with these codes come to the client. */
    void hears(final SocketClient client, final int... codes) throws IOException {
        final List<String> replies = client.reads(this::turn, codes.length);
        assertEquals(
                Arrays.toString(codes),
                Arrays.toString(replies.stream().mapToInt(Client::codeOf).toArray()),
                () -> String.join("", replies));
    }

    /** Somebody else connects, hands in a message and leaves; each reply comes soon. */
    void servesSomebodyElse() throws IOException {
        final int before = receivedOf("served\r\n".length());
        try (SocketClient client = SocketClient.to(listeners.get(0))) {
            hearsSoon(client, 220);
            client.sends("EHLO else.test\r\n");
            hearsSoon(client, 250);
            client.sends("MAIL FROM:<e@else.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n");
            hearsSoon(client, 250, 250, 354);
            client.sends("served\r\n.\r\n");
            hearsSoon(client, 250);
            client.sends("QUIT\r\n");
            hearsSoon(client, 221);
        }
        assertEquals(before + 1, receivedOf("served\r\n".length()));
    }

    private void hearsSoon(final SocketClient client, final int... codes) throws IOException {
        final long before = busyCycles;
        hears(client, codes);
        assertTrue(busyCycles - before <= MOST_CYCLES, () -> "cycles for a reply: " + (busyCycles - before));
    }

    // ---- time

    /** The flood does what it can, then the reactor one cycle, then the delivery what waits for it. */
    void turn() {
        try {
            flood.run();
            final long replies = house.reactor.metrics().replies(250);
            lastWork = house.reactor.doWork();
            mostRepliesACycle =
                    Math.max(mostRepliesACycle, house.reactor.metrics().replies(250) - replies);
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
        busyCycles += lastWork > 0 ? 1 : 0;
        mostMemory = Math.max(mostMemory, memoryInUse());
        if (delivers) {
            house.deliversAll();
        }
    }

    void until(final String what, final BooleanSupplier condition) {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            assertTrue(i < PATIENCE, () -> "waited in vain: " + what);
            turn();
        }
    }

    /** Until nothing more comes. */
    void idle() {
        final int[] idleTurns = new int[1];
        until("nothing to do", () -> {
            idleTurns[0] = lastWork == 0 ? idleTurns[0] + 1 : 0;
            return idleTurns[0] > IDLE_TURNS;
        });
    }

    /** Until all sessions are in a state and nothing more comes. */
    void untilAllAre(final String state) {
        idle();
        until(
                "all are in " + state,
                () -> Inspection.states(house.reactor).stream().allMatch(state::equals));
    }

    void passes(final long ns) {
        house.clock.advance(ns);
        turn();
    }

    // ---- what is there

    /** Open connections but those whose messages fill the queue. */
    int open() {
        return house.context.open() - inQueue.size();
    }

    /** Connections that are not read from, because the client does not take what was said. */
    long heldUp() {
        return Inspection.heldUp(house.reactor)
                + socketless.stream()
                        .filter(client -> client.channel.isOpen() && client.key.interestOps() == SelectionKey.OP_WRITE)
                        .count();
    }

    long memoryInUse() {
        return house.memoryInUse();
    }

    long count(final Counter counter) {
        return house.count(counter);
    }

    long closes(final CloseReason reason) {
        return house.closes(reason);
    }

    /** Messages received with so many octets. */
    int receivedOf(final long octets) {
        return (int) house.received.stream()
                .filter(message -> message.contentLength() == octets)
                .count();
    }

    /** Blocks at no time took more than so many octets for each connection of the flood. */
    void assertBounded(final long octetsAConnection) {
        final long limit = connected * octetsAConnection + SOMEBODY_ELSES;
        assertTrue(mostMemory <= limit, () -> "octets in blocks: " + mostMemory + " of " + limit);
    }

    /** No cycle gave more replies 250. */
    void assertRepliesACycle(final long most) {
        assertTrue(mostRepliesACycle <= most, () -> "replies in one cycle: " + mostRepliesACycle);
    }

    /** Those whose messages filled the queue leave; then nothing is taken any more. */
    void assertEverythingHome() {
        inQueue.forEach(client -> client.closes().isClosed());
        inQueue.clear();
        house.assertEverythingHome();
    }

    @Override
    public void close() throws IOException {
        socketless.forEach(Client::vanishes);
        for (final SocketClient socket : sockets) {
            socket.close();
        }
        flood = () -> {};
        until("all connections are gone", () -> open() == 0);
        // What the heap has of a connection is used again: the flood may have broken thousands.
        assertTrue(house.context.free.size() <= house.setup.connections(), "connections on the heap");
        house.close();
        assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
    }
}
