package io.posthaste.policy;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * How a client may behave before it is told {@code 421 4.7.0} with the reason and closed. Each limit has a reply and a close
 * reason of its own, which is counted. Immutable.
 *
 * <p>The numbers allow so much; one more breaks the limit. {@link Integer#MAX_VALUE}, {@link Long#MAX_VALUE} or, for the
 * content rate, 0 stand for no limit.
 *
 * @param errors commands answered 500 to 504 or 555 since the last message accepted
 * @param idleCommands commands since the last message accepted that are no step towards one: NOOP, RSET, VRFY, EXPN, HELP,
 *     EHLO, HELO
 * @param refusedRecipients recipients refused with 550 over the whole session: somebody guessing addresses
 * @param commandsPerSecond commands since the last message accepted, on average; {@value #COMMAND_BURST_SECONDS} seconds'
 *     worth may come at once. A recipient that is taken does not count
 * @param sessionNs age of a session, in nanoseconds
 * @param contentOctetsPerSecond octets of content on average over a message, or a refused chunk, from the
 *     {@value #CONTENT_GRACE_SECONDS}th second on
 * @param greetingDelayNs how long a client waits for its greeting, in nanoseconds. Only while it waits can an early talker be
 *     told from others
 * @param earlyTalker what becomes of a client that does not wait
 */
public record ConductLimits(
        int errors,
        int idleCommands,
        int refusedRecipients,
        int commandsPerSecond,
        long sessionNs,
        int contentOctetsPerSecond,
        long greetingDelayNs,
        EarlyTalker earlyTalker) {
    public static final int DEFAULT_ERRORS = 20;
    public static final int DEFAULT_IDLE_COMMANDS = 1000;
    public static final int DEFAULT_REFUSED_RECIPIENTS = 100;
    public static final int DEFAULT_COMMANDS_PER_SECOND = 1000;
    public static final int DEFAULT_SESSION_HOURS = 24;
    public static final long DEFAULT_SESSION_NS = TimeUnit.HOURS.toNanos(DEFAULT_SESSION_HOURS);
    public static final int DEFAULT_CONTENT_OCTETS_PER_SECOND = 100;

    public static final int COMMAND_BURST_SECONDS = 10;
    public static final int CONTENT_GRACE_SECONDS = 60;

    /** The greatest greeting delay: RFC 5321 section 4.5.3.2.1 lets a client wait five minutes. */
    public static final long GREATEST_GREETING_DELAY_NS = TimeUnit.MINUTES.toNanos(4);

    /** All defaults: for a server that anybody can reach. */
    public static final ConductLimits DEFAULTS = new ConductLimits(
            DEFAULT_ERRORS,
            DEFAULT_IDLE_COMMANDS,
            DEFAULT_REFUSED_RECIPIENTS,
            DEFAULT_COMMANDS_PER_SECOND,
            DEFAULT_SESSION_NS,
            DEFAULT_CONTENT_OCTETS_PER_SECOND,
            0,
            EarlyTalker.REJECT);

    /** No limit at all: for measuring, where the client is one's own. */
    public static final ConductLimits NONE = new ConductLimits(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Long.MAX_VALUE,
            0,
            0,
            EarlyTalker.REJECT);

    public ConductLimits {
        requireAtLeast(0, errors, "error limit");
        requireAtLeast(0, idleCommands, "idle command limit");
        requireAtLeast(0, refusedRecipients, "refused recipient limit");
        requireAtLeast(1, commandsPerSecond, "command rate limit");
        requireAtLeast(1, sessionNs, "session time limit");
        requireAtLeast(0, contentOctetsPerSecond, "least content rate");
        requireAtLeast(0, greetingDelayNs, "greeting delay");
        if (greetingDelayNs > GREATEST_GREETING_DELAY_NS) {
            throw new IllegalArgumentException(
                    "greeting delay must be at most four minutes: clients give up after five");
        }
        Objects.requireNonNull(earlyTalker);
    }

    public ConductLimits withErrors(final int count) {
        return new ConductLimits(
                count,
                idleCommands,
                refusedRecipients,
                commandsPerSecond,
                sessionNs,
                contentOctetsPerSecond,
                greetingDelayNs,
                earlyTalker);
    }

    public ConductLimits withIdleCommands(final int count) {
        return new ConductLimits(
                errors,
                count,
                refusedRecipients,
                commandsPerSecond,
                sessionNs,
                contentOctetsPerSecond,
                greetingDelayNs,
                earlyTalker);
    }

    public ConductLimits withRefusedRecipients(final int count) {
        return new ConductLimits(
                errors,
                idleCommands,
                count,
                commandsPerSecond,
                sessionNs,
                contentOctetsPerSecond,
                greetingDelayNs,
                earlyTalker);
    }

    public ConductLimits withCommandsPerSecond(final int rate) {
        return new ConductLimits(
                errors,
                idleCommands,
                refusedRecipients,
                rate,
                sessionNs,
                contentOctetsPerSecond,
                greetingDelayNs,
                earlyTalker);
    }

    public ConductLimits withSessionNs(final long ns) {
        return new ConductLimits(
                errors,
                idleCommands,
                refusedRecipients,
                commandsPerSecond,
                ns,
                contentOctetsPerSecond,
                greetingDelayNs,
                earlyTalker);
    }

    public ConductLimits withContentOctetsPerSecond(final int rate) {
        return new ConductLimits(
                errors,
                idleCommands,
                refusedRecipients,
                commandsPerSecond,
                sessionNs,
                rate,
                greetingDelayNs,
                earlyTalker);
    }

    public ConductLimits withGreetingDelay(final long delayNs, final EarlyTalker choice) {
        return new ConductLimits(
                errors,
                idleCommands,
                refusedRecipients,
                commandsPerSecond,
                sessionNs,
                contentOctetsPerSecond,
                delayNs,
                choice);
    }

    private static void requireAtLeast(final long least, final long value, final String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
        }
    }
}
