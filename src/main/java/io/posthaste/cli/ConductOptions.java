package io.posthaste.cli;

import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.EarlyTalker;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options on how a client may behave; {@code serve} has limits, {@code sink} none unless they are given. */
final class ConductOptions {
    private static final int NONE = 0;

    @Option(
            names = "--max-errors",
            paramLabel = "N",
            description = "Errors in commands since the last message accepted; one more is answered 421, as with all of"
                    + " these limits; 0 for none. Default: " + ConductLimits.DEFAULT_ERRORS + ", none for sink.")
    private Integer errors;

    @Option(
            names = "--max-idle-commands",
            paramLabel = "N",
            description = "NOOP, RSET, VRFY, EXPN, HELP, EHLO and HELO since the last message accepted. Default: "
                    + ConductLimits.DEFAULT_IDLE_COMMANDS + ", none for sink.")
    private Integer idleCommands;

    @Option(
            names = "--max-refused-recipients",
            paramLabel = "N",
            description = "Recipients of a session that were refused for good. Default: "
                    + ConductLimits.DEFAULT_REFUSED_RECIPIENTS + ", none for sink.")
    private Integer refusedRecipients;

    @Option(
            names = "--max-command-rate",
            paramLabel = "N",
            description = "Commands a second since the last message accepted, recipients accepted not counted; "
                    + ConductLimits.COMMAND_BURST_SECONDS + " seconds' worth may come at once. Default: "
                    + ConductLimits.DEFAULT_COMMANDS_PER_SECOND + ", none for sink.")
    private Integer commandRate;

    @Option(
            names = "--max-session-time",
            paramLabel = "TIME",
            converter = Quantities.TimeOrNone.class,
            description = "Age of a session. Default: " + ConductLimits.DEFAULT_SESSION_HOURS + "h, none for sink.")
    private Duration sessionTime;

    @Option(
            names = "--min-data-rate",
            paramLabel = "N",
            description = "Octets of content a second, on average over a message, from the "
                    + ConductLimits.CONTENT_GRACE_SECONDS + "th second on. Default: "
                    + ConductLimits.DEFAULT_CONTENT_OCTETS_PER_SECOND + ", none for sink.")
    private Integer dataRate;

    @Option(
            names = "--greeting-delay",
            paramLabel = "TIME",
            defaultValue = "0",
            converter = Quantities.TimeOrNone.class,
            description = "How long a client waits for its greeting, at most 4m: a few seconds tell early talkers from"
                    + " mail systems. Default: ${DEFAULT-VALUE}.")
    private Duration greetingDelay;

    @Option(
            names = "--early-talker",
            paramLabel = "CHOICE",
            defaultValue = "reject",
            description = "A client that sends before its greeting: reject (421), or note to only count it."
                    + " Default: ${DEFAULT-VALUE}.")
    private EarlyTalker earlyTalker;

    /**
     * The limits, as given or as in {@code defaults}.
     *
     * @throws IllegalArgumentException a value is out of range; the message is for the operator
     */
    ConductLimits limits(final ConductLimits defaults) {
        return new ConductLimits(
                count("--max-errors", errors, defaults.errors()),
                count("--max-idle-commands", idleCommands, defaults.idleCommands()),
                count("--max-refused-recipients", refusedRecipients, defaults.refusedRecipients()),
                count("--max-command-rate", commandRate, defaults.commandsPerSecond()),
                sessionTimeNs(defaults),
                dataRate == null ? defaults.contentOctetsPerSecond() : dataRate,
                greetingDelay.toNanos(),
                earlyTalker);
    }

    private long sessionTimeNs(final ConductLimits defaults) {
        if (sessionTime == null) {
            return defaults.sessionNs();
        }
        return sessionTime.isZero() ? Long.MAX_VALUE : sessionTime.toNanos();
    }

    private static int count(final String option, final Integer given, final int byDefault) {
        if (given == null) {
            return byDefault;
        }
        if (given < NONE) {
            throw new IllegalArgumentException(option + " must be a number from 1 on, or 0 for no limit, not " + given);
        }
        return given == NONE ? Integer.MAX_VALUE : given;
    }
}
