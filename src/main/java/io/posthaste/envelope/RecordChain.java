package io.posthaste.envelope;

import io.posthaste.memory.Block;
import io.posthaste.memory.BlockPool;
import java.nio.ByteBuffer;

/**
 * Short octet strings one behind the other in blocks: the addresses of an envelope, without an object for each.
 *
 * <pre>
 *   block: | length (2) | octets … | length (2) | octets … | unused |
 *   pair:  | length (2) | flags (1) | length of the first (2) | first … | second … |
 * </pre>
 *
 * A record never straddles two blocks, so it can be read in place. Same ownership as the envelope it belongs to.
 */
final class RecordChain {
    /** Octets of the longest record. */
    static final int LONGEST_RECORD = 1027;

    private static final int LENGTH_OCTETS = 2;
    private static final int PAIR_HEADER_OCTETS = 3;

    private final BlockPool pool;
    private Block[] blocks = new Block[4];
    private int blockCount;
    private int recordCount;

    RecordChain(final BlockPool pool) {
        this.pool = pool;
    }

    int recordCount() {
        return recordCount;
    }

    /** Appends octets [from, to) of a buffer as one record; false when the pool has run out (nothing is appended). */
    boolean append(final ByteBuffer source, final int from, final int to) {
        final int count = to - from;
        final Block block = blockFor(count);
        if (block == null) {
            return false;
        }
        final int offset = block.length();
        block.buffer().putShort(offset, (short) count).put(offset + LENGTH_OCTETS, source, from, count);
        added(block, count);
        return true;
    }

    /** Appends the first {@code count} octets of an array as one record; false when the pool has run out. */
    boolean append(final byte[] source, final int count) {
        final Block block = blockFor(count);
        if (block == null) {
            return false;
        }
        final int offset = block.length();
        block.buffer().putShort(offset, (short) count).put(offset + LENGTH_OCTETS, source, 0, count);
        added(block, count);
        return true;
    }

    /**
     * Appends a record of flags and two octet strings, whole or not at all; false when the pool has run out.
     *
     * @param flags 0 to 255
     */
    boolean appendPair(
            final int flags,
            final ByteBuffer source,
            final int firstFrom,
            final int firstTo,
            final int secondFrom,
            final int secondTo) {
        final int firstCount = firstTo - firstFrom;
        final int secondCount = secondTo - secondFrom;
        final int count = PAIR_HEADER_OCTETS + firstCount + secondCount;
        final Block block = blockFor(count);
        if (block == null) {
            return false;
        }
        final ByteBuffer target = block.buffer();
        int offset = block.length();
        target.putShort(offset, (short) count);
        offset += LENGTH_OCTETS;
        target.put(offset, (byte) flags).putShort(offset + 1, (short) firstCount);
        offset += PAIR_HEADER_OCTETS;
        target.put(offset, source, firstFrom, firstCount).put(offset + firstCount, source, secondFrom, secondCount);
        added(block, count);
        return true;
    }

    /** Narrows a cursor on a pair to its first octet string and returns the flags. */
    static int first(final RecordCursor pair, final RecordCursor target) {
        final int start = pair.recordStart;
        target.place(pair.buffer, pair.blockIndex, start, pair.recordEnd);
        target.start = start + PAIR_HEADER_OCTETS;
        target.end = target.start + pair.buffer.getShort(start + 1);
        return pair.buffer.get(start) & 0xff;
    }

    /** Narrows a cursor on a pair to its second octet string and returns the flags. */
    static int second(final RecordCursor pair, final RecordCursor target) {
        final int flags = first(pair, target);
        target.start = target.end;
        target.end = target.recordEnd;
        return flags;
    }

    /** Positions the cursor on the first record; false when there is none. */
    boolean first(final RecordCursor cursor) {
        if (recordCount == 0) {
            return false;
        }
        cursor.blockIndex = 0;
        return place(cursor, 0);
    }

    /** Moves the cursor to the record behind; false, however often it is asked, when there is none. */
    boolean next(final RecordCursor cursor) {
        return place(cursor, cursor.recordEnd);
    }

    void release() {
        for (int i = blockCount - 1; i >= 0; i--) {
            pool.release(blocks[i]);
            blocks[i] = null;
        }
        blockCount = 0;
        recordCount = 0;
    }

    private boolean place(final RecordCursor cursor, final int from) {
        int offset = from;
        Block block = blocks[cursor.blockIndex];
        if (offset >= block.length()) {
            if (cursor.blockIndex + 1 >= blockCount) {
                return false;
            }
            block = blocks[++cursor.blockIndex];
            offset = 0;
        }
        final int start = offset + LENGTH_OCTETS;
        cursor.place(
                block.buffer(), cursor.blockIndex, start, start + block.buffer().getShort(offset));
        return true;
    }

    private Block blockFor(final int count) {
        if (count > LONGEST_RECORD) {
            throw new IllegalArgumentException("record of " + count + " octets");
        }
        if (blockCount > 0 && blocks[blockCount - 1].remaining() >= LENGTH_OCTETS + count) {
            return blocks[blockCount - 1];
        }
        final Block block = pool.tryTakeSmall();
        if (block != null) {
            if (blockCount == blocks.length) {
                blocks = java.util.Arrays.copyOf(blocks, 2 * blocks.length);
            }
            blocks[blockCount++] = block;
        }
        return block;
    }

    private void added(final Block block, final int count) {
        block.length(block.length() + LENGTH_OCTETS + count);
        recordCount++;
    }
}
