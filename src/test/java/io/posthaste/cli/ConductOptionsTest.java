package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.EarlyTalker;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** From words to limits. */
final class ConductOptionsTest {
    private static ConductLimits parse(final ConductLimits defaults, final String... arguments) {
        final CommandLine commandLine = new CommandLine(CommandLine.Model.CommandSpec.create());
        final ConductOptions options = new ConductOptions();
        commandLine.getCommandSpec().addMixin("conduct", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.parseArgs(arguments);
        return options.limits(defaults);
    }

    @Test
    void shouldLeaveTheDefaultsOfTheCommand() {
        assertEquals(ConductLimits.DEFAULTS, parse(ConductLimits.DEFAULTS));
        assertEquals(ConductLimits.NONE, parse(ConductLimits.NONE));
    }

    @Test
    void shouldTakeWhatIsGiven() {
        assertEquals(
                new ConductLimits(
                        1,
                        2,
                        3,
                        4,
                        TimeUnit.HOURS.toNanos(5),
                        6,
                        TimeUnit.MILLISECONDS.toNanos(7500),
                        EarlyTalker.NOTE),
                parse(
                        ConductLimits.NONE,
                        "--max-errors=1",
                        "--max-idle-commands=2",
                        "--max-refused-recipients=3",
                        "--max-command-rate=4",
                        "--max-session-time=5h",
                        "--min-data-rate=6",
                        "--greeting-delay=7500ms",
                        "--early-talker=note"));
    }

    @Test
    void shouldTurnOffWithZero() {
        assertEquals(
                ConductLimits.NONE,
                parse(
                        ConductLimits.DEFAULTS,
                        "--max-errors=0",
                        "--max-idle-commands=0",
                        "--max-refused-recipients=0",
                        "--max-command-rate=0",
                        "--max-session-time=0",
                        "--min-data-rate=0",
                        "--greeting-delay=0s"));
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        assertThrows(ParameterException.class, () -> parse(ConductLimits.NONE, "--max-session-time=-1s"));
        assertThrows(IllegalArgumentException.class, () -> parse(ConductLimits.NONE, "--max-errors=-1"));
        assertThrows(IllegalArgumentException.class, () -> parse(ConductLimits.NONE, "--greeting-delay=5m"));
    }
}
