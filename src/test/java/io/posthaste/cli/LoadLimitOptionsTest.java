package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.posthaste.policy.LoadLimits;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** From words to limits of load. */
final class LoadLimitOptionsTest {
    private static LoadLimits parse(final LoadLimits defaults, final String... arguments) {
        final CommandLine commandLine = new CommandLine(CommandLine.Model.CommandSpec.create());
        final LoadLimitOptions options = new LoadLimitOptions();
        commandLine.getCommandSpec().addMixin("load", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
        commandLine.parseArgs(arguments);
        return options.limits(defaults);
    }

    @Test
    void shouldLeaveTheDefaultsOfTheCommand() {
        assertEquals(LoadLimits.DEFAULTS, parse(LoadLimits.DEFAULTS));
        assertEquals(LoadLimits.NONE, parse(LoadLimits.NONE));
    }

    @Test
    void shouldTakeWhatIsGiven() {
        assertEquals(
                new LoadLimits(TimeUnit.MILLISECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(6), 70, 80, 60, 65),
                parse(
                        LoadLimits.NONE,
                        "--shed-connections-lag=5ms",
                        "--shed-messages-lag=6s",
                        "--shed-connections-memory=70",
                        "--shed-messages-memory=80",
                        "--shed-connections-heap=60",
                        "--shed-messages-heap=65"));
    }

    @Test
    void shouldTurnOffWithZero() {
        assertEquals(
                LoadLimits.NONE,
                parse(
                        LoadLimits.DEFAULTS,
                        "--shed-connections-lag=0",
                        "--shed-messages-lag=0",
                        "--shed-connections-memory=0",
                        "--shed-messages-memory=0",
                        "--shed-connections-heap=0",
                        "--shed-messages-heap=0"));
        assertEquals(
                LoadLimits.NONE,
                parse(
                        LoadLimits.DEFAULTS,
                        "--shed-connections-lag=0",
                        "--shed-connections-memory=0",
                        "--shed-connections-heap=0"),
                "connections go first");
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        final LoadLimits defaults = LoadLimits.DEFAULTS;
        assertThrows(IllegalArgumentException.class, () -> parse(defaults, "--shed-messages-lag=1ms"));
        assertThrows(IllegalArgumentException.class, () -> parse(defaults, "--shed-messages-memory=101"));
        assertThrows(IllegalArgumentException.class, () -> parse(defaults, "--shed-connections-memory=-1"));
        assertThrows(IllegalArgumentException.class, () -> parse(defaults, "--shed-messages-heap=84"));
    }
}
