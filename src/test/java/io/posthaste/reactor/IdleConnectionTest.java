package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.posthaste.metrics.CloseReason;
import io.posthaste.session.Peer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a connection that said EHLO and waits costs of our own: there may be twenty thousand of them. */
final class IdleConnectionTest {
    /**
     * Bytes of objects; the JDK's for a socket and its key, about as many again, are not among them. Raise it only for what
     * an idle connection cannot do without.
     */
    private static final int LIMIT_BYTES = 704;

    private static final int CONNECTIONS = 100;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldOwnLittleAfterEhlo() throws IOException {
        assumeTrue(hasShortReferences(), "the limit is for a heap with compressed references");
        try (House house = new House(Setup.INLINE)) {
            final InetAddress client = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
            opens(house, client).forEach(connection -> connection.close(CloseReason.PEER_CLOSED));
            house.context.free.clear();
            house.steps();

            final long before = THREADS.getCurrentThreadAllocatedBytes();
            final List<Connection> idle = opens(house, client);
            final long bytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / CONNECTIONS;

            assertEquals(0, house.memoryInUse(), "octets in blocks");
            assertTrue(
                    bytes <= LIMIT_BYTES,
                    () -> "an idle connection has " + bytes + " bytes of objects, more than " + LIMIT_BYTES
                            + ": what only a transaction or a content needs is borrowed for its time, as"
                            + " SessionContext.takeContentReceiver does");
            assertTrue(bytes > LIMIT_BYTES / 2, () -> "the measurement sees only " + bytes + " bytes");
            idle.forEach(connection -> connection.close(CloseReason.PEER_CLOSED));
        }
    }

    /** With all that they allocate on the way, which lasts as long as the collector lets it. */
    private static List<Connection> opens(final House house, final InetAddress client) throws IOException {
        final List<Connection> connections = new ArrayList<>(CONNECTIONS);
        final SelectionKey key = new RecordingKey();
        for (int i = 0; i < CONNECTIONS; i++) {
            assertTrue(house.budget.tryTake());
            final Connection connection = house.context.takeConnection();
            connection.open(new Greeted(), key, new Peer(client), house.clock.nanoTime());
            connection.onReady(SelectionKey.OP_READ, house.clock.nanoTime());
            connections.add(connection);
        }
        return connections;
    }

    private static boolean hasShortReferences() {
        final int count = 1_000;
        final long before = THREADS.getCurrentThreadAllocatedBytes();
        final Object[] references = new Object[count];
        final long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        return references.length == count && bytes < (long) count * Long.BYTES;
    }

    /** Says EHLO once and takes every reply. Its own 16 bytes are in the figure. */
    private static final class Greeted implements ByteChannel {
        private static final byte[] EHLO = "EHLO client.example.org\r\n".getBytes(StandardCharsets.US_ASCII);
        private boolean said;

        @Override
        public int read(final ByteBuffer target) {
            if (said) {
                return 0;
            }
            said = true;
            target.put(EHLO);
            return EHLO.length;
        }

        @Override
        public int write(final ByteBuffer source) {
            final int count = source.remaining();
            source.position(source.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
