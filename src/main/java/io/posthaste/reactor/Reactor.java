package io.posthaste.reactor;

import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.Latency;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.Limits;
import io.posthaste.policy.LoadGauge;
import io.posthaste.policy.ProxyRules;
import io.posthaste.session.SessionContext;
import io.posthaste.session.VerdictQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.jctools.queues.MessagePassingQueue;

/**
 * One event loop: accepts, reads, lets sessions work, writes, and keeps the time.
 *
 * <p>A cycle ({@link #doWork}) is a row of bounded phases. The only place it may sleep is the selector, and it sleeps only
 * when the phases before had nothing to do; receipts and requests from other threads wake it.
 */
public final class Reactor implements Agent {
    /** Receipts settled in one cycle at the most. */
    private static final int RECEIPT_LIMIT = 1024;
    /** Timers fired in one cycle at the most. */
    private static final int TIMER_LIMIT = 1024;
    /** Answers of policies that sessions go on with in one cycle at the most. */
    private static final int VERDICT_LIMIT = 1024;
    /** Sleep while messages or contents wait for room or memory, which nobody announces, in milliseconds. */
    private static final long WAITING_SLEEP_MS = 5;

    private final String name;
    private final NanoClock clock;
    private final long longestSleepMs;
    private final Selector selector;
    private final Doorbell doorbell;
    private final ReactorMetrics metrics;
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final Consumer<SelectionKey> onKey = this::onKey;
    private final MessagePassingQueue.Consumer<Envelope> onReceipt = this::onReceipt;
    private final Consumer<Object> onVerdict = this::onVerdict;

    // Set by prepare, then constant.
    private ReactorContext context;
    private ReceiptQueue receipts;
    private VerdictQueue verdicts;
    private EnvelopePool envelopes;
    /** Null where TLS is not offered. */
    private Handshakes handshakes;

    // Owned by the reactor thread.
    private long nowNs;
    private boolean clockRead;
    /** Since when this turn keeps everything else waiting: its beginning, or the end of its sleep. */
    private long busySinceNs;

    private boolean wasBusy;
    /** Whether the turn before this one came to its end: nothing was thrown out of it. */
    private boolean endedWell = true;

    private boolean draining;

    // Requests from other threads, and what they may ask.
    private volatile boolean drainRequested;
    private volatile boolean closeRequested;
    private volatile boolean drained;

    /**
     * @param longestSleepMs the selector's longest sleep; 0 never sleeps, for tests that step the loop
     * @throws IOException the selector cannot be opened
     */
    public Reactor(final String name, final NanoClock clock, final long longestSleepMs) throws IOException {
        this.name = name;
        this.clock = clock;
        this.longestSleepMs = longestSleepMs;
        metrics = new ReactorMetrics();
        metrics.turned(clock.nanoTime());
        selector = Selector.open();
        doorbell = new Doorbell(selector::wakeup);
    }

    /** Wakes this reactor: for the queue of its receipts. */
    public Doorbell doorbell() {
        return doorbell;
    }

    public ReactorMetrics metrics() {
        return metrics;
    }

    /**
     * Gives the reactor what it works with; before its first cycle. It takes ownership of the listeners.
     *
     * @throws IOException a listener cannot be registered
     */
    public void prepare(
            final BlockPool pool,
            final SessionContext sessions,
            final EnvelopePool envelopePool,
            final ReceiptQueue receiptQueue,
            final Limits limits,
            final ConnectionBudget budget,
            final List<ServerSocketChannel> listeners)
            throws IOException {
        busySinceNs = clock.nanoTime();
        context = new ReactorContext(pool, sessions, limits, metrics, budget, busySinceNs);
        envelopes = envelopePool;
        receipts = receiptQueue;
        verdicts = sessions.verdicts();
        for (final ServerSocketChannel listener : listeners) {
            accept(listener, false);
        }
    }

    /**
     * Offers TLS; after {@link #prepare}, before the first cycle. It takes ownership of the listeners.
     *
     * @param secureListeners where TLS begins before the greeting
     * @throws IOException a listener cannot be registered
     */
    public void offerTls(final Handshakes newHandshakes, final List<ServerSocketChannel> secureListeners)
            throws IOException {
        handshakes = newHandshakes;
        context.offerTls(newHandshakes);
        for (final ServerSocketChannel listener : secureListeners) {
            accept(listener, true);
        }
    }

