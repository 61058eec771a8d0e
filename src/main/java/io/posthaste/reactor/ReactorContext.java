package io.posthaste.reactor;

import io.posthaste.memory.Block;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.Limits;
import io.posthaste.session.SessionContext;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;

/** What the connections of one reactor share. Called on the reactor thread only. */
final class ReactorContext {
    /** Free octets below which no more content is read: what one read can bring, and a block of each kind for the rest. */
    static final long READ_RESERVE = 3L * Block.LARGE;

    final BlockPool pool;
    final SessionContext sessions;
    final Limits limits;
    final ReactorMetrics metrics;
    final ConnectionBudget budget;
    final Deadlines deadlines;
    /** What is read goes here first, unless an envelope or half a line wants it directly. */
    final Block readBlock;
    /** Replies of the connection being served; empty between connections. */
    final ByteBuffer out;
    /** Connections whose message waits for room in the hand-off queue, the longest waiting first. */
    final ArrayDeque<Connection> awaitingRoom = new ArrayDeque<>();
    /** Connections whose content waits for memory, the longest waiting first. */
    final ArrayDeque<Connection> awaitingMemory = new ArrayDeque<>();
    /** Connections for use again. */
    final ArrayList<Connection> free = new ArrayList<>();

    /** Channels to be closed behind the next selection. */
    final Closings closings = new Closings();

    /** The reactor's latest reading of its clock. */
    long nowNs;

    /** Open connections that have heard our last reply and are only waited for out of politeness. */
    int lingering;

    /** How balancers introduce their clients; null where there are none. */
    Introductions introductions;

    /** How TLS is had; null where it is not offered. */
    Handshakes handshakes;
    /** Ciphertext of the connection being served, from and to its client; empty between connections. Null without TLS. */
    ByteBuffer cipherIn;

    ByteBuffer cipherOut;

    private Block cipherInBlock;
    private Block cipherOutBlock;
    private final Block outBlock;
    private int open;
    private int openSecure;

    ReactorContext(
            final BlockPool pool,
            final SessionContext sessions,
            final Limits limits,
            final ReactorMetrics metrics,
            final ConnectionBudget budget,
            final long nowNs) {
        this.pool = pool;
        this.sessions = sessions;
        this.limits = limits;
        this.metrics = metrics;
        this.budget = budget;
        deadlines = new Deadlines(
                nowNs, Math.min(limits.commandTimeoutNs(), Math.min(limits.dataTimeoutNs(), limits.writeTimeoutNs())));
        readBlock = pool.tryTakeLarge();
        outBlock = pool.tryTakeLarge();
        if (readBlock == null || outBlock == null) {
            throw new OutOfMemoryError("no direct memory for a reactor's buffers");
        }
        out = outBlock.ioView(0, Block.LARGE).slice(0, Outbox.CAPACITY);
    }

    /** Before the first connection. */
    void offerTls(final Handshakes newHandshakes) {
        cipherInBlock = pool.tryTakeLarge();
        cipherOutBlock = pool.tryTakeLarge();
        if (cipherInBlock == null || cipherOutBlock == null) {
            throw new OutOfMemoryError("no direct memory for a reactor's buffers");
        }
        handshakes = newHandshakes;
        cipherIn = cipherInBlock.ioView(0, Block.LARGE);
        cipherOut = cipherOutBlock.ioView(0, Block.LARGE);
    }

    boolean isShortOfMemory() {
        return pool.availableOctets() < READ_RESERVE;
    }

    /** A connection object to use, an old one if there is one. */
    Connection takeConnection() {
        return free.isEmpty() ? new Connection(this) : free.remove(free.size() - 1);
    }

    int open() {
        return open;
    }

    void opened() {
        metrics.openConnections(++open);
    }

    void closed() {
        budget.giveBack();
        metrics.openConnections(--open);
    }

    /** An open connection begins TLS. */
    void openedSecurely() {
        metrics.openTlsConnections(++openSecure);
    }

    /** A connection with TLS is gone. */
    void closedSecurely() {
        metrics.openTlsConnections(--openSecure);
    }

    /** Gives the reactor's own blocks back, at its end. */
    void close() {
        pool.release(readBlock);
        pool.release(outBlock);
        if (cipherInBlock != null) {
            pool.release(cipherInBlock);
            cipherInBlock = null;
        }
        if (cipherOutBlock != null) {
            pool.release(cipherOutBlock);
            cipherOutBlock = null;
        }
    }
}
