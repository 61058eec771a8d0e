package io.posthaste.reactor;

import io.posthaste.envelope.TlsParameters;
import io.posthaste.memory.Block;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.metrics.Latency;
import io.posthaste.tls.HandshakeFailures;
import io.posthaste.tls.TlsStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS between one connection and its channel. Works in the reactor's two blocks for ciphertext, which are empty between two
 * calls. One for each connection that starts TLS; not pooled. Called on the reactor thread, but for {@link #run}.
 */
final class SecureLayer implements Layer, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SecureLayer.class);

    private final ReactorContext context;
    private final Connection connection;
    private final TlsStream stream;
    /** Whether anything was said to the client: before that it cannot have finished the handshake. */
    private boolean hasSpoken;
    /** When its task went to the workers. */
    private long taskOutSinceNs;
    /** Written by the reactor; a worker looks whether its task is still wanted. */
    private volatile boolean released;

    /** What went wrong in the worker, or in the handshake; null when nothing did. */
    private volatile Throwable failure;

    SecureLayer(final ReactorContext context, final Connection connection) {
        this.context = context;
        this.connection = connection;
        stream = new TlsStream(context.handshakes.newEngine(), context.pool);
        context.openedSecurely();
    }

    // ---- the handshake

    boolean isFinished() {
        return stream.isFinished();
    }

    boolean isResumed() {
        return stream.isResumed();
    }

    /** What was agreed on; behind the handshake. */
    TlsParameters parameters() {
        return TlsParameters.of(stream.version(), stream.cipherSuite());
    }

    /** The host name that the client asked for; null where it is not known. */
    String serverName() {
        return stream.serverName();
    }

    /** It ends for this. */
    void failed(final Exception thrown) {
        failure = thrown;
    }

    /** Why the handshake failed, as far as its engine can tell. */
    HandshakeFailure failureCause() {
        return failure == null ? HandshakeFailure.OTHER : HandshakeFailures.of(failure);
    }

    /** The same in the engine's own words; null where it did not fail by itself. */
    String failureText() {
        return failure == null ? null : String.valueOf(failure.getMessage());
    }

    /** Whether the handshake waits for a worker: the channel is not to be read meanwhile. */
    boolean isTaskOut() {
        return stream.isTaskOut();
    }

    /** The heavy work; on a worker's thread. None for a connection that is gone. */
    @Override
    public void run() {
        try {
            if (!released) {
                stream.runTask();
            }
        } catch (final Throwable e) {
            failure = e;
        } finally {
            context.handshakes.done(this);
        }
    }

    /** The task is back from the worker. */
    void onTaskDone(final long nowNs) {
        stream.endTask();
        if (released) {
            return;
        }
        context.metrics.took(Latency.TLS_WORKER_WAIT, nowNs - taskOutSinceNs);
        try {
            if (failure != null) {
                throw new SSLException("a step of the handshake failed: " + failure, failure);
            }
            Securing.onTaskDone(connection, this, nowNs);
        } catch (final Throwable e) {
            connection.fail(e);
        }
    }

    /**
     * The channel is ready while a task is out: keeps what comes, which the client can only know to send when it was answered
     * before.
     *
     * @return whether the client is gone, so that nobody waits for the task
     * @throws IOException the connection broke
     */
    boolean isGone(final ByteChannel channel) throws IOException {
        final ByteBuffer cipher = context.cipherIn.clear().limit(Block.LARGE);
        stream.takeKept(cipher);
        final int count = channel.read(cipher);
        if (!stream.keep(cipher.flip())) {
            throw new OutOfBlocksException();
        }
        return count < 0 && !hasSpoken;
    }

    // ---- input

    @Override
    public boolean isSecure() {
        return true;
    }

    @Override
    public boolean isInputEnded() {
        return stream.isInputEnded();
    }

    /** A whole read fits behind half a block. What the engine has to say for itself is said. */
    @Override
    public int read(final ByteChannel channel, final Outbox outbox, final Block target, final int from)
            throws IOException {
        final ByteBuffer cipher = context.cipherIn.clear().limit(Block.LARGE - from);
        stream.takeKept(cipher);
        if (channel.read(cipher) < 0) {
            return -1;
        }
        final int count = take(cipher.flip(), channel, outbox, target, from);
        return count == 0 && stream.isInputEnded() ? -1 : count;
    }

    /** Goes on with what was kept while a task was out; as {@link #read}. */
    int goOn(final ByteChannel channel, final Outbox outbox, final Block target) throws IOException {
        final ByteBuffer cipher = context.cipherIn.clear();
        stream.takeKept(cipher);
        return take(cipher.flip(), channel, outbox, target, 0);
    }

    /** Takes octets [from, to) of a block, read before TLS began, and puts what is in them at its front; as {@link #read}. */
    int takeAhead(final ByteChannel channel, final Outbox outbox, final Block block, final int from, final int to)
            throws IOException {
        final ByteBuffer cipher = context.cipherIn.clear();
        cipher.put(block.ioView(from, to));
        return take(cipher.flip(), channel, outbox, block, 0);
    }

    private int take(
            final ByteBuffer cipher, final ByteChannel channel, final Outbox outbox, final Block target, final int from)
            throws IOException {
        final ByteBuffer plain = target.ioView(from, target.capacity());
        while (stream.decrypt(cipher, plain, context.cipherOut)) {
            hasSpoken = true;
            outbox.flush(channel, context.cipherOut);
        }
        if (!stream.keep(cipher)) {
            throw new OutOfBlocksException();
        }
        if (context.cipherOut.position() > 0) {
            hasSpoken = true;
            outbox.flush(channel, context.cipherOut);
        }
        if (stream.needsTask()) {
            stream.beginTask();
            taskOutSinceNs = context.nowNs;
            if (!context.handshakes.offer(this)) {
                stream.endTask();
                throw new HandshakeOverloadException();
            }
        }
        return plain.position() - from;
    }

    // ---- output

    @Override
    public boolean flush(final ByteChannel channel, final Outbox outbox, final ByteBuffer out) throws IOException {
        out.flip();
        boolean sent;
        boolean more;
        do {
            more = stream.encrypt(out, context.cipherOut);
            sent = outbox.flush(channel, context.cipherOut);
        } while (more);
        out.clear();
        return sent;
    }

    /** close_notify goes with the last words. */
    @Override
    public void endOutput() {
        stream.endOutput();
    }

    /** An alert or close_notify. */
    @Override
    public void sayGoodbye(final ByteChannel channel, final Outbox outbox) {
        if (stream.isTaskOut() || !outbox.isEmpty()) {
            return;
        }
        try {
            context.cipherOut.clear();
            stream.endOutput();
            stream.encrypt(context.out.clear().limit(0), context.cipherOut);
            channel.write(context.cipherOut.flip());
        } catch (final IOException e) {
            LOG.debug("the client is gone: {}", e.toString());
        } finally {
            context.out.clear();
            context.cipherOut.clear();
        }
    }

    @Override
    public void release() {
        released = true;
        context.closedSecurely();
        context.cipherOut.clear();
        stream.release();
    }
}
