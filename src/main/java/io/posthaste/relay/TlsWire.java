package io.posthaste.relay;

import io.posthaste.memory.BlockPool;
import io.posthaste.tls.TlsEngine;
import io.posthaste.tls.TlsStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Through TLS. Owns what the socket has not taken yet, and the beginning of a record whose rest is not here; what is read
 * passes through a buffer that all connections share. Heavy work of the handshake is done in place: connections are few and
 * kept.
 */
final class TlsWire implements Wire {
    /** Octets of two records and something for the handshake. */
    private static final int CIPHER_OCTETS = 40 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TlsStream stream;
    private final ByteBuffer sharedCipherIn;
    private final ByteBuffer cipherOut = ByteBuffer.allocateDirect(CIPHER_OCTETS);

    /** @param sharedCipherIn empty between two calls; of at least 64 KiB */
    TlsWire(final TlsEngine engine, final BlockPool pool, final ByteBuffer sharedCipherIn) {
        stream = new TlsStream(engine, pool);
        this.sharedCipherIn = sharedCipherIn;
    }

    @Override
    public boolean isEstablished() {
        return stream.isFinished();
    }

    @Override
    public int read(final SocketChannel channel, final ByteBuffer plain) throws IOException {
        final int before = plain.position();
        final ByteBuffer cipher = sharedCipherIn.clear();
        stream.takeKept(cipher);
        final int count = channel.read(cipher);
        cipher.flip();
        boolean again = true;
        while (again) {
            again = stream.decrypt(cipher, plain, cipherOut);
            if (again && !flush(channel)) {
                throw new IOException("the server sends and reads nothing");
            }
            again |= runTask();
        }
        if (!stream.keep(cipher)) {
            throw new IOException("no memory for a record of TLS");
        }
        write(channel, NOTHING);
        final int octets = plain.position() - before;
        return octets == 0 && (count < 0 || stream.isInputEnded()) ? -1 : octets;
    }

    @Override
    public boolean write(final SocketChannel channel, final ByteBuffer plain) throws IOException {
        boolean more = true;
        while (more) {
            if (!flush(channel)) {
                return false;
            }
            more = stream.encrypt(plain, cipherOut) || runTask();
        }
        return flush(channel) && !plain.hasRemaining();
    }

    @Override
    public void release() {
        stream.release();
    }

    private boolean runTask() {
        if (!stream.needsTask()) {
            return false;
        }
        stream.runTask();
        return true;
    }

    private boolean flush(final SocketChannel channel) throws IOException {
        if (cipherOut.position() > 0) {
            channel.write(cipherOut.flip());
            cipherOut.compact();
        }
        return cipherOut.position() == 0;
    }
}
