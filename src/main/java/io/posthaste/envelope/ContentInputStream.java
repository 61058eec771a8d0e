package io.posthaste.envelope;

import io.posthaste.memory.Block;
import java.io.InputStream;
import java.util.Objects;

/** Reads a chain of blocks in place. */
final class ContentInputStream extends InputStream {
    private Block block;
    private int offset;

    ContentInputStream(final Block head) {
        block = head;
        skipSpentBlocks();
    }

    @Override
    public int read() {
        if (block == null) {
            return -1;
        }
        final int octet = block.buffer().get(offset++) & 0xff;
        skipSpentBlocks();
        return octet;
    }

    @Override
    public int read(final byte[] target, final int targetOffset, final int length) {
        Objects.checkFromIndexSize(targetOffset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (block == null) {
            return -1;
        }
        final int count = Math.min(length, block.length() - offset);
        block.buffer().get(offset, target, targetOffset, count);
        offset += count;
        skipSpentBlocks();
        return count;
    }

    @Override
    public int available() {
        return block == null ? 0 : block.length() - offset;
    }

    private void skipSpentBlocks() {
        while (block != null && offset >= block.length()) {
            block = block.next();
            offset = 0;
        }
    }
}
