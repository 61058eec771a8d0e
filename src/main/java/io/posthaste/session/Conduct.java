package io.posthaste.session;

import io.posthaste.policy.ConductLimits;
import io.posthaste.wire.Verb;
import java.util.concurrent.TimeUnit;

/**
 * How the client of a session behaves, held against {@link ConductLimits}. Knows nothing of the dialogue but verbs, reply
 * codes and numbers of octets. Called on the reactor thread only; allocates nothing.
 */
final class Conduct {
    /** What a command is answered that is only answered later: a chunk. */
    static final int NO_REPLY_YET = 0;

    private static final long NS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long COMMAND_BURST_NS = TimeUnit.SECONDS.toNanos(ConductLimits.COMMAND_BURST_SECONDS);
    private static final long CONTENT_GRACE_NS = TimeUnit.SECONDS.toNanos(ConductLimits.CONTENT_GRACE_SECONDS);

    private static final int LOWEST_ERROR = 500;
    private static final int HIGHEST_ERROR = 504;
    private static final int UNKNOWN_PARAMETER = 555;
    private static final int MAILBOX_REFUSED = 550;
    private static final int OK = 250;

    private final ConductLimits limits;
    private final long commandNs;

    private long openedNs;
    /** The time until which the commands so far have used up their rate; never much behind now, never far ahead. */
    private long spentUntilNs;

    private int errors;
    private int idleCommands;
    private int refusedRecipients;

    private long contentBegunNs;
    private long contentOctets;

    Conduct(final ConductLimits limits) {
        this.limits = limits;
        commandNs = NS_PER_SECOND / limits.commandsPerSecond();
    }

    /** A session begins. */
    void begin(final long nowNs) {
        openedNs = nowNs;
        refusedRecipients = 0;
        onMessageAccepted(nowNs);
    }

    /** A message was accepted: that is what sessions are for. */
    void onMessageAccepted(final long nowNs) {
        errors = 0;
        idleCommands = 0;
        spentUntilNs = nowNs;
    }

    /**
     * A command was answered.
     *
     * @param verb {@link Verb#UNKNOWN} for a line that was none
     * @param code of the answer, or {@link #NO_REPLY_YET}
     * @return what the client has earned by it, or null
     */
    Breach onCommand(final Verb verb, final int code, final long nowNs) {
        if (isError(code) && ++errors > limits.errors()) {
            return Breach.ERRORS;
        }
        if (isIdle(verb) && ++idleCommands > limits.idleCommands()) {
            return Breach.IDLE_COMMANDS;
        }
        if (verb == Verb.RCPT) {
            if (code == OK) {
                return null;
            }
            if (code == MAILBOX_REFUSED && ++refusedRecipients > limits.refusedRecipients()) {
                return Breach.REFUSED_RECIPIENTS;
            }
        }
        return spend(nowNs) ? onTime(nowNs) : Breach.COMMAND_RATE;
    }

    /** The answer to a command that had {@link #NO_REPLY_YET}. */
    Breach onLateReply(final int code) {
        return isError(code) && ++errors > limits.errors() ? Breach.ERRORS : null;
    }

    /** The content of a message, or a chunk that is not wanted, begins. */
    void beginContent(final long nowNs) {
        contentBegunNs = nowNs;
        contentOctets = 0;
    }

    /** More content came, wanted or not; returns what the client has earned, or null. */
    Breach onContent(final int octets, final long nowNs) {
        contentOctets += octets;
        final long elapsedNs = nowNs - contentBegunNs;
        if (elapsedNs > CONTENT_GRACE_NS
                && contentOctets < elapsedNs / NS_PER_SECOND * limits.contentOctetsPerSecond()) {
            return Breach.CONTENT_RATE;
        }
        return onTime(nowNs);
    }

    private Breach onTime(final long nowNs) {
        return nowNs - openedNs > limits.sessionNs() ? Breach.SESSION_TIME : null;
    }

    /** Takes the time that a command is worth; false when more is taken than a burst may have. */
    private boolean spend(final long nowNs) {
        spentUntilNs = (spentUntilNs - nowNs > 0 ? spentUntilNs : nowNs) + commandNs;
        return spentUntilNs - nowNs <= COMMAND_BURST_NS;
    }

    private static boolean isIdle(final Verb verb) {
        return switch (verb) {
            case NOOP, RSET, VRFY, EXPN, HELP, EHLO, HELO -> true;
            default -> false;
        };
    }

    private static boolean isError(final int code) {
        return code >= LOWEST_ERROR && code <= HIGHEST_ERROR || code == UNKNOWN_PARAMETER;
    }
}
