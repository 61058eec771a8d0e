package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.HandOff;
import io.posthaste.envelope.Portion;
import io.posthaste.envelope.QueuedHandOff;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.envelope.TlsParameters;
import io.posthaste.memory.Block;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.ClientTable;
import io.posthaste.policy.Policy;
import io.posthaste.policy.RecipientPolicy;
import io.posthaste.policy.SessionRules;
import io.posthaste.policy.TlsLimits;
import io.posthaste.session.SessionContext;
import io.posthaste.session.SessionProfile;
import io.posthaste.session.TlsGate;
import io.posthaste.session.TransactionListener;
import io.posthaste.session.TransactionOutcome;
import io.posthaste.session.VerdictQueue;
import io.posthaste.tls.TlsEngineChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A real reactor with all it works with, on the test's own thread and clock. The test plays the client ({@link #connect})
 * and, with a queue, the delivery ({@link #polls}). {@link #close()} asserts that everything is home.
 */
final class House implements AutoCloseable {
    static final String HOSTNAME = "mx.test";
    private static final int RECEIPTS = 64;
    /** What the reactor itself reads into and writes from. */
    private static final long REACTORS_OWN = 2L * Block.LARGE;

    final Setup setup;
    final SettableClock clock = new SettableClock();
    final BlockPool pool;
    final EnvelopeQueue queue;
    final EnvelopePool envelopes;
    final ConnectionBudget budget;
    final Reactor reactor;
    final ReactorContext context;

    /** What the delivery got. */
    final List<Received> received = new ArrayList<>();
    /** Contents whose end has not come, by message. */
    final Map<String, String> parts = new HashMap<>();
    /** Parts that the delivery got. */
    int partCount;
    /** Messages that were given up when the delivery had parts of them. */
    int abandonedCount;
    /** Who sent each transaction, and who relayed it. */
    final List<String> peers = new ArrayList<>();
    /** What TLS agreed on, of each transaction; null in the clear. */
    final List<TlsParameters> parameters = new ArrayList<>();
    /** How the transactions ended. */
    final List<TransactionOutcome> outcomes = new ArrayList<>();
    /** What was logged of handshakes that failed. */
    final List<String> failedHandshakes = new ArrayList<>();
    /** Envelopes that the test took off the queue. */
    final ArrayDeque<Envelope> polled = new ArrayDeque<>();
    /** Answer of the inline delivery. */
    DeliveryStatus answer = DeliveryStatus.ACCEPTED;
    /** What the inline delivery throws instead. */
    Throwable deliveryFailure;
    /** What the transaction listener throws. */
    Throwable listenerFailure;

    /** Where the heavy work of handshakes waits for {@link #worksOff}. */
    final QueuedWorkers workers = new QueuedWorkers();

    private final boolean offersTls;
    private final SessionContext sessions;
    /** Counts every connection, so that each test shows that it is given back. */
    private ClientTable clientTable;
    /** Of connections within TLS, or on their way there. */
    final CountedEngines engines;

    final Handshakes handshakes;

    private final List<Client> clients = new ArrayList<>();

    House(final Setup setup) {
        this(setup, List.of());
    }

    House(final Setup setup, final List<ServerSocketChannel> listeners) {
        this(setup, listeners, null, TlsEngineChoice.JDK);
    }

    /** A house that offers TLS. */
    House(final Setup setup, final TlsLimits tlsLimits, final TlsEngineChoice engine) {
        this(setup, List.of(), tlsLimits, engine);
    }

    /** A house that offers TLS on real ports. */
    House(
            final Setup setup,
            final List<ServerSocketChannel> listeners,
            final TlsLimits tlsLimits,
            final TlsEngineChoice engine) {
        this.setup = setup;
        offersTls = tlsLimits != null;
        engines = new CountedEngines(TlsClient.certificates(engine));
        try {
            reactor = new Reactor("test", clock, 0);
            pool = new BlockPool(setup.memoryOctets());
            final ReceiptQueue receipts = new ReceiptQueue(RECEIPTS, reactor.doorbell());
            envelopes = new EnvelopePool(pool, receipts);
            budget = new ConnectionBudget(setup.connections());
            queue = setup.queued() ? new EnvelopeQueue(setup.queueCapacity()) : null;
            final TransactionListener listener = (envelope, outcome, code, latencyNs) -> {
                outcomes.add(outcome);
                parameters.add(envelope.tls());
                peers.add(envelope.peer() + (envelope.via() == null ? "" : " " + envelope.via()));
                if (listenerFailure != null) {
                    throw Planted.sneak(listenerFailure);
                }
            };
            final SessionProfile profile = new SessionProfile(
                    HOSTNAME,
                    SessionRules.DEFAULTS
                            .withLimits(setup.limits())
                            .withConduct(setup.conduct())
                            .withRecipients(RecipientPolicy.ofDomains(setup.domains()))
                            .withTolerateSpaces(setup.tolerateSpaces())
                            .withAccess(setup.access())
                            .withBareNewline(setup.bareNewline())
                            .withAnnounceDsn(setup.announceDsn())
                            .withAnnounceStartTls(offersTls),
                    address -> true,
                    trusted -> List.of("fine", "really"));
            handshakes = offersTls
                    ? new Handshakes(
                            engines,
                            workers,
                            tlsLimits,
                            reactor.doorbell(),
                            new HandshakeReports(clock.nanoTime(), failedHandshakes::add),
                            clock.nanoTime())
                    : null;
            sessions = new SessionContext(
                    profile,
                    envelopes,
                    new EnvelopeIds(1, 0),
                    setup.queued() ? new QueuedHandOff(queue, receipts) : new InlineDelivery(),
                    setup.keepsContent(),
                    reactor.metrics(),
                    () -> 0,
                    listener,
                    offersTls ? handshakes : TlsGate.NONE,
                    new VerdictQueue(reactor.doorbell()));
            countsClients(ClientLimits.NONE.withConnections(setup.connections()));
            reactor.prepare(pool, sessions, envelopes, receipts, setup.limits(), budget, listeners);
            if (offersTls) {
                reactor.offerTls(handshakes, List.of());
            }
            context = reactor.context();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Holds clients against limits; before the first of them. */
    House countsClients(final ClientLimits limits) {
        clientTable = new ClientTable(limits, setup.connections(), clock.nanoTime());
        sessions.countClients(clientTable);
        return this;
    }

    /** Its delivery takes contents in parts, past so many octets; before the first client. */
    House takesParts(final long largeOctets) {
        sessions.handOffParts(largeOctets);
        return this;
    }

    /** Connections that are counted by their client's address. */
    long countedConnections() {
        return clientTable.open();
    }

    /** A client connects; it has been greeted unless it reads nothing. */
    Client connect() {
        return connect(new ScriptedChannel());
    }

    Client connect(final ScriptedChannel channel) {
        assertTrue(budget.tryTake());
        final Client client = new Client(this, channel, context.takeConnection());
        clients.add(client);
        client.open();
        return client;
    }

    /** A client connects where TLS begins before the greeting. */
    Client connectSecurely() {
        assertTrue(budget.tryTake());
        final Client client = new Client(this, new ScriptedChannel(), context.takeConnection());
        clients.add(client);
        client.openSecure();
        return client;
    }

    /** A balancer at 192.0.2.1 connects, in the clear or where TLS begins before the greeting. */
    Client connectBalancer(final boolean isSecure) {
        assertTrue(budget.tryTake());
        final Client client = new Client(this, new ScriptedChannel(), context.takeConnection());
        clients.add(client);
        client.openRelayed(isSecure);
        return client;
    }

    /** The workers do all that they have been given, and the reactor hears of it. */
    void worksOff() {
        workers.runAll();
        steps();
    }

    /** Lets the reactor go through one cycle, then every client do what it can. */
    void steps() {
        try {
            reactor.doWork();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        clients.removeIf(client -> !client.channel.isOpen());
        for (final Client client : clients) {
            client.pump();
        }
    }

    /** Time passes, in steps small enough that every timer fires in its tick. */
    void passes(final long ns) {
        clock.advance(ns);
        steps();
    }

    /** A policy that thinks answers its oldest question; false when there is none. */
    boolean policyAnswers() {
        boolean answered = false;
        for (final Policy policy : setup.access().policies()) {
            answered |= policy instanceof LatePolicy late && late.answersNext();
        }
        if (answered) {
            steps();
        }
        return answered;
    }

    /** The delivery takes one envelope off the queue. */
    Received polls() {
        final Envelope envelope = queue.poll();
        assertTrue(envelope != null, "nothing is queued");
        polled.add(envelope);
        return takes(envelope);
    }

    private Received takes(final Envelope envelope) {
        final Received copy = Received.copyOf(envelope);
        switch (envelope.portion()) {
            case WHOLE -> received.add(copy);
            case PART -> {
                parts.merge(copy.id(), copy.content(), String::concat);
                partCount++;
            }
            case LAST_PART -> received.add(copy.behind(parts.remove(copy.id())));
            case ABANDONED -> {
                assertTrue(parts.remove(copy.id()) != null, "given up without a part");
                assertEquals("", copy.content());
                abandonedCount++;
            }
            default -> throw new IllegalStateException();
        }
        return copy;
    }

    /** The delivery answers for the oldest envelope it took. */
    void completes(final DeliveryStatus status) {
        final Envelope envelope = polled.removeFirst();
        envelope.status(status);
        if (envelope.portion() == Portion.PART && status != DeliveryStatus.ACCEPTED) {
            parts.remove(envelope.id());
        }
        envelope.complete();
        steps();
    }

    /** Polls and accepts until the queue is empty. */
    void deliversAll() {
        while (!queue.isEmpty()) {
            polls();
            completes(DeliveryStatus.ACCEPTED);
        }
    }

    long count(final Counter counter) {
        return reactor.metrics().count(counter);
    }

    long closes(final CloseReason reason) {
        return reactor.metrics().count(reason);
    }

    /** Octets of blocks taken by connections and envelopes. */
    long memoryInUse() {
        return pool.inUseOctets() - (offersTls ? 2 : 1) * REACTORS_OWN;
    }

    /** Nothing is open, taken, armed or dirty. */
    void assertEverythingHome() {
        assertEquals(0, memoryInUse(), "octets in blocks that did not come home");
        assertEquals(0, envelopes.inUse(), "envelopes that did not come home");
        assertEquals(Map.of(), parts, "parts that nobody wants and the delivery keeps");
        assertEquals(0, budget.open(), "places in the connection budget");
        assertEquals(0, context.open(), "open connections");
        assertEquals(0, countedConnections(), "connections counted by client");
        assertEquals(0, context.deadlines.timerCount(), "timers");
        assertEquals(0, context.out.position(), "replies left behind");
        assertEquals(context.out.capacity(), context.out.limit(), "room for replies");
        assertEquals(0, reactor.metrics().openTlsConnections(), "open connections with TLS");
        assertEquals(0, engines.inUse(), "engines of TLS that were not released");
        assertTrue(context.awaitingRoom.isEmpty() && context.awaitingMemory.isEmpty(), "waiting lists");
        long reasons = 0;
        for (final CloseReason reason : CloseReason.values()) {
            reasons += closes(reason);
        }
        assertEquals(count(Counter.CONNECTIONS_ACCEPTED), reasons, "a close has one reason");
    }

    @Override
    public void close() {
        for (final Client client : clients) {
            client.vanishes();
        }
        worksOff();
        if (queue != null) {
            for (int i = 0; i < 2; i++) {
                while (!polled.isEmpty()) {
                    completes(DeliveryStatus.ACCEPTED);
                }
                deliversAll();
            }
        }
        assertEverythingHome();
        reactor.onClose();
        assertEquals(0, pool.inUseOctets());
    }

    /** Delivers on the reactor's own thread. */
    private final class InlineDelivery implements HandOff {
        @Override
        public Outcome offer(final Envelope envelope) {
            if (deliveryFailure != null) {
                throw Planted.sneak(deliveryFailure);
            }
            takes(envelope);
            envelope.status(answer);
            if (envelope.portion() == Portion.PART && answer != DeliveryStatus.ACCEPTED) {
                parts.remove(envelope.id());
            }
            return Outcome.COMPLETED;
        }

        @Override
        public void onReceipt() {
            throw new IllegalStateException("an inline delivery sends no receipts");
        }
    }
}
