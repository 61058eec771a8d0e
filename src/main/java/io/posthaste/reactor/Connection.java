package io.posthaste.reactor;

import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.metrics.Latency;
import io.posthaste.session.Intent;
import io.posthaste.session.Peer;
import io.posthaste.session.Session;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;

/**
 * Carries octets between a channel and a session and does what the session intends. A balancer may introduce its client
 * ({@link Introductions}); its beginning is led by {@link Welcome}, a handshake of TLS by {@link Securing}, its reading by
 * {@link Consuming}, its waiting for room or memory by {@link Waiting}, its end by {@link Farewell}.
 *
 * <p>At rest it owns no memory but itself. While replies wait for a slow client nothing more is consumed. Pooled. Called on
 * the reactor thread only. A method that throws leaves the connection to be closed with {@link #fail}.
 */
final class Connection {
    final ReactorContext context;
    final Session session;
    final KeptInput kept;
    final Outbox outbox;

    private ByteChannel channel;
    private SelectionKey key;
    private int interest;
    private Layer layer = ClearLayer.INSTANCE;
    /** Whether TLS was there before the greeting. */
    private boolean secureFromTheStart;
    /** Whether a balancer opened it for itself. */
    private boolean healthCheck;

    private Phase phase = Phase.CLOSED;
    /** Why it ends, once that is decided. */
    private CloseReason closeReason;

    private long openedNs;
    private long deadlineNs;
    private long waitUntilNs;
    private long timerId = Deadlines.NO_TIMER;

    Connection(final ReactorContext context) {
        this.context = context;
        session = new Session(context.sessions);
        kept = new KeptInput(context.pool);
        outbox = new Outbox(context.pool, context.metrics);
    }

    // ---- life

    /** Takes over a channel and greets the client, at once or when it has waited. The key's interest is to read. */
    void open(final ByteChannel client, final SelectionKey clientKey, final Peer peer, final long nowNs)
            throws IOException {
        begin(client, clientKey, peer, false, nowNs);
        welcome(0, 0, nowNs);
    }

    /** As {@link #open}, with a handshake of TLS before the greeting. */
    void openSecure(final ByteChannel client, final SelectionKey clientKey, final Peer peer, final long nowNs)
            throws IOException {
        begin(client, clientKey, peer, true, nowNs);
        welcome(0, 0, nowNs);
    }

    /** As the others, with a header of the PROXY protocol before all else, by which the balancer says who its client is. */
    void openRelayed(
            final ByteChannel client,
            final SelectionKey clientKey,
            final Peer balancer,
            final boolean isSecure,
            final long nowNs) {
        begin(client, clientKey, balancer, isSecure, nowNs);
        context.introductions.begin(this, nowNs);
    }

    private void begin(
            final ByteChannel client,
            final SelectionKey clientKey,
            final Peer peer,
            final boolean isSecure,
            final long nowNs) {
        channel = client;
        key = clientKey;
        interest = SelectionKey.OP_READ;
        closeReason = null;
        secureFromTheStart = isSecure;
        healthCheck = false;
        phase = Phase.READING;
        context.opened();
        context.metrics.increment(Counter.CONNECTIONS_ACCEPTED);
        openedNs = nowNs;
        session.open(peer, this, nowNs);
    }

    /**
     * It is known who the client is: greets it, behind a handshake of TLS where that comes first, unless it has its share
     * already. Octets [from, to) of the read block came ahead.
     */
    void welcome(final int from, final int to, final long nowNs) throws IOException {
        if (!Welcome.admits(this, nowNs)) {
            return;
        }
        if (secureFromTheStart && session.isBlocked()) {
            // Nothing can be said before the handshake, and it is not worth one.
            close(CloseReason.NETWORK_BLOCKED);
        } else if (secureFromTheStart) {
            Securing.beginFirst(this, from, to, nowNs);
        } else {
            Welcome.begin(this, from, to, nowNs);
        }
    }

    /** Closes at once and gives everything back. Idempotent. */
    void close(final CloseReason reason) {
        if (phase == Phase.CLOSED) {
            return;
        }
        Waiting.giveUp(this);
        if (phase == Phase.LINGERING) {
            context.lingering--;
        }
        final boolean isHandshakeLost = phase == Phase.SHAKING_HANDS && !(healthCheck && isPeerGone(reason));
        phase = Phase.CLOSED;
        context.out.clear();
        endSession(reason, isHandshakeLost ? Securing.causeOf(layer, reason) : null);
        context.deadlines.disarm(this);
        kept.release();
        outbox.release();
        layer.release();
        layer = ClearLayer.INSTANCE;
        context.metrics.closed(reason);
        context.metrics.took(Latency.SESSION, context.nowNs - openedNs);
        context.closed();
        context.closings.add(channel, key);
        channel = null;
        key = null;
        context.free.add(this);
    }

