package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.HandOff;
import io.posthaste.envelope.QueuedHandOff;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.AccessRules;
import io.posthaste.policy.BareNewline;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.ClientTable;
import io.posthaste.policy.LoadGauge;
import io.posthaste.policy.LoadLimits;
import io.posthaste.policy.Policy;
import io.posthaste.policy.RecipientPolicy;
import io.posthaste.policy.SessionRules;
import io.posthaste.session.FlightListener;
import io.posthaste.session.FlightRecorder;
import io.posthaste.session.SessionContext;
import io.posthaste.session.SessionProfile;
import io.posthaste.session.TransactionListener;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kept connections over loopback: once warm, a message allocates nothing from its first octet to its 250. */
final class ZeroAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CONNECTIONS = 4;
    /** Counted, and never reached. */
    private static final ClientLimits FAR_LIMITS = ClientLimits.NONE
            .withConnections(CONNECTIONS)
            .withMessagesPerMinute(Integer.MAX_VALUE - 1)
            .withRecipientsPerMinute(Integer.MAX_VALUE - 1)
            .withExempt(List.of());

    /** Octets that the replies to a transaction by BDAT have at least; the first of them, of a refused chunk, has fewer. */
    private static final int LEAST_REPLIES_TO_CHUNKS = 150;

    private static final int MESSAGES_A_ROUND = 5_000;
    private static final int WARM_UP_ROUNDS = 1;
    /** The compiler may allocate on behalf of this thread in one round; what a message allocates shows in each. */
    private static final int MEASURED_ROUNDS = 10;

    /** How messages are taken and how they are sent. */
    private enum Way {
        INLINE_DISCARD(false, false, 1_000),
        /** With policies that answer at once. */
        INLINE_ASKED(false, false, 1_000),
        INLINE_KEPT(false, true, 1_000),
        QUEUED(true, false, 1_000),
        QUEUED_KEPT(true, true, 1_000),
        QUEUED_KEPT_LARGE(true, true, 30_000),
        INLINE_CHUNKS(false, true, 1_000, BareNewline.REJECT, true),
        QUEUED_CHUNKS_LARGE(true, true, 30_000, BareNewline.REJECT, true),
        INLINE_NORMALIZED(false, true, 1_000, BareNewline.NORMALIZE, false),
        QUEUED_CHUNKS_NORMALIZED(true, true, 30_000, BareNewline.NORMALIZE, true);

        private final boolean queued;
        private final boolean keepsContent;
        private final int octets;
        private final BareNewline bareNewline;
        private final boolean chunked;

        Way(final boolean queued, final boolean keepsContent, final int octets) {
            this(queued, keepsContent, octets, BareNewline.REJECT, false);
        }

        Way(
                final boolean queued,
                final boolean keepsContent,
                final int octets,
                final BareNewline bareNewline,
                final boolean chunked) {
            this.queued = queued;
            this.keepsContent = keepsContent;
            this.octets = octets;
            this.bareNewline = bareNewline;
            this.chunked = chunked;
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldAllocateNothingPerMessageOnKeptConnections(final Way way) throws IOException {
        final Rig rig = new Rig(way);
        try {
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                rig.passMessages(MESSAGES_A_ROUND);
            }
            long least = Long.MAX_VALUE;
            for (int i = 0; i < MEASURED_ROUNDS && least > 0; i++) {
                final long before = THREADS.getCurrentThreadAllocatedBytes();
                rig.passMessages(MESSAGES_A_ROUND);
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes allocated for " + MESSAGES_A_ROUND + " messages");
            assertTrue(rig.reactor.metrics().count(Counter.MESSAGES_ACCEPTED) >= 2L * MESSAGES_A_ROUND);
            assertEquals(0, rig.reactor.metrics().count(Counter.INTERNAL_ERRORS));
        } finally {
            rig.close();
        }
    }

    /** The measurement sees what is allocated: HELP STATUS is allowed to. */
    @Test
    void shouldNoticeAllocation() throws IOException {
        final Rig rig = new Rig(Way.INLINE_DISCARD);
        try {
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) {
                rig.asksForStatus();
            }
            final long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertTrue(bytes >= 100L * 100, () -> "bytes noticed: " + bytes);
        } finally {
            rig.close();
        }
    }

    /** A reactor on this thread, its clients, and a delivery that does nothing. */
    private static final class Rig {
        private final Reactor reactor;
        private final EnvelopeQueue queue;
        private final SocketChannel[] clients = new SocketChannel[CONNECTIONS];
        private final ByteBuffer commands = direct("MAIL FROM:<a@b.test> BODY=8BITMIME SIZE=1000\r\n"
                + "RCPT TO:<c@d.test>\r\nRCPT TO:<e@d.test>\r\nDATA\r\n");
        private final ByteBuffer status = direct("HELP STATUS\r\n");
        private final ByteBuffer content;
        /** A whole transaction by BDAT in one go, a refused chunk before it; null when there is DATA. */
        private final ByteBuffer chunks;

        private final ByteBuffer replies = ByteBuffer.allocateDirect(4096);

        Rig(final Way way) throws IOException {
            reactor = new Reactor("allocation", SystemNanoClock.INSTANCE, 0);
            final BlockPool pool = new BlockPool(8L * 1024 * 1024);
            final ReceiptQueue receipts = new ReceiptQueue(64, reactor.doorbell());
            final EnvelopePool envelopes = new EnvelopePool(pool, receipts);
            queue = way.queued ? new EnvelopeQueue(64) : null;
            final HandOff handOff = way.queued ? new QueuedHandOff(queue, receipts) : new Discard();
            final SessionProfile profile = new SessionProfile(
                    "mx.test",
                    SessionRules.DEFAULTS
                            .withLimits(Setup.INLINE.limits())
                            .withBareNewline(way.bareNewline)
                            .withAccess(AccessRules.OPEN.withPolicies(
                                    way == Way.INLINE_ASKED ? List.of(new Policy() {}, new Policy() {}) : List.of()))
                            .withRecipients(RecipientPolicy.ofDomains(List.of("d.test"))),
                    address -> false,
                    trusted -> List.of("fine"));
            final SessionContext sessions = new SessionContext(
                    profile,
                    envelopes,
                    new EnvelopeIds(1, 0),
                    handOff,
                    way.keepsContent,
                    reactor.metrics(),
                    System::currentTimeMillis,
                    TransactionListener.NONE);
            sessions.countClients(new ClientTable(FAR_LIMITS, CONNECTIONS, System.nanoTime()));
            sessions.watchLoad(new LoadGauge(LoadLimits.DEFAULTS, System.nanoTime()));
            sessions.record(new FlightRecorder(FlightRecorder.DEFAULT_EVENTS, FlightListener.NONE));
            final List<ServerSocketChannel> listeners =
                    Listener.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            reactor.prepare(
                    pool,
                    sessions,
                    envelopes,
                    receipts,
                    Setup.INLINE.limits(),
                    new ConnectionBudget(CONNECTIONS),
                    listeners);
            content = direct(ContentTest.stuffed(ContentTest.content(way.octets, 1)) + ".\r\n");
            chunks = way.chunked ? chunks(ContentTest.content(way.octets, 1), way.bareNewline) : null;
            final ByteBuffer hello = direct("EHLO client.test\r\n");
            for (int i = 0; i < CONNECTIONS; i++) {
                clients[i] = SocketChannel.open(listeners.get(0).getLocalAddress());
                clients[i].configureBlocking(false);
                send(clients[i], hello);
                awaitLine(clients[i], '2', "250 HELP\r\n".length());
            }
        }

        void passMessages(final int count) throws IOException {
            for (int i = 0; i < count; i++) {
                final SocketChannel client = clients[i % CONNECTIONS];
                if (chunks != null) {
                    // The DATA behind it is out of order: its 503 is what stands behind all others.
                    send(client, chunks);
                    awaitLine(client, '5', LEAST_REPLIES_TO_CHUNKS);
                    continue;
                }
                send(client, commands);
                awaitLine(client, '3', 1);
                send(client, content);
                awaitLine(client, '2', 1);
            }
        }

        private static ByteBuffer chunks(final String text, final BareNewline bareNewline) {
            final String octets =
                    bareNewline == BareNewline.REJECT ? text : text.replace("\r\n", "\n") + "\0\n.\n.\r\n.\r.\r\n.\n";
            final int half = octets.length() / 2;
            return direct("BDAT 6\r\nQUIT\r\n"
                    + "MAIL FROM:<\u00c3\u00a9@b.test> SMTPUTF8 RET=HDRS ENVID=x\r\n"
                    + "RCPT TO:<c@d.test> NOTIFY=FAILURE ORCPT=rfc822;x@y\r\n"
                    + "BDAT " + half + "\r\n" + octets.substring(0, half)
                    + "BDAT " + (octets.length() - half) + " LAST\r\n" + octets.substring(half)
                    + "DATA\r\n");
        }

        void asksForStatus() throws IOException {
            send(clients[0], status);
            awaitLine(clients[0], '2', 1);
        }

        private void send(final SocketChannel client, final ByteBuffer octets) throws IOException {
            octets.clear();
            while (octets.hasRemaining()) {
                client.write(octets);
                work();
            }
        }

        /** Works until the last line received begins with that digit and is whole. */
        private void awaitLine(final SocketChannel client, final char digit, final int leastLength) throws IOException {
            replies.clear();
            while (!endsWithLine(digit, leastLength)) {
                work();
                client.read(replies);
            }
        }

        private boolean endsWithLine(final char digit, final int leastLength) {
            final int end = replies.position();
            if (end < leastLength + 2 || replies.get(end - 1) != '\n') {
                return false;
            }
            int start = end - 1;
            while (start > 0 && replies.get(start - 1) != '\n') {
                start--;
            }
            return replies.get(start) == digit && replies.get(start + 3) == ' ';
        }

        /** A cycle of the reactor, and of the delivery. */
        private void work() throws IOException {
            reactor.doWork();
            if (queue != null) {
                Envelope envelope = queue.poll();
                while (envelope != null) {
                    envelope.status(DeliveryStatus.ACCEPTED);
                    envelope.complete();
                    envelope = queue.poll();
                }
            }
        }

        void close() throws IOException {
            for (final SocketChannel client : clients) {
                client.close();
            }
            reactor.onClose();
        }

        private static ByteBuffer direct(final String octets) {
            final byte[] all = octets.getBytes(StandardCharsets.ISO_8859_1);
            return ByteBuffer.allocateDirect(all.length).put(all).flip();
        }
    }

    private static final class Discard implements HandOff {
        @Override
        public Outcome offer(final Envelope envelope) {
            return Outcome.COMPLETED;
        }

        @Override
        public void onReceipt() {
            throw new IllegalStateException();
        }
    }
}
