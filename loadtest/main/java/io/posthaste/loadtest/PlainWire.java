package io.posthaste.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Octets as they are, over TCP. Owns the channel. */
final class PlainWire implements Wire {
    private final SocketChannel channel;

    /** @param channel not blocking */
    PlainWire(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer input) throws IOException {
        return channel.read(input);
    }

    @Override
    public long write(ByteBuffer[] parts, int from, int count) throws IOException {
        return count == 1 ? channel.write(parts[from]) : channel.write(parts, from, count);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