    /** What is told of the end never keeps anything from being given back. */
    private void endSession(final CloseReason reason, final HandshakeFailure handshakeFailure) {
        try {
            session.close();
            if (handshakeFailure != null) {
                Securing.tellFailed(this, handshakeFailure);
            }
        } catch (final Throwable e) {
            Farewell.onInternalError(this, e);
        }
        try {
            session.leave(reason, handshakeFailure);
        } catch (final Throwable e) {
            Farewell.onInternalError(this, e);
        }
    }

    /** A balancer that only looks whether somebody accepts goes before it shakes hands. */
    private static boolean isPeerGone(final CloseReason reason) {
        return reason == CloseReason.PEER_CLOSED || reason == CloseReason.CONNECTION_RESET;
    }

    /** Its balancer says that it is its own: nobody is behind it. */
    void isHealthCheck() {
        healthCheck = true;
    }

    /** Closes because an event of this connection threw; the reactor goes on. */
    void fail(final Throwable failure) {
        Farewell.onFailure(this, failure);
    }

    /** The drain timeout is over: says so if the client still listens, and closes. */
    void cutOff() {
        Farewell.cutOff(this);
    }

    // ---- events

    /** The channel is ready for what its key asked. */
    void onReady(final int readyOps, final long nowNs) throws IOException {
        if (phase == Phase.SHAKING_HANDS) {
            Securing.onReady(this, readyOps, nowNs);
        } else if ((readyOps & SelectionKey.OP_WRITE) != 0) {
            onWritable(nowNs);
        } else {
            onReadable(nowNs);
        }
    }

    private void onWritable(final long nowNs) throws IOException {
        moveDeadline(context.limits.writeTimeoutNs(), nowNs);
        if (flush(nowNs)) {
            moveDeadline(session.timeoutNs(), nowNs);
            if (phase == Phase.CLOSING) {
                Farewell.onFlushed(this, nowNs);
            } else if (phase == Phase.READING && !kept.isEmpty()) {
                Consuming.goOnWithKept(this, nowNs);
            }
        }
    }

    private void onReadable(final long nowNs) throws IOException {
        switch (phase) {
            case READING -> Consuming.onReadable(this, nowNs);
            case AWAITING_INTRODUCTION -> context.introductions.onReadable(this, nowNs);
            case AWAITING_GREETING -> Welcome.onReadable(this, nowNs);
            case LINGERING -> Farewell.onReadable(this);
            default -> interest(0);
        }
    }

    /** The receipt of this connection's message is back. */
    void onReceipt(final long nowNs) throws IOException {
        session.onReceipt(context.out, nowNs);
        goOn(nowNs);
    }

    /** A policy has answered. */
    void onVerdict(final long nowNs) throws IOException {
        session.onVerdict(context.out, nowNs);
        goOn(nowNs);
    }

    /** The deadline has passed; the timer is spent. */
    void onDeadline(final long nowNs) {
        try {
            if (phase == Phase.AWAITING_INTRODUCTION) {
                context.introductions.onDeadline(this, nowNs);
            } else if (phase == Phase.SHAKING_HANDS) {
                close(CloseReason.TLS_HANDSHAKE_TIMEOUT);
            } else if (!outbox.isEmpty()) {
                close(CloseReason.WRITE_TIMEOUT);
            } else if (phase == Phase.AWAITING_GREETING) {
                Welcome.onWaited(this, nowNs);
            } else if (phase == Phase.AWAITING_VERDICT) {
                session.onVerdictTimeout(context.out, nowNs);
                rearmDeadline(session.timeoutNs(), nowNs);
                goOn(nowNs);
            } else if (phase == Phase.READING) {
                session.onTimeout(context.out);
                rearmDeadline(session.timeoutNs(), nowNs);
                Farewell.begin(this, nowNs);
            } else if (phase == Phase.LINGERING) {
                close(closeReason);
            } else {
                // A receipt always comes, and the reactor watches the two waiting lists.
                rearmDeadline(session.timeoutNs(), nowNs);
            }
        } catch (final Throwable e) {
            fail(e);
        }
    }

