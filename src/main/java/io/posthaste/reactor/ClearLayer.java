package io.posthaste.reactor;

import io.posthaste.memory.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** Nothing between a session and its channel. Stateless: one for all connections. */
final class ClearLayer implements Layer {
    static final ClearLayer INSTANCE = new ClearLayer();

    private ClearLayer() {}

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public int read(final ByteChannel channel, final Outbox outbox, final Block target, final int from)
            throws IOException {
        return channel.read(target.ioView(from, target.capacity()));
    }

    @Override
    public boolean isInputEnded() {
        return false;
    }

    @Override
    public boolean flush(final ByteChannel channel, final Outbox outbox, final ByteBuffer out) throws IOException {
        return outbox.flush(channel, out);
    }

    @Override
    public void endOutput() {
        // SMTP itself tells the end.
    }

    @Override
    public void sayGoodbye(final ByteChannel channel, final Outbox outbox) {
        // It has no words of its own.
    }

    @Override
    public void release() {
        // It has nothing.
    }
}
