package io.posthaste.tls;

import io.posthaste.memory.Block;
import io.posthaste.memory.BlockPool;
import io.posthaste.tls.TlsEngine.Need;
import io.posthaste.tls.TlsEngine.Outcome;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;

/**
 * One connection's octets on their way through its engine, in buffers lent by the caller. Between calls it owns a block only
 * for the beginning of a record whose rest is not here yet.
 *
 * <p>Called on the reactor thread; between {@link #beginTask()} and {@link #endTask()} not at all, but for {@link #release()}.
 */
public final class TlsStream {
    /**
     * Records without content that a client may send behind the handshake before a whole {@link #EASED_BY_OCTETS} of content: a
     * change of keys (RFC 8446 section 4.6.3) costs far more than an octet of mail, and the client decides how many there are.
     */
    static final int BARREN_RECORDS = 32;

    static final int EASED_BY_OCTETS = 1 << 20;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsEngine engine;
    private final BlockPool pool;
    private Block kept;
    private boolean taskOut;
    private boolean inputEnded;
    private boolean endAnnounced;
    private boolean released;
    /** Records without content, and octets of content, since the count began anew. */
    private int barrenRecords;

    private int contentOctets;

    public TlsStream(final TlsEngine engine, final BlockPool pool) {
        this.engine = engine;
        this.pool = pool;
    }

    // ---- the handshake

    /** Not as long as a task is out, though the engine may say so already: the worker has it. */
    public boolean isFinished() {
        return !taskOut && engine.isFinished();
    }

    public boolean isResumed() {
        return engine.isResumed();
    }

    /** As {@link TlsEngine#version()}. */
    public String version() {
        return engine.version();
    }

    /** As {@link TlsEngine#cipherSuite()}. */
    public String cipherSuite() {
        return engine.cipherSuite();
    }

    /** As {@link TlsEngine#serverName()}; null also while a task is out. */
    public String serverName() {
        return taskOut ? null : engine.serverName();
    }

    /** Whether the engine has heavy work to do before it goes on. */
    public boolean needsTask() {
        return !taskOut && engine.need() == Need.TASK;
    }

    /** Whether the engine's task is out, with another thread. */
    public boolean isTaskOut() {
        return taskOut;
    }

    /** The engine goes to another thread, which calls {@link #runTask()}. */
    public void beginTask() {
        taskOut = true;
    }

    /** The heavy work; on a thread of its own. */
    public void runTask() {
        engine.runTask();
    }

    /** The engine is back. */
    public void endTask() {
        taskOut = false;
        if (released) {
            engine.release();
        }
    }

    // ---- input

    /** Whether the peer has said that it sends no more. */
    public boolean isInputEnded() {
        return inputEnded;
    }

    /** Puts the beginning of a record that was kept, for what comes next to be read behind it. */
    public void takeKept(final ByteBuffer cipher) {
        if (kept != null) {
            cipher.put(kept.ioView(0, kept.length()));
            releaseKept();
        }
    }

    /** Keeps the rest of the input; false when there is no memory. */
    public boolean keep(final ByteBuffer cipher) {
        final int count = cipher.remaining();
        if (count == 0) {
            return true;
        }
        kept = count <= Block.SMALL ? pool.tryTakeSmall() : pool.tryTakeLarge();
        if (kept == null || kept.capacity() < count) {
            releaseKept();
            return false;
        }
        kept.append(cipher, cipher.position(), cipher.limit());
        return true;
    }

    /**
     * Takes octets of the peer as far as they go: to the end of the last whole record, the next task, or the end of the room.
     *
     * @param cipher what came, from position to limit
     * @param plain what was in it goes here
     * @param reply what the engine has to say for itself goes here
     * @return whether the reply is full and there is more to come
     * @throws SSLException the connection is broken; what the engine says about that is left to {@link #encrypt}
     */
    public boolean decrypt(final ByteBuffer cipher, final ByteBuffer plain, final ByteBuffer reply)
            throws SSLException {
        while (!inputEnded) {
            final Need need = engine.need();
            if (need == Need.TASK) {
                requireHandshake();
                return false;
            } else if (need == Need.WRAP) {
                final Outcome outcome = engine.wrap(NOTHING, reply);
                if (outcome != Outcome.OK) {
                    return outcome == Outcome.NO_ROOM;
                }
            } else if (!unwrap(cipher, plain)) {
                return false;
            }
        }
        return false;
    }

    private boolean unwrap(final ByteBuffer cipher, final ByteBuffer plain) throws SSLException {
        final int before = cipher.remaining();
        if (before == 0) {
            return false;
        }
        final int plainBefore = plain.position();
        final Outcome outcome = engine.unwrap(cipher, plain);
        if (cipher.remaining() < before && engine.isFinished()) {
            onRecord(plain.position() - plainBefore);
        }
        switch (outcome) {
            case CLOSED -> inputEnded = true;
            case NO_ROOM -> throw new SSLException("a record holds more than it may");
            default -> {
                return outcome == Outcome.OK
                        && (cipher.remaining() < before || engine.need() == Need.WRAP || engine.need() == Need.TASK);
            }
        }
        return false;
    }

    private void onRecord(final int octets) throws SSLException {
        contentOctets += octets;
        if (contentOctets >= EASED_BY_OCTETS) {
            contentOctets = 0;
            barrenRecords = 0;
        }
        if (octets == 0 && ++barrenRecords > BARREN_RECORDS) {
            throw new SSLException("the client sends more than " + BARREN_RECORDS + " records without content");
        }
    }

    /** A handshake within the connection (renegotiation) is heavy work at the client's will, and not needed by anybody. */
    private void requireHandshake() throws SSLException {
        if (engine.isFinished()) {
            throw new SSLException("the client wants another handshake");
        }
    }

    // ---- output

    /** What is encrypted next is the last, and close_notify goes behind it. */
    public void endOutput() {
        endAnnounced = true;
    }

    /**
     * Makes records of octets, and of what the engine has to say for itself.
     *
     * @param plain from position to limit
     * @return whether the output is full and there is more to come
     */
    public boolean encrypt(final ByteBuffer plain, final ByteBuffer cipher) throws SSLException {
        while (plain.hasRemaining() || engine.need() == Need.WRAP) {
            final Outcome outcome = engine.wrap(plain, cipher);
            if (outcome == Outcome.NO_ROOM) {
                return true;
            }
            if (outcome == Outcome.CLOSED) {
                plain.position(plain.limit());
                return false;
            }
        }
        return endAnnounced && sayEnd(cipher);
    }

    private boolean sayEnd(final ByteBuffer cipher) throws SSLException {
        engine.closeOutput();
        while (!engine.isOutputClosed()) {
            final Outcome outcome = engine.wrap(NOTHING, cipher);
            if (outcome != Outcome.OK) {
                return outcome == Outcome.NO_ROOM;
            }
        }
        return false;
    }

    // ---- the end

    /** Gives everything back, the engine as soon as no task is out. Idempotent. */
    public void release() {
        releaseKept();
        if (!released) {
            released = true;
            if (!taskOut) {
                engine.release();
            }
        }
    }

    private void releaseKept() {
        if (kept != null) {
            pool.release(kept);
            kept = null;
        }
    }
}
