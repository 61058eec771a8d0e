package io.posthaste.tls.boringssl;

import io.netty.internal.tcnative.Buffer;
import java.nio.ByteBuffer;

/** Where direct buffers lie. */
final class Addresses {
    private Addresses() {}

    /**
     * The address of a direct buffer's position; good as long as the buffer is reachable.
     *
     * @throws IllegalArgumentException it is on the heap
     */
    static long of(final ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("not a direct buffer");
        }
        return Buffer.address(buffer) + buffer.position();
    }
}
