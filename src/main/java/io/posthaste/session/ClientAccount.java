package io.posthaste.session;

import io.posthaste.metrics.Counter;
import io.posthaste.policy.ClientTable;
import io.posthaste.reply.Reply;
import java.net.InetAddress;

/**
 * What the client of a session takes of the server, on this and its other connections, held against
 * {@link io.posthaste.policy.ClientLimits}. Called on the reactor thread only; allocates nothing behind {@link #open}.
 */
final class ClientAccount {
    private final SessionContext context;
    private int place = ClientTable.EXEMPT;

    ClientAccount(final SessionContext context) {
        this.context = context;
    }

    /** The client connects; returns what it has broken by it, or null. {@link #close} has to follow in either case. */
    Breach open(final InetAddress address, final long nowNs) {
        close();
        place = context.clients.admit(address, nowNs);
        switch (place) {
            case ClientTable.TOO_MANY -> {
                context.metrics.increment(Counter.LIMIT_CLIENT_CONNECTIONS);
                return Breach.CLIENT_CONNECTIONS;
            }
            case ClientTable.TOO_FAST -> {
                context.metrics.increment(Counter.LIMIT_CLIENT_CONNECTION_RATE);
                return Breach.CLIENT_CONNECTION_RATE;
            }
            case ClientTable.NO_PLACE -> context.metrics.increment(Counter.CLIENTS_NOT_COUNTED);
            default -> {}
        }
        return null;
    }

    /** MAIL comes where it may: counts it, or returns what it is refused with. */
    Reply message(final long nowNs) {
        if (context.clients.tryMessage(place, nowNs)) {
            return null;
        }
        context.metrics.increment(Counter.LIMIT_CLIENT_MESSAGE_RATE);
        return Reply.MESSAGES_TOO_FAST;
    }

    /** RCPT comes where it may: counts it, or returns what it is refused with. */
    Reply recipient(final long nowNs) {
        if (context.clients.tryRecipient(place, nowNs)) {
            return null;
        }
        context.metrics.increment(Counter.LIMIT_CLIENT_RECIPIENT_RATE);
        return Reply.RECIPIENTS_TOO_FAST;
    }

    /** AUTH comes where it may: what it is refused with, or null. */
    Breach authentication(final long nowNs) {
        if (context.clients.mayAuthenticate(place, nowNs)) {
            return null;
        }
        context.metrics.increment(Counter.LIMIT_CLIENT_AUTH_FAILURE_RATE);
        return Breach.CLIENT_AUTH_FAILURE_RATE;
    }

    /** User or password was wrong. */
    void authenticationFailed(final long nowNs) {
        context.clients.authenticationFailed(place, nowNs);
    }

    /** The connection is gone. Idempotent. */
    void close() {
        context.clients.leave(place);
        place = ClientTable.EXEMPT;
    }
}
