package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Every option of {@code serve} and {@code sink}, as picocli knows them, may stand in the file and in the environment, and
 * means there what it means on the command line. A new option is tested by being there.
 */
final class EveryOptionTest {
    private static final PrintWriter NOWHERE = new PrintWriter(PrintWriter.nullWriter());

    @TempDir
    private Path directory;

    static List<String> options() {
        final List<String> options = new ArrayList<>();
        for (final String command : List.of("serve", "sink")) {
            for (final OptionSpec option :
                    parsed(Map.of(), command).getCommandSpec().options()) {
                if (OptionDefaults.isSettable(option)) {
                    options.add(command + " " + option.longestName());
                }
            }
        }
        assertTrue(options.size() > 50, options::toString);
        return options;
    }

    @ParameterizedTest
    @MethodSource("options")
    void shouldMeanTheSameWhereverItStands(final String commandAndName) throws IOException {
        final String command = commandAndName.split(" ")[0];
        final String name = commandAndName.split(" ")[1];
        final OptionSpec plain = option(parsed(Map.of(), command), name);
        final List<String> samples = samples(plain);
        final Object byDefault = comparable(plain.getValue());

        final List<String> arguments = new ArrayList<>(List.of(command));
        samples.forEach(sample -> arguments.add(name + "=" + sample));
        final Object onCommandLine = value(Map.of(), name, arguments.toArray(String[]::new));
        assertNotEquals(byDefault, onCommandLine, "the sample is no better than the default");

        final String joined = String.join(",", samples);
        assertEquals(onCommandLine, value(Map.of(OptionDefaults.variable(plain), joined), name, command));

        final Path file = Files.writeString(
                directory.resolve("posthaste.properties"), OptionDefaults.key(plain) + " = " + joined + "\n");
        assertEquals(onCommandLine, value(Map.of(), name, command, "--config", file.toString()));
        assertEquals(onCommandLine, value(Map.of("POSTHASTE_CONFIG", file.toString()), name, command));
    }

    /** Values that differ from any default; more than one where the option may be repeated. */
    static List<String> samples(final OptionSpec option) {
        if (option.type() == boolean.class || option.type() == Boolean.class) {
            return List.of(Boolean.toString(!Boolean.parseBoolean(Objects.toString(option.getValue()))));
        }
        if (option.type().isEnum()) {
            final Object[] constants = option.type().getEnumConstants();
            final Object other = constants[0] == option.getValue() ? constants[1] : constants[0];
            return List.of(other.toString().toLowerCase(Locale.ROOT));
        }
        final List<String> samples = switch (option.paramLabel()) {
            case "HOST:PORT" -> List.of("127.0.0.1:4001", "[::1]:4002");
            case "NAME", "DOMAIN" -> List.of("sample.example", "other.example");
            case "ZONE[=ANSWERS]" -> List.of("zen.example=127.0.0.[2..11]", "other.example");
            case "HOST[:PORT]" -> List.of("192.0.2.53:5353");
            case "CIDR" -> List.of("192.0.2.0/24", "2001:db8::/32");
            case "SIZE" -> List.of("77m");
            case "TIME" -> List.of("77s");
            case "N" -> List.of("77");
            case "BITS" -> List.of("25");
            case "CHAR" -> List.of("-");
            case "PERCENT" -> List.of("77");
            case "off|N" -> List.of("128");
            case "FILE", "DIR" -> List.of("some/path");
            case "URI" -> List.of("discard:");
            default ->
                throw new AssertionError(
                        "say here what a sample of " + option.longestName() + " " + option.paramLabel() + " is");
        };
        return option.isMultiValue() ? samples : samples.subList(0, 1);
    }

    private static Object value(final Map<String, String> environment, final String name, final String... arguments) {
        return comparable(option(parsed(environment, arguments), name).getValue());
    }

    private static Object comparable(final Object value) {
        return value instanceof Object[] array ? List.of(array) : value;
    }

    private static OptionSpec option(final CommandLine commandLine, final String name) {
        return commandLine.getCommandSpec().findOption(name);
    }

    /** The subcommand with its options parsed, not run. */
    private static CommandLine parsed(final Map<String, String> environment, final String... arguments) {
        final CommandLine commandLine = Main.commandLine(arguments, environment, NOWHERE, NOWHERE);
        commandLine.parseArgs(arguments);
        return commandLine.getSubcommands().get(arguments[0]);
    }
}