    /** Has balancers introduce their clients; after {@link #prepare}, before the first cycle. */
    public void trustBalancers(final ProxyRules rules) {
        if (rules.isOn()) {
            context.introductions = new Introductions(context, rules, clock.nanoTime());
        }
    }

    private void accept(final ServerSocketChannel listener, final boolean secure) throws IOException {
        final Acceptor acceptor = new Acceptor(context, listener, secure, clock.nanoTime());
        acceptor.register(selector);
        acceptors.add(acceptor);
    }

    /** What its connections share. */
    ReactorContext context() {
        return context;
    }

    // ---- the cycle

    /**
     * {@inheritDoc}
     *
     * <p>What it throws is not about one connection. It may be called again: the failed turn is counted when the next begins, and
     * the reactor is told to live only from a turn on that ends.
     */
    @Override
    public int doWork() throws IOException {
        beginTurn();
        int work = receipts.drain(onReceipt, RECEIPT_LIMIT);
        work += verdicts.drain(onVerdict, VERDICT_LIMIT);
        work += handshakes == null ? 0 : handshakes.poll(nowNs);
        work += retryHandOffs();
        work += retryMemory();
        work += pollRequests();
        work += context.deadlines.poll(nowNs, TIMER_LIMIT);
        work += pollSelector(work > 0 ? 0 : context.closings.longestSleepMs(longestSleepMs));
        wasBusy = work > 0;
        endedWell = true;
        return work;
    }

    /** The reading at the beginning of a turn is also the end of the one before, if that came to an end. */
    private void beginTurn() {
        final boolean turned = endedWell;
        endedWell = false;
        if (!turned) {
            metrics.increment(Counter.REACTOR_FAILED_TURNS);
        }
        now(clock.nanoTime());
        if (turned) {
            metrics.turned(nowNs);
        }
        if (wasBusy) {
            metrics.took(Latency.REACTOR_CYCLE, nowNs - busySinceNs);
        }
        final LoadGauge load = context.sessions.load();
        if (load.onCycle(nowNs, nowNs - busySinceNs, context.pool.usedPercent())) {
            metrics.load(load.level().ordinal(), load.lagNs());
        }
        busySinceNs = nowNs;
    }

    /** First come, first served: when there is no room for the first, there is none for the others. */
    private int retryHandOffs() {
        final ArrayDeque<Connection> waiting = context.awaitingRoom;
        int done = context.sessions.retryAbandoned();
        for (int i = waiting.size(); i > 0; i--) {
            final Connection connection = waiting.pollFirst();
            try {
                if (!Waiting.retryHandOff(connection, nowNs)) {
                    waiting.addFirst(connection);
                    break;
                }
                done++;
            } catch (final Throwable e) {
                connection.fail(e);
            }
        }
        return done;
    }

    private int retryMemory() {
        final ArrayDeque<Connection> waiting = context.awaitingMemory;
        int done = 0;
        while (!waiting.isEmpty()) {
            final Connection connection = waiting.pollFirst();
            try {
                if (!Waiting.retryMemory(connection, nowNs)) {
                    waiting.addFirst(connection);
                    break;
                }
                done++;
            } catch (final Throwable e) {
                connection.fail(e);
            }
        }
        return done;
    }

    private int pollRequests() {
        for (int i = acceptors.size() - 1; i >= 0; i--) {
            acceptors.get(i).poll(nowNs);
        }
        if (!drainRequested) {
            return 0;
        }
        if (!draining) {
            draining = true;
            drain();
        }
        if (closeRequested) {
            closeAllButAwaiting();
        }
        drained = context.open() == context.lingering && envelopes.inUse() == 0;
        return 0;
    }

