package io.posthaste.reactor;

import io.posthaste.memory.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** What stands between a session and its channel: nothing ({@link ClearLayer}), or TLS. Called on the reactor thread only. */
interface Layer {
    /** Whether input has to be decrypted, behind what was kept of it, before a session can have it. */
    boolean isSecure();

    /**
     * Reads once, and puts what was in it into a block from an octet on.
     *
     * @return octets put; negative at the end
     */
    int read(ByteChannel channel, Outbox outbox, Block target, int from) throws IOException;

    /** Whether the client has said, other than by closing, that it sends no more. */
    boolean isInputEnded();

    /**
     * Writes the replies in {@code out}, which is empty afterwards; what could not be written is kept.
     *
     * @return whether everything is written
     * @throws IOException the connection broke, or there is no memory to keep what it does not take
     */
    boolean flush(ByteChannel channel, Outbox outbox, ByteBuffer out) throws IOException;

    /** What is flushed next is the last. */
    void endOutput();

    /** Says what this layer itself still has to say, if the channel takes it at once. */
    void sayGoodbye(ByteChannel channel, Outbox outbox);

    /** Gives everything back. Idempotent. */
    void release();
}
