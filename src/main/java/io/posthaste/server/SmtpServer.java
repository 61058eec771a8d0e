package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.Figure;
import io.posthaste.reactor.ConnectionBudget;
import io.posthaste.tls.TlsCertificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running SMTP server: reactors, the delivery and what lies between them.
 *
 * <p>Started by {@link ServerBuilder#start()}; {@link #stop} ends it in order: no more connections, transactions under way
 * are finished, the delivery is emptied, every client gets its answer. Any thread.
 */
public final class SmtpServer implements AutoCloseable {
    public static final int DEFAULT_DRAIN_TIMEOUT_SECONDS = 30;

    /** How long {@link #close()} lets transactions go on. */
    public static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofSeconds(DEFAULT_DRAIN_TIMEOUT_SECONDS);

    /** How long the delivery may take to answer for what it has when the drain timeout is over. */
    private static final long DELIVERY_GRACE_NS = TimeUnit.SECONDS.toNanos(5);

    private static final Logger LOG = LoggerFactory.getLogger(SmtpServer.class);

    private final AccessFiles access;
    private final DeliveryStage stage;
    /** Null without TLS. */
    private final TlsService tls;

    private final HeapWatch heap;
    private final boolean watchesHeap;
    private final ServerStatus status;
    private final ServerHealth health;
    private final ListeningSockets sockets;
    private final ListeningSockets tlsSockets;
    private final ReactorGroup reactors = new ReactorGroup();
    /** Null when nothing of it is kept. */
    private final TransactionLog log;

    private boolean stopped;
    private volatile boolean retired;

    private SmtpServer(
            final ServerConfig config,
            final TlsCertificates certificates,
            final AccessFiles access,
            final Delivery delivery)
            throws IOException {
        this.access = access;
        stage = new DeliveryStage(delivery, config.queueCapacity());
        tls = certificates == null ? null : new TlsService(config.tls(), certificates, config.reactors());
        final ConnectionBudget budget = new ConnectionBudget(config.maxConnections());
        status = new ServerStatus(delivery, budget, stage.queue(), tls, this::figures);
        heap = new HeapWatch(config.load());
        watchesHeap = config.load().watchesHeap();
        status.watches(heap::usedPercent);
        health = new ServerHealth(status, delivery, () -> retired, ServerHealth.LONGEST_TURN);
        sockets = new ListeningSockets(config.reactors());
        tlsSockets = new ListeningSockets(config.reactors());
        final ReactorAssembly assembly = new ReactorAssembly(config, access, stage, tls, status, budget, heap);
        try {
            sockets.open(config.listeners());
            tlsSockets.open(config.tls().listeners());
            assembly.addTo(reactors, sockets, tlsSockets);
            log = assembly.newLog();
        } catch (final IOException | RuntimeException | Error e) {
            reactors.close();
            sockets.close();
            tlsSockets.close();
            throw e;
        }
    }

    /** What its parts tell besides reactors and delivery; in no order. */
    private List<Figure> figures() {
        final List<Figure> figures = new ArrayList<>(access.figures());
        figures.addAll(access.reloadFigures());
        if (tls != null) {
            figures.addAll(tls.figures());
        }
        if (log != null) {
            figures.addAll(log.figures());
        }
        return figures;
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
     * @param delivery one that never blocks runs on the reactors' own threads
     * @throws IOException an address cannot be listened on; the message says which
     */
    static SmtpServer start(
            final ServerConfig config,
            final TlsCertificates certificates,
            final AccessFiles access,
            final Delivery delivery)
            throws IOException {
        return start(config, certificates, access, delivery, Runnable::run);
    }

    /** @param starter runs what starts a thread, or throws what came of it */
    static SmtpServer start(
            final ServerConfig config,
            final TlsCertificates certificates,
            final AccessFiles access,
            final Delivery delivery,
            final Consumer<Runnable> starter)
            throws IOException {
        final SmtpServer server;
        try {
            server = new SmtpServer(config, certificates, access, delivery);
        } catch (final IOException | RuntimeException | Error e) {
            closeAfter(e, delivery);
            if (certificates != null) {
                certificates.close();
            }
            throw e;
        }
        try {
            server.start(starter);
        } catch (final RuntimeException | Error e) {
            server.stopAfter(e);
            throw e;
        }
        LOG.debug("started with {} reactors", config.reactors());
        return server;
    }

    /** Whoever passes something on after whoever takes it. */
    private void start(final Consumer<Runnable> starter) {
        if (log != null) {
            starter.accept(log::start);
        }
        if (tls != null) {
            starter.accept(tls::start);
        }
        if (watchesHeap) {
            starter.accept(heap::start);
        }
        access.start(starter);
        stage.start(starter);
        reactors.start(starter);
    }

    /** Undoes a start of which a part failed: what was started is stopped in order, and what was not is closed. */
    private void stopAfter(final Throwable failure) {
        try {
            stop(Duration.ZERO);
        } catch (final IOException | RuntimeException e) {
            failure.addSuppressed(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            failure.addSuppressed(e);
        }
    }

    /** The plain addresses really listened on, in the order they were configured. */
    public List<InetSocketAddress> addresses() {
        return sockets.addresses();
    }

    /** The addresses really listened on where TLS begins before the greeting. */
    public List<InetSocketAddress> tlsAddresses() {
        return tlsSockets.addresses();
    }

    /** The port of the first plain address, or else of the first one for TLS. */
    public int port() {
        return (addresses().isEmpty() ? tlsAddresses() : addresses()).get(0).getPort();
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
                addresses().stream().map(HostPort::format),
                tlsAddresses().stream().map(address -> HostPort.format(address) + " (TLS)"));
        return "listening on " + names.collect(Collectors.joining(", ")) + ", delivering to "
                + stage.delivery().description() + " ("
                + stage.delivery().acknowledgementLevel().description() + ")"
                + (tls == null ? "" : ", TLS by " + tls.engineName());
    }

    /** Whether there are files that {@link #reload} loads. */
    public boolean isReloadable() {
        return access.isReloadable() || tls != null && tls.isReloadable();
    }

    /**
     * Reads the files of the certificates, of the lists and of the passwords now, changed or not, instead of waiting for the
     * next look. Returns at once: what comes of it is logged and counted. Without such files nothing happens.
     */
    public void reload() {
        access.reload();
        if (tls != null) {
            tls.reload();
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
        reactors.requestDrain();
        final boolean inTime = reactors.awaitDrained(deadlineNs);
        if (!inTime) {
            reactors.requestClose();
        }
        if (stage.isThreaded()) {
            final long graceEndNs = System.nanoTime() + DELIVERY_GRACE_NS;
            reactors.awaitDrained(graceEndNs);
            stage.finish(graceEndNs);
        }
        return inTime;
    }

    /** Ends every thread; after an interrupted or failed drain, too. They are all told before one is waited for. */
    private void end() throws IOException, InterruptedException {
        stage.requestStop();
        reactors.requestStop();
        try {
            reactors.awaitEnd();
        } finally {
            if (log != null) {
                log.stop();
            }
            heap.stop();
            access.stop();
            if (tls != null) {
                tls.stop();
            }
            stage.closeInline();
        }
    }

    private static void closeAfter(final Throwable failure, final Delivery delivery) {
        try {
            delivery.close();
        } catch (final IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
