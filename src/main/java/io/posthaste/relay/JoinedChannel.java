package io.posthaste.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Reads octets, then a channel, then octets again. Owns the channel. */
final class JoinedChannel implements ReadableByteChannel {
    private final ByteBuffer before;
    private final ReadableByteChannel middle;
    private final ByteBuffer behind;
    private boolean isMiddleRead;

    /** @param middle null for none */
    JoinedChannel(final ByteBuffer before, final ReadableByteChannel middle, final ByteBuffer behind) {
        this.before = before;
        this.middle = middle;
        this.behind = behind;
        isMiddleRead = middle == null;
    }

    @Override
    public int read(final ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        final int start = target.position();
        move(before, target);
        while (!isMiddleRead && target.hasRemaining()) {
            isMiddleRead = middle.read(target) < 0;
        }
        if (isMiddleRead) {
            move(behind, target);
        }
        final int count = target.position() - start;
        return count == 0 ? -1 : count;
    }

    @Override
    public boolean isOpen() {
        return middle == null || middle.isOpen();
    }

    @Override
    public void close() throws IOException {
        if (middle != null) {
            middle.close();
        }
    }

    private static void move(final ByteBuffer source, final ByteBuffer target) {
        while (source.hasRemaining() && target.hasRemaining()) {
            target.put(source.get());
        }
    }
}
