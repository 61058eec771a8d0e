package io.posthaste.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The way of a connection's octets to its socket and back: in the clear, or through TLS. Client thread only. */
interface Wire {
    /** In the clear; one for all, since it keeps nothing. */
    Wire CLEAR = new Wire() {
        @Override
        public int read(final SocketChannel channel, final ByteBuffer plain) throws IOException {
            return channel.read(plain);
        }

        @Override
        public boolean write(final SocketChannel channel, final ByteBuffer plain) throws IOException {
            channel.write(plain);
            return !plain.hasRemaining();
        }

        @Override
        public boolean isEstablished() {
            return true;
        }

        @Override
        public void release() {}
    };

    /**
     * Reads what there is.
     *
     * @param plain takes it behind its position; of at least 64 KiB
     * @return octets put, 0 when there is nothing now, -1 at the end
     */
    int read(SocketChannel channel, ByteBuffer plain) throws IOException;

    /**
     * Gives octets to the socket as far as it takes them.
     *
     * @param plain from position to limit
     * @return whether all of them, and all that was held back before, are gone
     */
    boolean write(SocketChannel channel, ByteBuffer plain) throws IOException;

    /** Whether mail may go over it: a handshake is done. */
    boolean isEstablished();

    /** Gives back what it holds. Idempotent. */
    void release();
}
