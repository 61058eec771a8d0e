package io.posthaste.reactor;

import io.posthaste.metrics.Counter;
import io.posthaste.policy.LoadLevel;
import io.posthaste.reply.Reply;
import io.posthaste.session.Peer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts the connections of one listening socket for one reactor. Called on the reactor thread only. */
final class Acceptor {
    /** Connections accepted from one socket in one cycle at the most. */
    private static final int ACCEPT_LIMIT = 64;
    /** How long accepting rests after it failed, mostly for want of file descriptors: else the loop would spin. */
    private static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A failure that lasts is reported this often. */
    private static final long REPORT_NS = TimeUnit.SECONDS.toNanos(10);

    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    private final ReactorContext context;
    private final ServerSocketChannel listener;
    private final boolean secure;
    private SelectionKey key;
    private boolean resting;
    private long restUntilNs;
    private long reportAgainNs;

    /** @param secure whether TLS begins before the greeting */
    Acceptor(final ReactorContext context, final ServerSocketChannel listener, final boolean secure, final long nowNs) {
        this.context = context;
        this.listener = listener;
        this.secure = secure;
        reportAgainNs = nowNs;
    }

    void register(final Selector selector) throws IOException {
        key = listener.register(selector, SelectionKey.OP_ACCEPT, this);
    }

    /** Accepts what waits, up to a limit; returns how many. */
    int onAcceptable(final Selector selector, final long nowNs) {
        int accepted = 0;
        try {
            SocketChannel client;
            while (accepted < ACCEPT_LIMIT && (client = listener.accept()) != null) {
                accepted++;
                if (context.sessions.load().level() != LoadLevel.NORMAL) {
                    context.metrics.increment(Counter.LOAD_SHED_CONNECTIONS);
                    refuse(client, Reply.TOO_BUSY);
                } else if (context.budget.tryTake()) {
                    begin(client, selector, nowNs);
                } else {
                    context.metrics.increment(Counter.CONNECTIONS_OVER_LIMIT);
                    refuse(client, Reply.TOO_MANY_CONNECTIONS);
                }
            }
        } catch (final IOException e) {
            context.metrics.increment(Counter.ACCEPT_FAILURES);
            rest(nowNs, e);
        }
        return accepted;
    }

    private void rest(final long nowNs, final IOException reason) {
        if (reportAgainNs - nowNs <= 0) {
            reportAgainNs = nowNs + REPORT_NS;
            LOG.warn("cannot accept connections, trying every 100 ms (is the limit of open files too low?)", reason);
        }
        key.interestOps(0);
        resting = true;
        restUntilNs = nowNs + REST_NS;
    }

    /** Accepts again once the rest after a failure is over. */
    void poll(final long nowNs) {
        if (resting && restUntilNs - nowNs <= 0) {
            resting = false;
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    /** Stops listening; connections that wait to be accepted are told that the server is stopping. */
    void close() {
        try {
            SocketChannel client;
            while (listener.isOpen() && (client = listener.accept()) != null) {
                refuse(client, Reply.SHUTTING_DOWN);
            }
            listener.close();
        } catch (final IOException e) {
            LOG.debug("closing a listener failed: {}", e.toString());
        }
    }

    private void begin(final SocketChannel client, final Selector selector, final long nowNs) {
        final Peer peer;
        final Connection connection;
        final SelectionKey clientKey;
        try {
            client.configureBlocking(false);
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            peer = new Peer(((InetSocketAddress) client.getRemoteAddress()).getAddress());
            connection = context.takeConnection();
            clientKey = client.register(selector, SelectionKey.OP_READ, connection);
        } catch (final Throwable e) {
            context.budget.giveBack();
            context.metrics.increment(Counter.ACCEPT_FAILURES);
            closeQuietly(client);
            LOG.debug("a connection was lost while it was accepted", e);
            return;
        }
        open(connection, client, clientKey, peer, nowNs);
    }

    private void open(
            final Connection connection,
            final SocketChannel client,
            final SelectionKey clientKey,
            final Peer peer,
            final long nowNs) {
        try {
            if (context.introductions != null && context.introductions.isDue(peer.address())) {
                connection.openRelayed(client, clientKey, peer, secure, nowNs);
            } else if (secure) {
                connection.openSecure(client, clientKey, peer, nowNs);
            } else {
                connection.open(client, clientKey, peer, nowNs);
            }
        } catch (final Throwable e) {
            connection.fail(e);
        }
    }

    /** Best effort, in the clear only: the reply fits any fresh socket's buffer, and nobody waits for it. */
    private void refuse(final SocketChannel client, final Reply reply) {
        try {
            client.configureBlocking(false);
            if (!secure) {
                final ByteBuffer out = context.out.clear();
                reply.putTo(out);
                context.metrics.replied(reply.code());
                client.write(out.flip());
            }
        } catch (final IOException e) {
            LOG.debug("refusing a connection failed: {}", e.toString());
        } finally {
            context.out.clear();
            closeQuietly(client);
        }
    }

    private static void closeQuietly(final SocketChannel client) {
        try {
            client.close();
        } catch (final IOException e) {
            LOG.debug("closing a connection failed: {}", e.toString());
        }
    }
}
