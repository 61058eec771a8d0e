package io.posthaste.memory;

import java.nio.ByteBuffer;

/**
 * Octets in a row of blocks, appended at the end, given back all at once.
 *
 * <p>Short chains are made of small blocks; past {@link #SMALL_CHAIN} octets large ones follow, into which a reactor reads
 * straight from the socket ({@link #tailForRead}). Owns its blocks. Called on the owning reactor's thread; while the
 * envelope is with a delivery, that delivery's thread may walk it ({@link #head()}, {@link Block#next()}).
 */
public final class BlockChain {
    /** Octets up to which a chain grows by small blocks. */
    public static final int SMALL_CHAIN = 4 * Block.SMALL;
    /** The least free room of a tail that is worth a read of its own. */
    static final int LEAST_READ = 8 * 1024;

    private final BlockPool pool;
    private Block head;
    private Block tail;
    private long length;
    /** Whether it goes on in large blocks however short it is. */
    private boolean isLong;

    public BlockChain(final BlockPool pool) {
        this.pool = pool;
    }

    /** Octets in all. */
    public long length() {
        return length;
    }

    /** The first block, or null when the chain is empty. Borrowed. */
    public Block head() {
        return head;
    }

    /** The last block, or null when the chain is empty. Borrowed. */
    public Block tail() {
        return tail;
    }

    /**
     * Appends octets [from, to) of a buffer; when the buffer is the tail's own, they are moved down in place or just
     * counted.
     *
     * @return false when the pool ran out on the way; the chain then holds a part and is only good for {@link #release()}
     */
    public boolean append(final ByteBuffer source, final int from, final int to) {
        int offset = from;
        while (offset < to) {
            if ((tail == null || tail.remaining() == 0) && !extend()) {
                return false;
            }
            final int taken = tail.append(source, offset, to);
            offset += taken;
            length += taken;
        }
        return true;
    }

    /**
     * The tail to read into behind {@link Block#length()}, when the chain is long enough for large blocks; null when octets
     * are better read elsewhere and appended. Adds a fresh block when the tail is nearly full.
     */
    public Block tailForRead() {
        if (isShort()) {
            return null;
        }
        if (tail != null && tail.remaining() >= LEAST_READ) {
            return tail;
        }
        final boolean isUnfilledSmall = tail != null && tail.capacity() < LEAST_READ && tail.remaining() > 0;
        if (isUnfilledSmall || !extend()) {
            // A small tail here means the pool had no large block: adding another each time would only waste it faster.
            return null;
        }
        return tail.remaining() < LEAST_READ ? null : tail;
    }

    /** Gives all blocks back, in the middle of what is long: it goes on in large blocks. */
    public void releasePart() {
        release();
        isLong = true;
    }

    /** Gives all blocks back; the chain is empty then. Idempotent. */
    public void release() {
        Block block = head;
        while (block != null) {
            final Block next = block.next();
            pool.release(block);
            block = next;
        }
        head = null;
        tail = null;
        length = 0;
        isLong = false;
    }

    private boolean isShort() {
        return length < SMALL_CHAIN && !isLong;
    }

    private boolean extend() {
        final Block block = isShort() ? pool.tryTakeSmall() : pool.tryTakeLarge();
        if (block == null) {
            return false;
        }
        if (tail == null) {
            head = block;
        } else {
            tail.next(block);
        }
        tail = block;
        return true;
    }
}