    /** The server is stopping: the session says so as soon as no transaction is under way. */
    void drain(final long nowNs) throws IOException {
        if (phase.isEnding()) {
            return;
        }
        if (phase.isBeforeSession()) {
            close(CloseReason.SHUTDOWN);
            return;
        }
        session.drain(context.out);
        if (session.intent() == Intent.CLOSE) {
            Farewell.begin(this, nowNs);
        }
    }

    // ---- what the session intends

    /** Does what the session intends. */
    void act(final long nowNs) throws IOException {
        if ((session.takeProgress() || session.intent() == Intent.AWAIT_VERDICT) && outbox.isEmpty()) {
            moveDeadline(session.timeoutNs(), nowNs);
        }
        switch (session.intent()) {
            case READ -> phase = Phase.READING;
            case FLUSH -> {
                // Tried just now, in vain. A second try might succeed and nobody would go on with what was kept.
                phase = Phase.READING;
                return;
            }
            case AWAIT_RECEIPT -> phase = Phase.AWAITING_RECEIPT;
            case AWAIT_VERDICT -> phase = Phase.AWAITING_VERDICT;
            case END_OF_DATA -> Waiting.forRoom(this, nowNs);
            case CLOSE -> {
                Farewell.begin(this, nowNs);
                return;
            }
            case START_TLS -> {
                flush(nowNs);
                Securing.begin(this, nowNs);
                return;
            }
            default -> throw new IllegalStateException();
        }
        if (flush(nowNs) && phase == Phase.READING && layer.isInputEnded()) {
            Farewell.onPeerClosed(this);
        }
    }

    /** The transaction has ended while the connection waited: goes on with what was kept. */
    void goOn(final long nowNs) throws IOException {
        phase = Phase.READING;
        if (outbox.isEmpty()) {
            moveDeadline(session.timeoutNs(), nowNs);
        }
        if (session.intent() != Intent.READ || kept.isEmpty()) {
            act(nowNs);
        } else if (outbox.isEmpty() || flush(nowNs)) {
            Consuming.goOnWithKept(this, nowNs);
        }
    }

    // ---- octets

    /** Reads once through the layer; octets put into the block from one on, negative at the end. */
    int readTo(final Block target, final int from) throws IOException {
        return layer.read(channel, outbox, target, from);
    }

    /** Writes what there is to say and sets the interest to match; true when nothing is left unsent. */
    boolean flush(final long nowNs) throws IOException {
        final boolean wasBlocked = !outbox.isEmpty();
        final boolean sent = layer.flush(channel, outbox, context.out);
        if (!sent) {
            if (!wasBlocked) {
                moveDeadline(context.limits.writeTimeoutNs(), nowNs);
            }
            interest(SelectionKey.OP_WRITE);
        } else if (phase == Phase.READING || phase == Phase.LINGERING) {
            interest(SelectionKey.OP_READ);
        } else if (wasBlocked) {
            interest(0);
        }
        return sent;
    }

    void interest(final int ops) {
        if (interest != ops) {
            interest = ops;
            key.interestOps(ops);
        }
    }

    // ---- time

    /** The next step may take so long from now on. */
    void moveDeadline(final long timeoutNs, final long nowNs) {
        deadlineNs = nowNs + timeoutNs;
        context.deadlines.onMoved(this, nowNs);
    }

    /** As {@link #moveDeadline}, for a timer that is spent, or a timeout that is always short. */
    void rearmDeadline(final long timeoutNs, final long nowNs) {
        deadlineNs = nowNs + timeoutNs;
        context.deadlines.rearm(this, nowNs);
    }

    long deadlineNs() {
        return deadlineNs;
    }

    /** Until when it waits for room or memory. */
    long waitUntilNs() {
        return waitUntilNs;
    }

    void waitUntilNs(final long timeNs) {
        waitUntilNs = timeNs;
    }

    long timerId() {
        return timerId;
    }

    void timerId(final long id) {
        timerId = id;
    }

    // ---- where it stands

    Phase phase() {
        return phase;
    }

    void phase(final Phase next) {
        phase = next;
    }

    /** Whether the delivery has this connection's message, or a part of it: closing now would keep its answer from the client. */
    boolean isAwaitingReceipt() {
        return phase == Phase.AWAITING_RECEIPT;
    }

    /** Null once it is closed. */
    ByteChannel channel() {
        return channel;
    }

    Layer layer() {
        return layer;
    }

    void layer(final Layer next) {
        layer = next;
    }

    boolean isSecureFromTheStart() {
        return secureFromTheStart;
    }

    /** Why it ends; null before that is decided. */
    CloseReason closeReason() {
        return closeReason;
    }

    void closeReason(final CloseReason reason) {
        closeReason = reason;
    }
}
