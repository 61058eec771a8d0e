package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.DeliveryAgent;
import io.posthaste.delivery.DeliveryThread;
import io.posthaste.delivery.InlineHandOff;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.HandOff;
import io.posthaste.envelope.QueuedHandOff;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import io.posthaste.policy.ClientTable;
import io.posthaste.policy.LoadGauge;
import io.posthaste.reactor.ConnectionBudget;
import io.posthaste.reactor.Handshakes;
import io.posthaste.reactor.Listener;
import io.posthaste.reactor.Reactor;
import io.posthaste.session.FlightRecorder;
import io.posthaste.session.SessionContext;
import io.posthaste.session.SessionProfile;
import io.posthaste.session.TlsGate;
import io.posthaste.session.TransactionListener;
import io.posthaste.session.VerdictQueue;
import io.posthaste.tls.TlsCertificates;
import io.posthaste.tls.TlsWorkerPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running SMTP server: reactors, the delivery and what lies between them.
 *
 * <p>Started by {@link ServerBuilder#start()}; {@link #stop} ends it in order: no more connections, transactions under way
 * are finished, the delivery is emptied, every client gets its answer. Any thread.
 */
public final class SmtpServer implements AutoCloseable {
    /** How long {@link #close()} lets transactions go on. */
    public static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofSeconds(30);

    /** Receipts that may be on their way to one reactor. */
    private static final int GREATEST_RECEIPT_CAPACITY = 1 << 16;

    /** A reactor's longest sleep: so often at least it begins a turn. */
    static final long LONGEST_SLEEP_MS = 100;

    /** How long the delivery may take to answer for what it has when the drain timeout is over. */
    private static final long DELIVERY_GRACE_NS = TimeUnit.SECONDS.toNanos(5);

    private static final long DRAIN_POLL_NS = TimeUnit.MILLISECONDS.toNanos(2);
    /** Handshakes whose heavy work may wait for a thread: a second of it or less. */
    private static final int TLS_QUEUE = 512;

    private static final Logger LOG = LoggerFactory.getLogger(SmtpServer.class);

    private final ServerConfig config;
    private final Delivery delivery;
    private final TlsCertificates certificates;
    private final AccessFiles access;
    private final TlsWorkerPool tlsWorkers;
    private final List<Handshakes> handshakes = new ArrayList<>();
    private final CertificateWatch certificateWatch;
    private final ServerStatus status;
    private final ServerHealth health;
    private final EnvelopeQueue queue;
    private final DeliveryThread deliveryThread;
    private final TransactionLog log;
    private final List<ReactorThread> reactors = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final List<InetSocketAddress> tlsAddresses = new ArrayList<>();
    private boolean stopped;
    private volatile boolean retired;

    private SmtpServer(
            final ServerConfig config,
            final TlsCertificates certificates,
            final AccessFiles access,
            final Delivery delivery,
            final boolean inline)
            throws IOException {
        this.config = config;
        this.certificates = certificates;
        this.access = access;
        this.delivery = delivery;
        final ConnectionBudget budget = new ConnectionBudget(config.maxConnections());
        queue = inline ? null : new EnvelopeQueue(config.queueCapacity());
        deliveryThread = inline ? null : new DeliveryThread(new DeliveryAgent(queue, delivery), "posthaste-delivery");
        status = new ServerStatus(delivery, budget, queue, certificates != null, access::figures);
        health = new ServerHealth(status, delivery, () -> retired, ServerHealth.LONGEST_TURN);
        final List<TransactionLogBuffer> logBuffers = new ArrayList<>();
        final List<FlightLog> flights = new ArrayList<>();
        tlsWorkers =
                certificates == null ? null : new TlsWorkerPool(config.tls().threads(), TLS_QUEUE);
        certificateWatch = certificates == null || config.tls().certificates().selfSigned()
                ? null
                : new CertificateWatch(certificates, config.tls().reloadEvery());
        final List<List<ServerSocketChannel>> listeners = new ArrayList<>();
        final List<List<ServerSocketChannel>> tlsListeners = new ArrayList<>();
        try {
            openListeners(config.listeners(), listeners, addresses);
            openListeners(config.tls().listeners(), tlsListeners, tlsAddresses);
            addReactors(listeners, tlsListeners, budget, logBuffers, flights);
        } catch (final IOException | RuntimeException | Error e) {
            reactors.forEach(thread -> thread.reactor().onClose());
            close(listeners);
            close(tlsListeners);
            throw e;
        }
        log = config.logTransactions() || !flights.isEmpty() ? new TransactionLog(logBuffers, flights) : null;
    }

    private void addReactors(
            final List<List<ServerSocketChannel>> listeners,
            final List<List<ServerSocketChannel>> tlsListeners,
            final ConnectionBudget budget,
            final List<TransactionLogBuffer> logBuffers,
            final List<FlightLog> flights)
            throws IOException {
        final long instance = EnvelopeIds.newInstance(System.currentTimeMillis());
        final SessionProfile profile = profile(delivery.carriesDsn());
        final ClientTable clients = new ClientTable(config.clientLimits(), config.maxConnections(), System.nanoTime());
        for (int i = 0; i < config.reactors(); i++) {
            final Reactor reactor = new Reactor("reactor-" + i, SystemNanoClock.INSTANCE, LONGEST_SLEEP_MS);
            final BlockPool pool = new BlockPool(config.memoryOctets() / config.reactors());
            final ReceiptQueue receipts =
                    new ReceiptQueue(Math.min(GREATEST_RECEIPT_CAPACITY, config.maxConnections()), reactor.doorbell());
            final EnvelopePool envelopes = new EnvelopePool(pool, receipts);
            final HandOff handOff = queue == null ? new InlineHandOff(delivery) : new QueuedHandOff(queue, receipts);
            final TransactionListener listener =
                    config.logTransactions() ? newBuffer(logBuffers) : TransactionListener.NONE;
            final Handshakes own = certificates == null ? null : newHandshakes(reactor);
            final SessionContext sessions = new SessionContext(
                    profile,
                    envelopes,
                    new EnvelopeIds(instance, i),
                    handOff,
                    delivery.keepsContent(),
                    reactor.metrics(),
                    SystemEpochClock.INSTANCE,
                    listener,
                    own == null ? TlsGate.NONE : own,
                    new VerdictQueue(reactor.doorbell()));
            sessions.countClients(clients);
            if (config.flightEvents() > 0) {
                final FlightLog flight = new FlightLog(reactor.metrics());
                flights.add(flight);
                sessions.record(new FlightRecorder(config.flightEvents(), flight));
            }
            sessions.watchLoad(new LoadGauge(config.load(), System.nanoTime()));
            reactor.prepare(pool, sessions, envelopes, receipts, config.limits(), budget, listeners.get(i));
            reactor.trustBalancers(config.proxy());
            if (own != null) {
                reactor.offerTls(own, tlsListeners.get(i));
            }
            status.add(reactor.metrics(), pool, envelopes, handOff);
            reactors.add(new ReactorThread(reactor));
        }
    }

    private Handshakes newHandshakes(final Reactor reactor) {
        final Handshakes made = new Handshakes(
                certificates,
                tlsWorkers,
                config.tls().limits().shareOf(config.reactors()),
                reactor.doorbell(),
                System.nanoTime());
        handshakes.add(made);
        return made;
    }

    /** A server with every default: loopback port 2525, discarding. See {@link ServerBuilder}. */
    public static ServerBuilder builder() {
        return new ServerBuilder();
    }

    /**
     * Starts a server. It owns the delivery and the certificates from now on and closes them, also when it does not start.
     *
     * @param certificates null without TLS
     * @param access its files are watched from now on
     * @param inline the delivery never blocks and is to run on the reactors' own threads
     * @throws IOException an address cannot be listened on; the message says which
     */
    static SmtpServer start(
            final ServerConfig config,
            final TlsCertificates certificates,
            final AccessFiles access,
            final Delivery delivery,
            final boolean inline)
            throws IOException {
        final SmtpServer server;
        try {
            server = new SmtpServer(config, certificates, access, delivery, inline);
        } catch (final IOException | RuntimeException | Error e) {
            closeAfter(e, delivery);
            if (certificates != null) {
                certificates.close();
            }
            throw e;
        }
        if (server.log != null) {
            server.log.start();
        }
        if (certificates != null) {
            LOG.info("TLS by {}", certificates.engineDescription());
            LOG.info("certificates: {}", certificates.description());
        }
        if (server.certificateWatch != null) {
            server.certificateWatch.start();
        }
        access.start();
        if (server.deliveryThread != null) {
            server.deliveryThread.start();
        }
        server.reactors.forEach(ReactorThread::start);
        LOG.debug("started with {} reactors", config.reactors());
        return server;
    }

    /** The plain addresses really listened on, in the order they were configured. */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** The addresses really listened on where TLS begins before the greeting. */
    public List<InetSocketAddress> tlsAddresses() {
        return List.copyOf(tlsAddresses);
    }

    /** The port of the first plain address, or else of the first one for TLS. */
    public int port() {
        return (addresses.isEmpty() ? tlsAddresses : addresses).get(0).getPort();
    }

    /** What the server has done and is doing. */
    public ServerStatus status() {
        return status;
    }

    /** Whether it lives, and whether it should be sent connections. */
    public ServerHealth health() {
        return health;
    }

    /**
     * Says that it is about to stop, {@link ServerHealth#obstacle()} from now on, and goes on as before: whoever sends it
     * connections has time to notice. {@link #stop} comes next.
     */
    public void retire() {
        retired = true;
    }

    /** The line for people when it accepts connections: where it listens, what its 250 means, who does TLS. */
    public String announcement() {
        final Stream<String> names = Stream.concat(
                addresses.stream().map(HostPort::format),
                tlsAddresses.stream().map(address -> HostPort.format(address) + " (TLS)"));
        return "listening on " + names.collect(Collectors.joining(", ")) + ", delivering to " + delivery.description()
                + " (" + delivery.acknowledgementLevel().description() + ")"
                + (certificates == null ? "" : ", TLS by " + certificates.engineName());
    }

    /** Whether there are files that {@link #reload} loads. */
    public boolean isReloadable() {
        return certificateWatch != null;
    }

    /**
     * Looks at the files of the certificates now, changed or not, instead of waiting for the next look. Returns at once: what
     * comes of it is logged. Without such files nothing happens.
     */
    public void reload() {
        if (certificateWatch != null) {
            certificateWatch.request();
        }
    }

    /** Stops in order, letting transactions go on for {@link #DEFAULT_DRAIN_TIMEOUT}. */
    @Override
    public void close() throws IOException {
        try {
            stop(DEFAULT_DRAIN_TIMEOUT);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while stopping", e);
        }
    }

    /**
     * Stops in order. Idempotent.
     *
     * @param drainTimeout how long transactions under way may go on; messages that the delivery has are waited for a
     *     little longer
     * @return whether everything came to its own end in time
     * @throws InterruptedException the caller was interrupted: what was under way is cut off, every thread told to end
     */
    public synchronized boolean stop(final Duration drainTimeout) throws IOException, InterruptedException {
        if (stopped) {
            return true;
        }
        final long deadlineNs = System.nanoTime() + drainTimeout.toNanos();
        stopped = true;
        retired = true;
        try {
            return drain(deadlineNs);
        } finally {
            end();
        }
    }

    private boolean drain(final long deadlineNs) throws InterruptedException {
        reactors.forEach(thread -> thread.reactor().requestDrain());
        final boolean inTime = awaitDrained(deadlineNs);
        if (!inTime) {
            reactors.forEach(thread -> thread.reactor().requestClose());
        }
        if (deliveryThread != null) {
            final long graceEndNs = System.nanoTime() + DELIVERY_GRACE_NS;
            awaitDrained(graceEndNs);
            if (!deliveryThread.stopWhenDrained(Math.max(0, graceEndNs - System.nanoTime()))) {
                LOG.error("the delivery did not finish; what it has not acknowledged is still with the senders");
            }
        }
        return inTime;
    }

    /** Ends every thread; after an interrupted or failed drain, too. They are all told before one is waited for. */
    private void end() throws IOException, InterruptedException {
        if (deliveryThread != null) {
            deliveryThread.stopWhenDrained(0);
        }
        reactors.forEach(ReactorThread::requestStop);
        try {
            for (final ReactorThread thread : reactors) {
                thread.awaitEnd();
            }
        } finally {
            if (log != null) {
                log.stop();
            }
            if (certificateWatch != null) {
                certificateWatch.stop();
            }
            access.stop();
            if (tlsWorkers != null) {
                tlsWorkers.close();
                handshakes.forEach(Handshakes::close);
                certificates.close();
            }
            if (deliveryThread == null) {
                delivery.close();
            }
        }
    }

    private boolean awaitDrained(final long deadlineNs) throws InterruptedException {
        while (!reactors.stream().allMatch(thread -> thread.reactor().isDrained())) {
            if (System.nanoTime() - deadlineNs >= 0) {
                return false;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while transactions under way were waited for");
            }
            LockSupport.parkNanos(this, DRAIN_POLL_NS);
        }
        return true;
    }

    /** Opens for each reactor its listeners, and notes the real addresses. */
    private void openListeners(
            final List<InetSocketAddress> wanted,
            final List<List<ServerSocketChannel>> byReactor,
            final List<InetSocketAddress> opened)
            throws IOException {
        for (int i = 0; i < config.reactors(); i++) {
            byReactor.add(new ArrayList<>());
        }
        for (final InetSocketAddress address : wanted) {
            try {
                final List<ServerSocketChannel> channels = Listener.open(address, config.reactors());
                for (int i = 0; i < channels.size(); i++) {
                    byReactor.get(i).add(channels.get(i));
                }
                opened.add((InetSocketAddress) channels.get(0).getLocalAddress());
            } catch (final IOException e) {
                throw new IOException("cannot listen on " + HostPort.format(address) + ": " + e.getMessage(), e);
            }
        }
    }

    private static void close(final List<List<ServerSocketChannel>> byReactor) throws IOException {
        for (final List<ServerSocketChannel> channels : byReactor) {
            for (final ServerSocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    private static void closeAfter(final Throwable failure, final Delivery delivery) {
        try {
            delivery.close();
        } catch (final IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private SessionProfile profile(final boolean announceDsn) {
        return new SessionProfile(
                config.hostname(),
                config.sessionRules(access, announceDsn),
                address -> isTrusted(config, address),
                status);
    }

    private static boolean isTrusted(final ServerConfig config, final InetAddress address) {
        return address.isLoopbackAddress()
                || config.trustedNetworks().stream().anyMatch(network -> network.contains(address));
    }

    private static TransactionListener newBuffer(final List<TransactionLogBuffer> buffers) {
        final TransactionLogBuffer buffer = new TransactionLogBuffer();
        buffers.add(buffer);
        return buffer;
    }
}
