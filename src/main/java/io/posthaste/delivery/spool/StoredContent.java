package io.posthaste.delivery.spool;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.CRC32C;

/**
 * The content of a stored message, of known length, checked while it is read: the read that would reach the end throws when
 * the octets are not what was stored. Owns the file's channel. One thread.
 */
final class StoredContent implements ReadableByteChannel {
    private final FileChannel channel;
    private final String id;
    private final int crc;
    private final CRC32C crc32c = new CRC32C();
    private long position;
    private long left;

    StoredContent(final FileChannel channel, final String id, final long from, final long octets, final int crc) {
        this.channel = channel;
        this.id = id;
        this.crc = crc;
        position = from;
        left = octets;
    }

    @Override
    public int read(final ByteBuffer target) throws IOException {
        if (left == 0) {
            return -1;
        }
        final int from = target.position();
        final int limit = target.limit();
        target.limit((int) Math.min(limit, from + left));
        final int count;
        try {
            count = channel.read(target, position);
        } finally {
            target.limit(limit);
        }
        if (count < 0) {
            throw new EOFException(id + " is cut off: its file ends early");
        }
        position += count;
        left -= count;
        crc32c.update(target.duplicate().limit(from + count).position(from));
        if (left == 0 && (int) crc32c.getValue() != crc) {
            throw new IOException(id + " is damaged, or its segment was used again while it was read");
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
