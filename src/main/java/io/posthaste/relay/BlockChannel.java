package io.posthaste.relay;

import io.posthaste.memory.Block;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Reads a chain of blocks in place, which stays its owner's. One thread. */
final class BlockChannel implements ReadableByteChannel {
    private Block block;
    private int offset;

    /** @param head null for none */
    BlockChannel(final Block head) {
        block = head;
    }

    @Override
    public int read(final ByteBuffer target) {
        final int start = target.position();
        while (block != null && target.hasRemaining()) {
            final int count = Math.min(target.remaining(), block.length() - offset);
            target.put(target.position(), block.buffer(), offset, count).position(target.position() + count);
            offset += count;
            if (offset == block.length()) {
                block = block.next();
                offset = 0;
            }
        }
        final int count = target.position() - start;
        return count == 0 && target.hasRemaining() ? -1 : count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
