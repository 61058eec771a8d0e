package io.posthaste.reactor;

import io.posthaste.session.Intent;
import java.io.IOException;

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
        connection.session.admit(connection.context.out, nowNs);
        if (connection.session.intent() != Intent.CLOSE) {
            return true;
        }
        connection.closeReason(connection.session.closeReason());
        if (!connection.isSecureFromTheStart()) {
            connection.channel().write(connection.context.out.flip());
        }
        connection.close(connection.closeReason());
        return false;
    }

    /** Greets the client, or begins to let it wait for that. */
    static void begin(final Connection connection, final long nowNs) throws IOException {
        final long delayNs = connection.session.greetingDelayNs();
        if (delayNs > 0) {
            connection.phase(Phase.AWAITING_GREETING);
            connection.rearmDeadline(delayNs, nowNs);
        } else {
            connection.rearmDeadline(connection.session.timeoutNs(), nowNs);
            connection.session.greet(connection.context.out);
            connection.goOn(nowNs);
        }
    }

    /** The client has waited long enough: greets it, and goes on with what it sent ahead. */
    static void onWaited(final Connection connection, final long nowNs) throws IOException {
        connection.rearmDeadline(connection.session.timeoutNs(), nowNs);
        connection.session.greet(connection.context.out);
        connection.goOn(nowNs);
    }

    /** The client sends, or leaves, before it was greeted. */
    static void onReadable(final Connection connection, final long nowNs) throws IOException {
        final int count = connection.readTo(connection.context.readBlock, 0);
        if (count < 0) {
            Farewell.onPeerClosed(connection);
        } else if (count > 0) {
            onEarlyTalk(connection, count, nowNs);
        }
    }

    /** So many octets, in the read block, came before the greeting. */
    static void onEarlyTalk(final Connection connection, final int count, final long nowNs) throws IOException {
        connection.session.onEarlyTalk(connection.context.out);
        if (connection.session.intent() == Intent.CLOSE) {
            Farewell.begin(connection, nowNs);
        } else {
            connection.keep(connection.context.readBlock, 0, count);
            connection.interest(0);
        }
    }
}
