package io.posthaste.delivery.spool;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.CRC32C;

/** Reads a content out of its file and checks it at its end. Owns the file's channel. One thread. */
final class ContentChannel implements ReadableByteChannel {
    private final String id;
    private final FileChannel file;
    private final long end;
    private final int expectedCrc;
    private final CRC32C crc = new CRC32C();
    private long position;

    ContentChannel(
            final String id, final FileChannel file, final long offset, final long octets, final int expectedCrc) {
        this.id = id;
        this.file = file;
        this.position = offset;
        this.end = offset + octets;
        this.expectedCrc = expectedCrc;
    }

    @Override
    public int read(final ByteBuffer target) throws IOException {
        if (position == end) {
            return -1;
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        final int from = target.position();
        final int limit = target.limit();
        target.limit((int) Math.min(limit, from + (end - position)));
        try {
            final int count = file.read(target, position);
            if (count < 0) {
                throw new EOFException(id + " is cut off: its file ends early");
            }
            position += count;
            crc.update(target.limit(from + count).position(from));
            if (position == end && (int) crc.getValue() != expectedCrc) {
                throw new IOException(id + " is damaged, or its segment was used again while it was read");
            }
            return count;
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
