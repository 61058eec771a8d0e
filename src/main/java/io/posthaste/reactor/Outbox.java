package io.posthaste.reactor;

import io.posthaste.memory.Block;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.ReactorMetrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * The way of one connection's replies to its channel. They are written at once, together; only what the socket does not
 * take is kept, in a block owned until it is written. Called on the reactor thread only.
 */
final class Outbox {
    /**
     * Octets of replies that may be outstanding before the session must stop consuming; one more reply of the session's
     * longest always fits behind them into a large block.
     */
    static final int CAPACITY = Block.LARGE - 8 * 1024;

    private final BlockPool pool;
    private final ReactorMetrics metrics;
    private Block unsent;
    private int from;

    Outbox(final BlockPool pool, final ReactorMetrics metrics) {
        this.pool = pool;
        this.metrics = metrics;
    }

    /** Whether everything said so far is written. */
    boolean isEmpty() {
        return unsent == null;
    }

    /**
     * Writes what is unsent, then the replies in {@code out}, which is empty afterwards: what could not be written is kept.
     *
     * @return whether everything is written
     * @throws IOException the connection broke, or there is no memory to keep what it does not take
     */
    boolean flush(final WritableByteChannel channel, final ByteBuffer out) throws IOException {
        if (unsent != null && !flushUnsent(channel)) {
            keep(out.flip());
            out.clear();
            return false;
        }
        if (out.position() > 0) {
            out.flip();
            channel.write(out);
            if (out.hasRemaining()) {
                metrics.increment(Counter.SHORT_WRITES);
                keep(out);
            }
            out.clear();
        }
        return unsent == null;
    }

    /** Idempotent. */
    void release() {
        if (unsent != null) {
            pool.release(unsent);
            unsent = null;
        }
        from = 0;
    }

    private boolean flushUnsent(final WritableByteChannel channel) throws IOException {
        from += channel.write(unsent.ioView(from, unsent.length()));
        if (from < unsent.length()) {
            return false;
        }
        release();
        return true;
    }

    private void keep(final ByteBuffer replies) throws IOException {
        final int count = replies.remaining();
        if (count == 0) {
            return;
        }
        if (unsent == null || unsent.remaining() < count) {
            grow(count);
        }
        unsent.append(replies, replies.position(), replies.limit());
    }

    private void grow(final int count) throws IOException {
        final int kept = unsent == null ? 0 : unsent.length() - from;
        final Block larger = kept + count <= Block.SMALL ? pool.tryTakeSmall() : pool.tryTakeLarge();
        if (larger == null || larger.capacity() < kept + count) {
            if (larger != null) {
                pool.release(larger);
            }
            throw new OutOfBlocksException();
        }
        if (kept > 0) {
            larger.append(unsent.buffer(), from, unsent.length());
        }
        release();
        unsent = larger;
    }
}
