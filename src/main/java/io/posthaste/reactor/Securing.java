package io.posthaste.reactor;

import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.metrics.Latency;
import io.posthaste.session.Session;
import java.io.IOException;
import java.nio.channels.SelectionKey;

/**
 * The handshake of TLS, from its beginning to the session within it. Stateless: what a handshake has is in its {@link
 * SecureLayer}. Called on the reactor thread only.
 */
final class Securing {
    private Securing() {}

    /** Begins TLS before the greeting. Octets [from, to) of the read block came ahead, and belong to it. */
    static void beginFirst(final Connection connection, final int from, final int to, final long nowNs)
            throws IOException {
        if (!connection.context.handshakes.tryAdmit(nowNs)) {
            throw new HandshakeOverloadException();
        }
        begin(connection, nowNs);
        if (from < to) {
            final SecureLayer tls = (SecureLayer) connection.layer();
            final Block block = connection.context.readBlock;
            goOn(connection, tls, tls.takeAhead(connection.channel(), connection.outbox, block, from, to), nowNs);
        }
    }

    /** Begins TLS; the session has seen to it that it may. */
    static void begin(final Connection connection, final long nowNs) {
        connection.layer(new SecureLayer(connection.context, connection));
        connection.phase(Phase.SHAKING_HANDS); // only with the layer for it
        connection.rearmDeadline(connection.context.handshakes.timeoutNs(), nowNs);
        connection.interest(connection.outbox.isEmpty() ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
    }

    /** The channel is ready for what its key asked. */
    static void onReady(final Connection connection, final int readyOps, final long nowNs) throws IOException {
        final SecureLayer tls = (SecureLayer) connection.layer();
        if ((readyOps & SelectionKey.OP_WRITE) != 0) {
            final boolean sent = connection.outbox.flush(connection.channel(), connection.context.out);
            connection.interest(sent ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
        } else if (tls.isTaskOut()) {
            if (tls.isGone(connection.channel())) {
                Farewell.onPeerClosed(connection);
            } else {
                connection.interest(0);
            }
        } else {
            final int count = connection.readTo(connection.context.readBlock, 0);
            if (count < 0 && !tls.isFinished()) {
                Farewell.onPeerClosed(connection);
            } else {
                goOn(connection, tls, Math.max(0, count), nowNs);
            }
        }
    }

    /** The heavy work of the handshake is done. */
    static void onTaskDone(final Connection connection, final SecureLayer tls, final long nowNs) throws IOException {
        final int count = tls.goOn(connection.channel(), connection.outbox, connection.context.readBlock);
        goOn(connection, tls, count, nowNs);
    }

    /** So many octets of the session lie in the read block, behind the handshake if it is done. */
    private static void goOn(final Connection connection, final SecureLayer tls, final int count, final long nowNs)
            throws IOException {
        if (tls.isFinished()) {
            onFinished(connection, tls, count, nowNs);
        } else if (!connection.outbox.isEmpty()) {
            connection.interest(SelectionKey.OP_WRITE);
        } else if (!tls.isTaskOut()) {
            connection.interest(SelectionKey.OP_READ);
        }
    }

    /** It was not completed, and its connection is closed: counts and tells why. */
    static void tellFailed(final Connection connection, final HandshakeFailure cause) {
        final ReactorContext context = connection.context;
        context.metrics.handshakeFailed(cause);
        final SecureLayer tls = (SecureLayer) connection.layer();
        context.handshakes.reports().failed(cause, connection.session.peer(), tls, context.nowNs);
    }

    /** Why a handshake was not completed, when its connection is closed for this reason. */
    static HandshakeFailure causeOf(final Layer layer, final CloseReason reason) {
        return switch (reason) {
            case TLS_HANDSHAKE_FAILURE -> ((SecureLayer) layer).failureCause();
            case TLS_HANDSHAKE_TIMEOUT -> HandshakeFailure.TIMEOUT;
            case PEER_CLOSED, PEER_CLOSED_IN_TRANSACTION, CONNECTION_RESET -> HandshakeFailure.CLOSED;
            case TLS_OVERLOAD, MEMORY -> HandshakeFailure.OVERLOAD;
            case SHUTDOWN -> HandshakeFailure.SHUTDOWN;
            default -> HandshakeFailure.OTHER;
        };
    }

    private static void onFinished(
            final Connection connection, final SecureLayer tls, final int count, final long nowNs) throws IOException {
        final ReactorContext context = connection.context;
        final Session session = connection.session;
        context.metrics.increment(Counter.TLS_HANDSHAKES);
        // Its deadline is set once, when it begins.
        context.metrics.took(Latency.TLS_HANDSHAKE, nowNs - (connection.deadlineNs() - context.handshakes.timeoutNs()));
        if (tls.isResumed()) {
            context.metrics.increment(Counter.TLS_RESUMPTIONS);
        }
        connection.phase(Phase.READING);
        session.onSecured(tls.parameters());
        connection.moveDeadline(session.timeoutNs(), nowNs);
        if (connection.isSecureFromTheStart()) {
            Welcome.begin(connection, 0, count, nowNs);
        } else {
            Consuming.takeAhead(connection, 0, count, nowNs);
        }
    }
}
