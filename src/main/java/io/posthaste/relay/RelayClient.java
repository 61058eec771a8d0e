package io.posthaste.relay;

import io.posthaste.envelope.Doorbell;
import io.posthaste.memory.Block;
import io.posthaste.memory.BlockPool;
import io.posthaste.relay.RelayCounters.Count;
import io.posthaste.relay.TransferOutcome.End;
import io.posthaste.tls.TlsClients;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages to the next hops: one thread, one selector, as many connections as there is work for and the settings
 * allow. A connection that has done its work takes the next message, or waits a while for one; the one used last is used
 * first, so that those there are too many of grow old.
 *
 * <p>A message whose connection broke before anything of it was answered, as happens to connections that were kept, goes to
 * another one. Any other break is told, because only who knows the message knows whether it may come twice; it is told as an
 * answer to the message even when nothing was answered: a message that makes the server go away must not look like a server that
 * is away. When no connection is left and none can be had, the messages that wait are told at once that the next hops are away.
 *
 * <p>A failure of our own with one message or connection ends these two, and harms no other.
 *
 * <p>{@link #offer} and {@link #close} by any thread; {@link #doWork} by one.
 */
final class RelayClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RelayClient.class);

    private static final int MOST_ATTEMPTS = 3;
    private static final int SHARED_OCTETS = 64 * 1024;
    private static final HopReply STOPPING =
            HopReply.ours(451, "4.3.2", "Shutting down before the next server had the message");

    private final RelaySettings settings;
    private final String hostname;
    private final NanoClock clock;
    private final RelayCounters counters;
    private final TlsClients tls;
    private final Selector selector;
    private final Doorbell doorbell;
    private final JobQueue jobs;

    // The client's thread.
    private final Hops hops;
    private final List<HopConnection> connections = new ArrayList<>();
    private final ArrayDeque<HopConnection> idle = new ArrayDeque<>();
    private final ByteBuffer plainIn = ByteBuffer.allocateDirect(SHARED_OCTETS);
    private final ByteBuffer cipherIn = ByteBuffer.allocateDirect(SHARED_OCTETS);
    private final BlockPool tlsBlocks;
    private long turn;
    private long nowNs;

    // Any thread.
    private volatile boolean closed;
    private RelayThread thread;

    /**
     * @param hostname what is said with EHLO
     * @throws IllegalArgumentException the settings name a file that cannot be used; one line for the operator
     * @throws IOException the machine gives no selector
     */
    RelayClient(
            final RelaySettings settings, final String hostname, final NanoClock clock, final RelayCounters counters)
            throws IOException {
        this(settings, hostname, clock, counters, HopResolver::new);
    }

    /** @param newResolver makes who asks for addresses, who calls what it is given when there is an answer */
    RelayClient(
            final RelaySettings settings,
            final String hostname,
            final NanoClock clock,
            final RelayCounters counters,
            final Function<Runnable, HopResolver> newResolver)
            throws IOException {
        this.settings = settings;
        this.hostname = hostname;
        this.clock = clock;
        this.counters = counters;
        tls = settings.tlsClients();
        selector = Selector.open();
        doorbell = new Doorbell(selector::wakeup);
        jobs = new JobQueue(settings.timeoutNs(), counters);
        tlsBlocks = new BlockPool(2L * settings.connections() * Block.LARGE + 2L * BlockPool.SLAB);
        nowNs = clock.nanoTime();
        hops = new Hops(settings.hops(), newResolver.apply(doorbell::ring), nowNs);
    }

    /** Runs it on a thread of its own, until {@link #close}. */
    void start(final String name) {
        thread = new RelayThread(this, name, clock);
        thread.start();
    }

    /** Takes a message, which will be settled; false when the client is closed, and nothing was taken. */
    boolean offer(final OutgoingMessage message) {
        if (closed) {
            return false;
        }
        final Job job = jobs.offer(message, clock.nanoTime());
        if (closed && jobs.withdraw(job)) {
            return false;
        }
        doorbell.ring();
        return true;
    }

    /** Whether the next hops were there when they were needed last. */
    boolean isReachable() {
        return hops.isReachable();
    }

    /** Settles what it has as not delivered, and leaves the next hops. Idempotent. */
    @Override
    public void close() throws IOException {
        closed = true;
        if (thread == null) {
            end();
        } else {
            selector.wakeup();
            thread.awaitEnd();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Its own thread; after {@link #start}. For tests. */
    Thread thread() {
        return thread.thread();
    }

    String description() {
        return settings.description();
    }

    /**
     * One turn.
     *
     * @param longestSleepMs how long to wait for something to do; 0 not at all
     * @return how much was done
     */
    int doWork(final long longestSleepMs) throws IOException {
        nowNs = clock.nanoTime();
        turn++;
        int work = jobs.takeOffered();
        work += hops.takeAddresses(nowNs);
        checkTimes();
        work += assign();
        openConnections();
        refuseWhenAway();
        work += select(work > 0 ? 0 : longestSleepMs);
        counters.open(connections.size());
        return work;
    }

    private void checkTimes() {
        jobs.settleLate(nowNs);
        for (int i = connections.size() - 1; i >= 0; i--) {
            handle(connections.get(i), this::checkTime);
        }
    }

    private void checkTime(final HopConnection connection) {
        connection.checkTime(nowNs);
        if (connection.session().isReady() && nowNs - connection.readySinceNs() > settings.idleNs()) {
            idle.remove(connection);
            connection.quit(nowNs);
        }
    }

    private int assign() {
        int count = 0;
        while (!jobs.isEmpty() && !idle.isEmpty()) {
            final HopConnection connection = idle.pollLast();
            if (connection.session().isReady()) {
                handle(connection, ready -> ready.begin(jobs.remove(), turn, nowNs));
                count++;
            }
        }
        return count;
    }

    private void openConnections() {
        int wanted = Math.min(jobs.size() - opening(), settings.connections() - connections.size());
        if (hops.isAway() && connections.isEmpty()) {
            wanted = Math.max(wanted, 1); // who is asked whether mail can come must know without any
        }
        while (wanted-- > 0) {
            final Hop hop = hops.choose(nowNs);
            if (hop == null) {
                return;
            }
            if (hop.needsAddresses(nowNs)) {
                resolve(hop);
            } else {
                open(hop);
            }
        }
    }

    /** Connections that will take a message as soon as they are ready. */
    private int opening() {
        int count = 0;
        for (final HopConnection connection : connections) {
            count += connection.session().wasReady() ? 0 : 1;
        }
        return count;
    }

    private void resolve(final Hop hop) {
        try {
            hops.resolve(hop);
        } catch (final RuntimeException | OutOfMemoryError e) {
            onOpeningFailed(hop, e); // no thread to ask with, say
        }
    }

    private void open(final Hop hop) {
        final TlsMode mode = settings.tlsMode() == TlsMode.OPPORTUNISTIC && hop.isTlsDistrusted(nowNs)
                ? TlsMode.OFF
                : settings.tlsMode();
        final NextHop target = hop.target();
        final HopSession session =
                new HopSession(settings.isLmtp(), hostname, target.toString(), mode, counters, nowNs);
        try {
            connections.add(HopConnection.open(
                    hop,
                    session,
                    selector,
                    () -> new TlsWire(tls.newEngine(target.host(), target.port()), tlsBlocks, cipherIn),
                    tls.verifies(),
                    nowNs));
        } catch (final IOException | RuntimeException | OutOfMemoryError e) {
            onOpeningFailed(hop, e);
        }
    }

    private void onOpeningFailed(final Hop hop, final Throwable failure) {
        counters.add(Count.CONNECTION_FAILURES);
        hop.onFailure(HopSession.cleaned(failure), nowNs);
    }

    private void refuseWhenAway() {
        if (!jobs.isEmpty() && connections.isEmpty() && hops.areAllPausing(nowNs)) {
            jobs.settleAll(HopReply.ours(451, "4.4.1", "The next server is away: " + hops.away()));
        }
    }

    private int select(final long sleepMs) throws IOException {
        if (sleepMs == 0) {
            selector.selectNow(this::onSelected);
            return 0;
        }
        doorbell.prepareToSleep();
        final int count = !jobs.isAnyOffered() && !closed
                ? selector.select(this::onSelected, sleepMs)
                : selector.selectNow(this::onSelected);
        doorbell.awake();
        return count;
    }

    private void onSelected(final SelectionKey key) {
        nowNs = clock.nanoTime();
        handle((HopConnection) key.attachment(), connection -> connection.onSelected(plainIn, nowNs));
    }

    /** Whatever goes wrong with one connection, the others go on. */
    private void handle(final HopConnection connection, final Consumer<HopConnection> action) {
        try {
            action.accept(connection);
            look(connection);
        } catch (final Throwable e) {
            try {
                abandon(connection, failureOf(e));
            } finally {
                onEnded(connection);
                // Only now: a log that fails leaves no message without its answer.
                LOG.error(
                        "{}: a connection is left after a failure of the relay's own",
                        connection.hop().target(),
                        e);
            }
        }
    }

    private static HopReply failureOf(final Throwable failure) {
        try {
            return HopReply.ours(451, "4.3.0", "Failure of the relay: " + HopSession.cleaned(failure));
        } catch (final Throwable e) {
            return Job.FAILED; // no memory, say
        }
    }

    /** Ends the session in whatever state it is, and settles its message in any case. */
    private void abandon(final HopConnection connection, final HopReply why) {
        final HopSession session = connection.session();
        final Job job = connection.endJob();
        TransferOutcome outcome = job == null ? null : job.failed();
        try {
            session.abandon(why);
            final HopTransaction finished = session.takeFinished();
            if (job != null) {
                outcome = finished == null
                        ? TransferOutcome.ofAll(job.message(), "", why, End.ANSWERED)
                        : finished.outcome();
            }
        } finally {
            if (job != null) {
                jobs.settle(job, outcome);
            }
        }
    }

    /** Does what a connection has come to: its message is over, it is ready, it has ended. */
    private void look(final HopConnection connection) {
        final HopSession session = connection.session();
        final boolean wasReady = session.wasReady();
        final HopTransaction finished = session.takeFinished();
        if (finished != null) {
            onFinished(connection, finished);
        }
        if (session.isEnded()) {
            onEnded(connection);
        } else if (wasReady && session.isReady() && connection.job() == null && !idle.contains(connection)) {
            onReady(connection);
        }
    }

    private void onReady(final HopConnection connection) {
        if (!connection.isInService()) {
            counters.add(Count.CONNECTIONS_OPENED);
            if (connection.isSecure()) {
                counters.add(Count.TLS_CONNECTIONS);
            }
            hops.back(connection.hop());
        }
        connection.readySince(nowNs, turn);
        idle.addLast(connection);
    }

    private void onFinished(final HopConnection connection, final HopTransaction finished) {
        final Job job = connection.job();
        final boolean mayRepeat = job.attempts() + 1 < MOST_ATTEMPTS && nowNs - job.deadlineNs() < 0;
        final TransferOutcome outcome = finished.outcome();
        final boolean isAway = outcome.end() == End.UNAVAILABLE;
        if (isAway && connection.isKept() && mayRepeat) {
            jobs.putBack(job.again());
            connection.endJob();
            return;
        }
        final TransferOutcome told = isAway ? outcome.asAnswered() : outcome;
        connection.endJob(); // up to here a failure finds it there, and settles it
        jobs.settle(job, told);
    }

    private void onEnded(final HopConnection connection) {
        connections.remove(connection);
        idle.remove(connection);
        connection.close();
        final HopReply reason = connection.session().reason();
        final Hop hop = connection.hop();
        if (connection.isTlsFailed()) {
            counters.add(Count.TLS_FAILURES);
            LOG.warn("{}: {}", hop.target(), reason.text());
            if (settings.tlsMode() == TlsMode.OPPORTUNISTIC) {
                hop.distrustTls(nowNs);
                return; // at once again, in the clear
            }
        }
        if (!connection.isInService()) {
            counters.add(Count.CONNECTION_FAILURES);
            hop.onFailure(reason == null ? "left at once" : reason.text(), nowNs);
        } else if (reason != null) {
            counters.add(Count.CONNECTIONS_LOST);
        }
    }

    /** The last turn: settles and closes all; a failure with one harms no other. */
    void end() {
        nowNs = clock.nanoTime();
        guard(jobs::takeOffered);
        while (!jobs.isEmpty()) {
            guard(() -> jobs.settle(jobs.remove(), STOPPING, End.UNAVAILABLE));
        }
        for (final HopConnection connection : connections) {
            guard(() -> leave(connection));
            guard(connection::close);
        }
        connections.clear();
        idle.clear();
        guard(hops::close);
        guard(selector::close);
    }

    private void leave(final HopConnection connection) {
        try {
            if (connection.session().isReady()) {
                connection.quit(nowNs);
            }
        } finally {
            abandon(connection, STOPPING);
        }
    }

    private void guard(final Step step) {
        try {
            step.run();
        } catch (final Throwable e) {
            RelayThread.log(settings.description(), e);
        }
    }

    private interface Step {
        void run() throws IOException;
    }
}