    private int pollSelector(final long sleepMs) throws IOException {
        context.closings.onSelecting();
        clockRead = false;
        final long limitMs = isAnyWaiting() ? Math.min(sleepMs, WAITING_SLEEP_MS) : sleepMs;
        final int ready;
        if (limitMs == 0) {
            ready = selector.selectNow(onKey);
        } else {
            doorbell.prepareToSleep();
            if (receipts.isEmpty() && verdicts.isEmpty() && (handshakes == null || !handshakes.hasResults())) {
                ready = selector.select(onKey, limitMs);
            } else {
                ready = selector.selectNow(onKey);
            }
            doorbell.awake();
        }
        readClock();
        if (limitMs > 0) {
            // Read behind the sleep, by the first key or just now: since then keys were worked off.
            busySinceNs = nowNs;
        }
        context.closings.onSelected();
        return ready;
    }

    private boolean isAnyWaiting() {
        return !context.awaitingRoom.isEmpty()
                || !context.awaitingMemory.isEmpty()
                || context.sessions.isAnyAbandonedWaiting()
                || draining;
    }

    /**
     * One bad connection never stops the loop, nor leaves anything of its own for the next: whatever its event throws, an
     * Error too, closes it. So with every other event.
     */
    private void onKey(final SelectionKey key) {
        readClock();
        if (key.attachment() instanceof Connection connection) {
            try {
                connection.onReady(key.readyOps(), nowNs);
            } catch (final Throwable e) {
                connection.fail(e);
            }
        } else {
            ((Acceptor) key.attachment()).onAcceptable(selector, nowNs);
        }
    }

    /** Once a wake-up: the selector calls back after its sleep. */
    private void readClock() {
        if (!clockRead) {
            now(clock.nanoTime());
        }
    }

    private void now(final long readNs) {
        nowNs = readNs;
        context.nowNs = readNs;
        context.sessions.recorder().at(readNs);
        clockRead = true;
    }

    private void onReceipt(final Envelope envelope) {
        context.sessions.onReceiptReturned();
        final Connection connection = (Connection) envelope.owner();
        if (connection == null) {
            context.sessions.onReceiptUnheard(envelope, nowNs);
            return;
        }
        try {
            connection.onReceipt(nowNs);
        } catch (final Throwable e) {
            connection.fail(e);
        }
    }

    /** @param owner the connection that waited; null when it waits no more */
    private void onVerdict(final Object owner) {
        if (owner == null) {
            context.sessions.onVerdictUnheard();
            return;
        }
        final Connection connection = (Connection) owner;
        try {
            connection.onVerdict(nowNs);
        } catch (final Throwable e) {
            connection.fail(e);
        }
    }

    // ---- the end

    /**
     * Asks to stop: no more connections; those at rest are told 421, those in a transaction after its end. Any thread;
     * idempotent.
     */
    public void requestDrain() {
        drainRequested = true;
        selector.wakeup();
    }

    /** Asks to close what is still open after {@link #requestDrain}, but for messages that the delivery has. Any thread. */
    public void requestClose() {
        drainRequested = true;
        closeRequested = true;
        selector.wakeup();
    }

    /** Whether a drain was asked for, every client has heard its last reply and nothing is in flight. Any thread. */
    public boolean isDrained() {
        return drained;
    }

    private void drain() {
        for (final Acceptor acceptor : acceptors) {
            acceptor.close();
        }
        acceptors.clear();
        for (final Connection connection : connections()) {
            try {
                connection.drain(nowNs);
            } catch (final Throwable e) {
                connection.fail(e);
            }
        }
    }

    private void closeAllButAwaiting() {
        for (final Connection connection : connections()) {
            if (!connection.isAwaitingReceipt()) {
                connection.cutOff();
            }
        }
    }

    private List<Connection> connections() {
        final List<Connection> connections = new ArrayList<>();
        for (final SelectionKey key : selector.keys()) {
            if (key.isValid() && key.attachment() instanceof Connection connection) {
                connections.add(connection);
            }
        }
        return connections;
    }

    @Override
    public void onClose() {
        for (final Acceptor acceptor : acceptors) {
            acceptor.close();
        }
        for (final Connection connection : connections()) {
            connection.cutOff();
        }
        if (context != null) {
            context.close();
        }
        try {
            selector.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        if (context != null) {
            context.closings.closeAll();
        }
    }

    @Override
    public String roleName() {
        return name;
    }
}
