package io.posthaste.reactor;

import io.posthaste.session.Intent;
import java.io.IOException;
import java.nio.channels.SelectionKey;

/**
 * The beginning of a session: the greeting, at once or when the client has shown that it can wait for it. Stateless; called
 * on the reactor thread only.
 */
final class Welcome {
    private Welcome() {}

    /**
     * The client's address is known: false when there are too many connections of it. It has then been told, where that can be
     * done in the clear, and is closed at once: lingering would let a flood keep its places.
     */
    static boolean admits(final Connection connection, final long nowNs) throws IOException {
        final boolean canBeTold = !connection.isSecureFromTheStart();
        connection.session.admit(canBeTold, connection.context.out, nowNs);
        if (connection.session.intent() != Intent.CLOSE) {
            return true;
        }
        connection.closeReason(connection.session.closeReason());
        if (canBeTold) {
            connection.channel().write(connection.context.out.flip());
        }
        connection.close(connection.closeReason());
        return false;
    }

    /** Greets the client, or begins to let it wait for that. Octets [from, to) of the read block came ahead. */
    static void begin(final Connection connection, final int from, final int to, final long nowNs) throws IOException {
        final long delayNs = connection.session.greetingDelayNs();
        if (delayNs > 0) {
            connection.phase(Phase.AWAITING_GREETING);
            connection.rearmDeadline(delayNs, nowNs);
            if (from < to) {
                onEarlyTalk(connection, from, to, nowNs);
            } else {
                connection.interest(SelectionKey.OP_READ);
            }
        } else {
            connection.rearmDeadline(connection.session.timeoutNs(), nowNs);
            connection.session.greet(connection.context.out, nowNs);
            if (from < to) {
                Consuming.keep(connection, connection.context.readBlock, from, to);
            }
            connection.goOn(nowNs);
        }
    }

    /** The client has waited long enough: greets it, and goes on with what it sent ahead. */
    static void onWaited(final Connection connection, final long nowNs) throws IOException {
        connection.rearmDeadline(connection.session.timeoutNs(), nowNs);
        connection.session.greet(connection.context.out, nowNs);
        connection.goOn(nowNs);
    }

    /** The client sends, or leaves, before it was greeted. */
    static void onReadable(final Connection connection, final long nowNs) throws IOException {
        final int count = connection.readTo(connection.context.readBlock, 0);
        if (count < 0) {
            Farewell.onPeerClosed(connection);
        } else if (count > 0) {
            onEarlyTalk(connection, 0, count, nowNs);
        }
    }

    /** Octets [from, to) of the read block came before the greeting. */
    private static void onEarlyTalk(final Connection connection, final int from, final int to, final long nowNs)
            throws IOException {
        connection.session.onEarlyTalk(connection.context.out);
        if (connection.session.intent() == Intent.CLOSE) {
            Farewell.begin(connection, nowNs);
        } else {
            Consuming.keep(connection, connection.context.readBlock, from, to);
            connection.interest(0);
        }
    }
}
