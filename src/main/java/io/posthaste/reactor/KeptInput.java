package io.posthaste.reactor;

import io.posthaste.memory.Block;
import io.posthaste.memory.BlockPool;

/**
 * Input of one connection that could not be consumed yet: half a command line, or what a client sent ahead while its
 * message was being delivered. Owns a block only while there is such input. Called on the reactor thread only.
 */
final class KeptInput {
    private final BlockPool pool;
    private Block block;
    private int from;
    private boolean confidential;

    KeptInput(final BlockPool pool) {
        this.pool = pool;
    }

    boolean isEmpty() {
        return block == null;
    }

    /** The block, or null; octets [{@link #from()}, {@link Block#length()}) of it are kept. */
    Block block() {
        return block;
    }

    int from() {
        return from;
    }

    /**
     * Keeps octets [position, to) of a source, which may be this input's own block: they are then moved to its front. Half a
     * block or less ends in a small block with room for the rest of the line.
     *
     * @param isConfidential whether no octet of it is to be left in the block when that is given back
     * @return false when there is no memory; nothing is kept then
     */
    boolean keep(final Block source, final int position, final int to, final boolean isConfidential) {
        confidential = isConfidential;
        final int count = to - position;
        final boolean fitsSmall = count <= Block.SMALL / 2;
        if (source == block && (block.capacity() == Block.SMALL || !fitsSmall)) {
            moveToFront(position, count);
            return true;
        }
        final Block target = fitsSmall ? pool.tryTakeSmall() : pool.tryTakeLarge();
        if (target == null && source == block) {
            moveToFront(position, count);
            return true;
        }
        if (target == null || target.capacity() < count) {
            if (target != null) {
                pool.release(target);
            }
            release();
            return false;
        }
        target.buffer().put(0, source.buffer(), position, count);
        target.length(count);
        release();
        block = target;
        return true;
    }

    /** Moves what is kept to the front of another block, and owns nothing then; returns how many octets. */
    int moveTo(final Block target) {
        if (block == null) {
            return 0;
        }
        final int count = block.length() - from;
        target.buffer().put(0, block.buffer(), from, count);
        release();
        return count;
    }

    /** Idempotent. */
    void release() {
        if (block != null) {
            if (confidential) {
                wipe(block, 0, block.length());
            }
            pool.release(block);
            block = null;
        }
        from = 0;
    }

    static void wipe(final Block block, final int from, final int to) {
        for (int i = from; i < to; i++) {
            block.buffer().put(i, (byte) 0);
        }
    }

    private void moveToFront(final int position, final int count) {
        if (position > 0) {
            block.buffer().put(0, block.buffer(), position, count);
            if (confidential) {
                wipe(block, count, position + count);
            }
        }
        block.length(count);
        from = 0;
    }
}
