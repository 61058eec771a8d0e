package io.posthaste.session;

import io.posthaste.metrics.CloseReason;
import io.posthaste.reply.Reply;

/**
 * A limit of {@link io.posthaste.policy.ConductLimits}, or of {@link io.posthaste.policy.ClientLimits} on connections and logins,
 * that a client broke: what it hears, and why it is closed.
 */
enum Breach {
    ERRORS(Reply.TOO_MANY_ERRORS, CloseReason.ERROR_LIMIT),
    IDLE_COMMANDS(Reply.TOO_MANY_IDLE_COMMANDS, CloseReason.IDLE_COMMAND_LIMIT),
    REFUSED_RECIPIENTS(Reply.TOO_MANY_REFUSED_RECIPIENTS, CloseReason.REFUSED_RECIPIENT_LIMIT),
    COMMAND_RATE(Reply.COMMANDS_TOO_FAST, CloseReason.COMMAND_RATE_LIMIT),
    SESSION_TIME(Reply.SESSION_TOO_LONG, CloseReason.SESSION_TIME_LIMIT),
    CONTENT_RATE(Reply.CONTENT_TOO_SLOW, CloseReason.CONTENT_RATE_LIMIT),
    EARLY_TALK(Reply.TALKED_EARLY, CloseReason.EARLY_TALKER),
    CLIENT_CONNECTIONS(Reply.TOO_MANY_FROM_CLIENT, CloseReason.CLIENT_CONNECTION_LIMIT),
    CLIENT_CONNECTION_RATE(Reply.CONNECTIONS_TOO_FAST, CloseReason.CLIENT_CONNECTION_RATE_LIMIT),
    CLIENT_AUTH_FAILURE_RATE(Reply.AUTH_FAILURES_TOO_FAST, CloseReason.CLIENT_AUTH_FAILURE_RATE_LIMIT);

    private final Reply reply;
    private final CloseReason closeReason;

    Breach(final Reply reply, final CloseReason closeReason) {
        this.reply = reply;
        this.closeReason = closeReason;
    }

    Reply reply() {
        return reply;
    }

    CloseReason closeReason() {
        return closeReason;
    }
}
