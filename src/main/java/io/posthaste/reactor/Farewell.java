package io.posthaste.reactor;

import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.reply.Reply;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a connection: by last words that the client shall hear, by the client, by a failure, by the clock of the server.
 * Stateless; called on the reactor thread only.
 */
final class Farewell {
    /** How long a closing connection is listened to, so that unread input does not turn our last reply into a reset. */
    static final long LINGER_NS = TimeUnit.SECONDS.toNanos(2);

    private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

    private Farewell() {}

    // ---- in good order

    /** Says the session's last words, then closes. */
    static void begin(final Connection connection, final long nowNs) throws IOException {
        Waiting.giveUp(connection);
        connection.closeReason(connection.session.closeReason());
        connection.phase(Phase.CLOSING);
        connection.kept.release();
        connection.session.close();
        connection.layer().endOutput();
        if (connection.flush(nowNs)) {
            onFlushed(connection, nowNs);
        }
    }

    /**
     * Everything is written. A client that said QUIT is done; any other may still be sending, and closing on unread input
     * would reset the connection and take our last reply with it: so only our side is closed, and input is discarded for a
     * moment.
     */
    static void onFlushed(final Connection connection, final long nowNs) throws IOException {
        if (connection.closeReason() == CloseReason.QUIT) {
            connection.close(CloseReason.QUIT);
            return;
        }
        if (connection.channel() instanceof SocketChannel socket) {
            socket.shutdownOutput();
        }
        connection.phase(Phase.LINGERING);
        connection.context.lingering++;
        connection.rearmDeadline(LINGER_NS, nowNs);
        connection.interest(SelectionKey.OP_READ);
    }

    /** The client sends on, or closes, behind our last words. */
    static void onReadable(final Connection connection) throws IOException {
        if (connection.channel().read(connection.context.readBlock.ioView(0, Block.LARGE)) < 0) {
            connection.close(connection.closeReason());
        }
    }

    /** The client has closed, or said within TLS that it sends no more. */
    static void onPeerClosed(final Connection connection) {
        connection.layer().sayGoodbye(connection.channel(), connection.outbox);
        connection.close(
                connection.session.isInTransaction()
                        ? CloseReason.PEER_CLOSED_IN_TRANSACTION
                        : CloseReason.PEER_CLOSED);
    }

    // ---- out of order

    /** An event of this connection threw; the reactor goes on. */
    static void onFailure(final Connection connection, final Throwable failure) {
        final ReactorContext context = connection.context;
        if (failure instanceof OutOfBlocksException) {
            context.metrics.increment(Counter.LIMIT_MEMORY);
            connection.close(CloseReason.MEMORY);
        } else if (failure instanceof HandshakeOverloadException) {
            context.metrics.increment(Counter.TLS_HANDSHAKES_REFUSED);
            connection.close(CloseReason.TLS_OVERLOAD);
        } else if (failure instanceof SSLException broken && connection.layer().isSecure()) {
            LOG.debug("TLS with {} failed: {}", connection.session.peer(), broken.toString());
            ((SecureLayer) connection.layer()).failed(broken);
            connection.layer().sayGoodbye(connection.channel(), connection.outbox);
            connection.close(
                    connection.phase() == Phase.SHAKING_HANDS
                            ? CloseReason.TLS_HANDSHAKE_FAILURE
                            : reasonOf(connection, CloseReason.TLS_FAILURE));
        } else if (failure instanceof IOException) {
            connection.close(reasonOf(connection, CloseReason.CONNECTION_RESET));
        } else {
            onInternalError(connection, failure);
            try {
                sayLast(connection, Reply.INTERNAL_ERROR);
            } catch (final Throwable e) {
                // No memory, say: that it closes matters more than what the client hears of it.
            }
            connection.close(CloseReason.INTERNAL_ERROR);
        }
    }

    /** Counts a failure of our own and tells it, which itself never fails. */
    static void onInternalError(final Connection connection, final Throwable failure) {
        connection.context.metrics.increment(Counter.INTERNAL_ERRORS);
        try {
            LOG.error("internal error, closing the connection of {}", connection.session.peer(), failure);
        } catch (final Throwable e) {
            // No memory to tell it, say; it has been counted.
        }
    }

    /** The drain timeout is over: says so if the client still listens, and closes. */
    static void cutOff(final Connection connection) {
        if (!connection.phase().isEnding()) {
            sayLast(connection, Reply.SHUTTING_DOWN);
        }
        connection.close(reasonOf(connection, CloseReason.SHUTDOWN));
    }

    /** Once the last words are said, it ends for their reason however the client takes them. */
    private static CloseReason reasonOf(final Connection connection, final CloseReason otherwise) {
        return connection.closeReason() == null ? otherwise : connection.closeReason();
    }

    /** Best effort, for a connection that is closed at once: nothing can be said in the middle of another reply. */
    private static void sayLast(final Connection connection, final Reply reply) {
        if (connection.phase() == Phase.CLOSED
                || connection.phase().isBeforeSession()
                || !connection.outbox.isEmpty()) {
            return;
        }
        final ReactorContext context = connection.context;
        context.out.clear();
        reply.putTo(context.out);
        context.metrics.replied(reply.code());
        try {
            connection.layer().endOutput();
            connection.layer().flush(connection.channel(), connection.outbox, context.out);
        } catch (final IOException e) {
            LOG.debug("the client is gone: {}", e.toString());
        }
    }
}
