package io.posthaste.reactor;

import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.reply.Reply;
import io.posthaste.session.Intent;
import io.posthaste.session.Peer;
import io.posthaste.session.Session;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries octets between a channel and a session and does what the session intends.
 *
 * <p>At rest it owns no memory but itself. While replies wait for a slow client nothing more is consumed. Pooled. Called on
 * the reactor thread only. A method that throws leaves the connection to be closed with {@link #fail}.
 */
final class Connection {
    /** How long a closing connection is listened to, so that unread input does not turn our last reply into a reset. */
    static final long LINGER_NS = TimeUnit.SECONDS.toNanos(2);

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** What the connection waits for. */
    private enum Phase {
        /** The handshake of TLS. */
        SHAKING_HANDS,
        /** The time to greet, if the client can wait. */
        AWAITING_GREETING,
        READING,
        AWAITING_RECEIPT,
        /** A policy to answer. */
        AWAITING_VERDICT,
        AWAITING_ROOM,
        AWAITING_MEMORY,
        /** Our last reply to be taken. */
        CLOSING,
        /** The client to close, after our last reply. */
        LINGERING,
        CLOSED
    }

    private final ReactorContext context;
    private final Session session;
    private final KeptInput kept;
    private final Outbox outbox;

    private ByteChannel channel;
    private SelectionKey key;
    private int interest;
    /** Null in the clear. */
    private SecureLayer tls;
    /** Whether TLS was there before the greeting. */
    private boolean secureFromTheStart;

    private Phase phase = Phase.CLOSED;
    private CloseReason closeReason;
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
        begin(client, clientKey, peer, nowNs);
        welcome(nowNs);
    }

    /** As {@link #open}, with a handshake of TLS before the greeting. */
    void openSecure(final ByteChannel client, final SelectionKey clientKey, final Peer peer, final long nowNs)
            throws IOException {
        begin(client, clientKey, peer, nowNs);
        secureFromTheStart = true;
        if (!context.handshakes.tryAdmit(nowNs)) {
            throw new HandshakeOverloadException();
        }
        startTls(nowNs);
    }

    private void begin(final ByteChannel client, final SelectionKey clientKey, final Peer peer, final long nowNs) {
        channel = client;
        key = clientKey;
        interest = SelectionKey.OP_READ;
        closeReason = null;
        secureFromTheStart = false;
        phase = Phase.READING;
        context.opened();
        context.metrics.increment(Counter.CONNECTIONS_ACCEPTED);
        session.open(peer, this, nowNs);
    }

    /** Greets the client, or begins to let it wait for that. */
    private void welcome(final long nowNs) throws IOException {
        if (session.greetingDelayNs() > 0) {
            phase = Phase.AWAITING_GREETING;
            deadlineNs = nowNs + session.greetingDelayNs();
            context.deadlines.rearm(this, nowNs);
        } else {
            deadlineNs = nowNs + session.timeoutNs();
            context.deadlines.rearm(this, nowNs);
            greet(nowNs);
        }
    }

    /** The client has waited long enough: greets it, and goes on with what it sent ahead. */
    private void greet(final long nowNs) throws IOException {
        session.greet(context.out);
        goOn(nowNs);
    }

    /** The client sends, or leaves, before it was greeted. */
    private void listenEarly(final long nowNs) throws IOException {
        final Block target = context.readBlock;
        final int count =
                tls == null ? channel.read(target.ioView(0, target.capacity())) : tls.read(channel, outbox, target, 0);
        if (count < 0) {
            closeByPeer();
        } else if (count > 0) {
            onEarlyTalk(count, nowNs);
        }
    }

    /** So many octets, in the read block, came before the greeting. */
    private void onEarlyTalk(final int count, final long nowNs) throws IOException {
        session.onEarlyTalk(context.out);
        if (session.intent() == Intent.CLOSE) {
            finish(nowNs);
        } else if (!kept.keep(context.readBlock, 0, count)) {
            throw new OutOfBlocksException();
        } else {
            setInterest(0);
        }
    }

    /** Closes at once and gives everything back. Idempotent. */
    void close(final CloseReason reason) {
        if (phase == Phase.CLOSED) {
            return;
        }
        leaveWaitingLists();
        if (phase == Phase.LINGERING) {
            context.lingering--;
        }
        if (phase == Phase.SHAKING_HANDS) {
            context.metrics.increment(Counter.TLS_HANDSHAKE_FAILURES);
        }
        phase = Phase.CLOSED;
        context.out.clear();
        session.close();
        context.deadlines.disarm(this);
        kept.release();
        outbox.release();
        if (tls != null) {
            tls.release();
            tls = null;
        }
        context.metrics.closed(reason);
        context.closed();
        context.closings.add(channel, key);
        channel = null;
        key = null;
        context.free.add(this);
    }

    /** Closes because an event of this connection threw; the reactor goes on. */
    void fail(final Exception failure) {
        if (failure instanceof OutOfBlocksException) {
            context.metrics.increment(Counter.LIMIT_MEMORY);
            close(CloseReason.MEMORY);
        } else if (failure instanceof HandshakeOverloadException) {
            context.metrics.increment(Counter.TLS_HANDSHAKES_REFUSED);
            close(CloseReason.TLS_OVERLOAD);
        } else if (failure instanceof SSLException && tls != null) {
            LOG.debug("TLS with {} failed: {}", session.peer(), failure.toString());
            tls.sayGoodbye(channel, outbox);
            close(
                    phase == Phase.SHAKING_HANDS
                            ? CloseReason.TLS_HANDSHAKE_FAILURE
                            : closeReason == null ? CloseReason.TLS_FAILURE : closeReason);
        } else if (failure instanceof IOException) {
            // Once the last words are said, it ends for their reason however the client takes them.
            close(closeReason == null ? CloseReason.CONNECTION_RESET : closeReason);
        } else {
            context.metrics.increment(Counter.INTERNAL_ERRORS);
            LOG.error("internal error, closing the connection of {}", session.peer(), failure);
            sayLast(Reply.INTERNAL_ERROR);
            close(CloseReason.INTERNAL_ERROR);
        }
    }

    /** The drain timeout is over: says so if the client still listens, and closes. */
    void cutOff() {
        if (phase != Phase.CLOSING && phase != Phase.LINGERING) {
            sayLast(Reply.SHUTTING_DOWN);
        }
        close(closeReason == null ? CloseReason.SHUTDOWN : closeReason);
    }

    /** Best effort, for a connection that is closed at once: nothing can be said in the middle of another reply. */
    private void sayLast(final Reply reply) {
        if (phase == Phase.CLOSED || phase == Phase.SHAKING_HANDS || !outbox.isEmpty()) {
            return;
        }
        context.out.clear();
        reply.putTo(context.out);
        context.metrics.replied(reply.code());
        try {
            if (tls == null) {
                channel.write(context.out.flip());
            } else {
                tls.endOutput();
                tls.flush(channel, outbox, context.out);
            }
        } catch (final IOException e) {
            LOG.debug("the client is gone: {}", e.toString());
        }
    }

    // ---- events

    /** The channel is ready for what its key asked. */
    void onReady(final int readyOps, final long nowNs) throws IOException {
        if ((readyOps & SelectionKey.OP_WRITE) != 0) {
            final boolean isBound = phase == Phase.SHAKING_HANDS;
            deadlineNs = isBound ? deadlineNs : nowNs + context.limits.writeTimeoutNs();
            if (flush(nowNs)) {
                if (!isBound) {
                    expectNext(nowNs);
                }
                resume(nowNs);
            }
            return;
        }
        switch (phase) {
            case READING -> {
                if (session.needsMemory() && context.isShortOfMemory()) {
                    awaitMemory(nowNs);
                } else {
                    read(nowNs);
                }
            }
            case SHAKING_HANDS -> shakeHands(nowNs);
            case AWAITING_GREETING -> listenEarly(nowNs);
            case LINGERING -> linger();
            default -> setInterest(0);
        }
    }

    /** The receipt of this connection's message is back. */
    void onReceipt(final long nowNs) throws IOException {
        session.onReceipt(context.out, nowNs);
        goOn(nowNs);
    }

    /** A policy has answered. */
    void onVerdict(final long nowNs) throws IOException {
        session.onVerdict(context.out);
        goOn(nowNs);
    }

    /** There may be room in the hand-off queue now; true when this connection waits no more. */
    boolean retryHandOff(final long nowNs) throws IOException {
        session.endOfData(context.out, nowNs);
        if (session.intent() == Intent.END_OF_DATA) {
            if (waitUntilNs - nowNs > 0) {
                return false;
            }
            session.giveUpHandOff(context.out, nowNs);
        }
        goOn(nowNs);
        return true;
    }

    /** There may be memory now; true when this connection waits no more. */
    boolean retryMemory(final long nowNs) {
        if (context.isShortOfMemory()) {
            if (waitUntilNs - nowNs > 0) {
                return false;
            }
            session.onMemoryTimeout();
        }
        phase = Phase.READING;
        deadlineNs = nowNs + session.timeoutNs();
        setInterest(SelectionKey.OP_READ);
        return true;
    }

    /** The deadline has passed; the timer is spent. */
    void onDeadline(final long nowNs) {
        try {
            if (phase == Phase.SHAKING_HANDS) {
                close(CloseReason.TLS_HANDSHAKE_TIMEOUT);
            } else if (!outbox.isEmpty()) {
                close(CloseReason.WRITE_TIMEOUT);
            } else if (phase == Phase.AWAITING_GREETING) {
                deadlineNs = nowNs + session.timeoutNs();
                context.deadlines.arm(this, nowNs);
                greet(nowNs);
            } else if (phase == Phase.AWAITING_VERDICT) {
                session.onVerdictTimeout(context.out);
                deadlineNs = nowNs + session.timeoutNs();
                context.deadlines.arm(this, nowNs);
                goOn(nowNs);
            } else if (phase == Phase.READING) {
                session.onTimeout(context.out);
                deadlineNs = nowNs + session.timeoutNs();
                context.deadlines.arm(this, nowNs);
                finish(nowNs);
            } else if (phase == Phase.LINGERING) {
                close(closeReason);
            } else {
                // A receipt always comes, and the reactor watches the two waiting lists.
                deadlineNs = nowNs + session.timeoutNs();
                context.deadlines.arm(this, nowNs);
            }
        } catch (final IOException | RuntimeException e) {
            fail(e);
        }
    }

    /** The server is stopping: the session says so as soon as no transaction is under way. */
    void drain(final long nowNs) throws IOException {
        if (phase == Phase.CLOSING || phase == Phase.LINGERING) {
            return;
        }
        if (phase == Phase.SHAKING_HANDS) {
            // There is no way to say anything in the middle of it.
            close(CloseReason.SHUTDOWN);
            return;
        }
        session.drain(context.out);
        if (session.intent() == Intent.CLOSE) {
            finish(nowNs);
        }
    }

    /** Whether the delivery has this connection's message: closing now would keep its answer from the client. */
    boolean isAwaitingReceipt() {
        return phase == Phase.AWAITING_RECEIPT;
    }

    long deadlineNs() {
        return deadlineNs;
    }

    long timerId() {
        return timerId;
    }

    void timerId(final long id) {
        timerId = id;
    }

    // ---- input

    private void read(final long nowNs) throws IOException {
        if (tls != null) {
            readSecure(nowNs);
            return;
        }
        final Block target = readTarget();
        final int from = target == context.readBlock ? 0 : target.length();
        final int count = channel.read(target.ioView(from, target.capacity()));
        if (count < 0) {
            closeByPeer();
        } else if (target == kept.block()) {
            target.length(from + count);
            process(target, kept.from(), from + count, nowNs);
        } else {
            process(target, from, from + count, nowNs);
        }
    }

    /** What was kept and what comes lie in the read block together. */
    private void readSecure(final long nowNs) throws IOException {
        final int from = kept.moveTo(context.readBlock);
        final int count = tls.read(channel, outbox, context.readBlock, from);
        if (count < 0) {
            closeByPeer();
        } else {
            process(context.readBlock, 0, from + count, nowNs);
        }
    }

    private void closeByPeer() {
        if (tls != null) {
            tls.sayGoodbye(channel, outbox);
        }
        close(session.isInTransaction() ? CloseReason.PEER_CLOSED_IN_TRANSACTION : CloseReason.PEER_CLOSED);
    }

    private Block readTarget() {
        if (!kept.isEmpty()) {
            return kept.block();
        }
        final Block tail = session.tailForRead();
        return tail != null ? tail : context.readBlock;
    }

    /** Lets the session consume octets [from, to) of a block, keeps what it cannot, and does what it intends. */
    private void process(final Block source, final int from, final int to, final long nowNs) throws IOException {
        Block in = source;
        int position = from;
        int end = to;
        boolean consuming = true;
        while (consuming) {
            position = session.consume(in.buffer(), position, end, context.out, nowNs);
            consuming = false;
            if (session.intent() == Intent.END_OF_DATA) {
                if (in != context.readBlock && in != kept.block()) {
                    // The rest lies in the envelope's own block, which is about to change owners.
                    context.readBlock.buffer().put(0, in.buffer(), position, end - position);
                    in = context.readBlock;
                    end -= position;
                    position = 0;
                }
                session.endOfData(context.out, nowNs);
                consuming = session.intent() == Intent.READ && position < end;
            } else if (session.intent() == Intent.FLUSH) {
                consuming = flush(nowNs);
            }
        }
        if (position == end || session.intent() == Intent.CLOSE) {
            kept.release();
        } else if (!kept.keep(in, position, end)) {
            throw new OutOfBlocksException();
        }
        act(nowNs);
    }

    /** Does what the session intends. */
    private void act(final long nowNs) throws IOException {
        if ((session.takeProgress() || session.intent() == Intent.AWAIT_VERDICT) && outbox.isEmpty()) {
            expectNext(nowNs);
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
            case END_OF_DATA -> {
                phase = Phase.AWAITING_ROOM;
                waitUntilNs = nowNs + context.limits.handOffTimeoutNs();
                context.awaitingRoom.add(this);
                context.metrics.increment(Counter.HAND_OFF_WAITS);
            }
            case CLOSE -> {
                finish(nowNs);
                return;
            }
            case START_TLS -> {
                flush(nowNs);
                startTls(nowNs);
                return;
            }
            default -> throw new IllegalStateException();
        }
        if (flush(nowNs) && phase == Phase.READING && tls != null && tls.isInputEnded()) {
            closeByPeer();
        }
    }

    // ---- TLS

    private void startTls(final long nowNs) {
        phase = Phase.SHAKING_HANDS;
        tls = new SecureLayer(context, this);
        deadlineNs = nowNs + context.handshakes.timeoutNs();
        context.deadlines.rearm(this, nowNs);
        setInterest(outbox.isEmpty() ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
    }

    private void shakeHands(final long nowNs) throws IOException {
        if (tls.isTaskOut()) {
            setInterest(0);
            return;
        }
        final int count = tls.read(channel, outbox, context.readBlock, 0);
        if (count < 0 && !tls.isFinished()) {
            closeByPeer();
        } else {
            goOnShakingHands(Math.max(0, count), nowNs);
        }
    }

    /** The heavy work of the handshake is done. */
    void onHandshakeTask(final long nowNs) throws IOException {
        goOnShakingHands(tls.goOn(channel, outbox, context.readBlock), nowNs);
    }

    /** So many octets of the session lie in the read block, behind the handshake if it is done. */
    private void goOnShakingHands(final int count, final long nowNs) throws IOException {
        if (!tls.isFinished()) {
            if (!outbox.isEmpty()) {
                setInterest(SelectionKey.OP_WRITE);
            } else if (!tls.isTaskOut()) {
                setInterest(SelectionKey.OP_READ);
            }
            return;
        }
        context.metrics.increment(Counter.TLS_HANDSHAKES);
        if (tls.isResumed()) {
            context.metrics.increment(Counter.TLS_RESUMPTIONS);
        }
        phase = Phase.READING;
        session.onSecured();
        deadlineNs = nowNs + session.timeoutNs();
        if (secureFromTheStart) {
            welcome(nowNs);
            if (phase == Phase.AWAITING_GREETING) {
                if (count > 0) {
                    onEarlyTalk(count, nowNs);
                } else {
                    setInterest(SelectionKey.OP_READ);
                }
                return;
            }
            if (phase == Phase.AWAITING_VERDICT && count > 0 && !kept.keep(context.readBlock, 0, count)) {
                throw new OutOfBlocksException();
            }
            if (phase != Phase.READING) {
                return;
            }
        }
        if (outbox.isEmpty()) {
            process(context.readBlock, 0, count, nowNs);
        } else if (count > 0 && !kept.keep(context.readBlock, 0, count)) {
            throw new OutOfBlocksException();
        }
    }

    /** The transaction has ended while the connection waited: goes on with what was kept. */
    private void goOn(final long nowNs) throws IOException {
        phase = Phase.READING;
        if (outbox.isEmpty()) {
            expectNext(nowNs);
        }
        if (session.intent() != Intent.READ || kept.isEmpty()) {
            act(nowNs);
        } else if (outbox.isEmpty() || flush(nowNs)) {
            process(kept.block(), kept.from(), kept.block().length(), nowNs);
        }
    }

    /** Everything said is written: goes on with what that held up. */
    private void resume(final long nowNs) throws IOException {
        if (phase == Phase.CLOSING) {
            endOutput(nowNs);
        } else if (phase == Phase.READING && !kept.isEmpty()) {
            process(kept.block(), kept.from(), kept.block().length(), nowNs);
        }
    }

    private void awaitMemory(final long nowNs) {
        phase = Phase.AWAITING_MEMORY;
        waitUntilNs = nowNs + context.limits.memoryTimeoutNs();
        context.awaitingMemory.add(this);
        context.metrics.increment(Counter.MEMORY_WAITS);
        setInterest(0);
    }

    private void leaveWaitingLists() {
        if (phase == Phase.AWAITING_ROOM) {
            context.awaitingRoom.remove(this);
        } else if (phase == Phase.AWAITING_MEMORY) {
            context.awaitingMemory.remove(this);
        }
    }

    // ---- output

    /** Writes what there is to say and sets the interest to match; true when nothing is left unsent. */
    private boolean flush(final long nowNs) throws IOException {
        final boolean wasBlocked = !outbox.isEmpty();
        final boolean sent = tls == null || phase == Phase.SHAKING_HANDS
                ? outbox.flush(channel, context.out)
                : tls.flush(channel, outbox, context.out);
        if (!sent) {
            if (!wasBlocked && phase != Phase.SHAKING_HANDS) {
                deadlineNs = nowNs + context.limits.writeTimeoutNs();
            }
            setInterest(SelectionKey.OP_WRITE);
        } else if (phase == Phase.READING || phase == Phase.LINGERING || phase == Phase.SHAKING_HANDS) {
            setInterest(SelectionKey.OP_READ);
        } else if (wasBlocked) {
            setInterest(0);
        }
        return sent;
    }

    /** Says the last words, then closes. */
    private void finish(final long nowNs) throws IOException {
        leaveWaitingLists();
        closeReason = session.closeReason();
        phase = Phase.CLOSING;
        kept.release();
        session.close();
        if (tls != null) {
            tls.endOutput();
        }
        if (flush(nowNs)) {
            endOutput(nowNs);
        }
    }

    /**
     * Everything is written. A client that said QUIT is done; any other may still be sending, and closing on unread input
     * would reset the connection and take our last reply with it: so only our side is closed, and input is discarded for a
     * moment.
     */
    private void endOutput(final long nowNs) throws IOException {
        if (closeReason == CloseReason.QUIT) {
            close(closeReason);
            return;
        }
        if (channel instanceof SocketChannel socket) {
            socket.shutdownOutput();
        }
        phase = Phase.LINGERING;
        context.lingering++;
        deadlineNs = nowNs + LINGER_NS;
        context.deadlines.rearm(this, nowNs);
        setInterest(SelectionKey.OP_READ);
    }

    private void linger() throws IOException {
        if (channel.read(context.readBlock.ioView(0, Block.LARGE)) < 0) {
            close(closeReason);
        }
    }

    /** The session's time limit for what it expects next begins now. */
    private void expectNext(final long nowNs) {
        deadlineNs = nowNs + session.timeoutNs();
        context.deadlines.movedNearer(this, nowNs);
    }

    private void setInterest(final int ops) {
        if (interest != ops) {
            interest = ops;
            key.interestOps(ops);
        }
    }
}
