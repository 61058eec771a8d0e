package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code posthaste check-config --print}: what is printed can be given back, and means the same. */
class SettingsFileTest {
    /** Where the sample of another test would contradict the others. */
    private static final Map<String, String> OTHERS = Map.of(
            "--policy-timeout", "200s",
            "--dnsbl-min-ttl", "7s",
            "--reactors", "3",
            "--listen-tls", "127.0.0.1:4003",
            "--deliver", "spool:./spool?size=20g",
            "--forward", "kafka://one.example:1,two.example:2/mail");

    /** Not beside a certificate of one's own. */
    private static final String SELF_SIGNED = "--tls-self-signed";

    private final StringWriter errors = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void shouldBeTheDefaultsWhenNothingIsSet() throws IOException {
        final String printed = prints("check-config", "--print");
        assertTrue(printed.contains("\n#tls-cert =\n"), printed);
        assertTrue(printed.contains("\n# From default.\nmax-errors = 20\n"), printed);
        assertSame(printed, "serve");
    }

    /** Each with another value than its default. */
    @Test
    void shouldHoldEveryOption() throws IOException {
        final List<String> arguments = new ArrayList<>(List.of("serve"));
        for (final OptionSpec option : parsed("serve").getCommandSpec().options()) {
            final String name = option.longestName();
            if (OptionDefaults.isSettable(option) && !name.equals(SELF_SIGNED)) {
                final List<String> samples =
                        OTHERS.containsKey(name) ? List.of(OTHERS.get(name)) : EveryOptionTest.samples(option);
                samples.forEach(sample -> arguments.add(name + "=" + sample));
            }
        }
        arguments.add("--forward=maildir:d\u00e4ily\\mail");
        final String[] all = arguments.toArray(String[]::new);
        assertNotEquals(computed(parsed("serve")), computed(parsed(all)));
        assertSame(prints(printing(all)), all);
        assertSame(prints("check-config", "--print", SELF_SIGNED), "serve", SELF_SIGNED);
    }

    /** No option takes one today. */
    @Test
    void shouldLeaveOutASecret() {
        final OptionSpec deliver = parsed("serve").getCommandSpec().findOption("--deliver");
        final List<String> lines = SettingsFile.lines(List.of(
                new Setting(deliver, "Where.", "smtp://ann:secret@next.example:25", "environment POSTHASTE_DELIVER")));
        assertEquals("#deliver = smtp://ann:***@next.example:25", lines.get(lines.size() - 1));
        assertTrue(lines.get(lines.size() - 2).contains("not printed: write this line yourself"), lines::toString);
        assertFalse(lines.toString().contains("secret"), lines::toString);
    }

    @Test
    void shouldNotBeAnOptionOfTheFileItself() {
        assertFalse(Main.optionNames().contains("print"));
    }

    /** The file, given to {@code serve}, has the values of these arguments, and printed again it is the same. */
    private void assertSame(final String printed, final String... arguments) throws IOException {
        assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(printed), printed);
        final Path file = Files.writeString(directory.resolve("printed.properties"), printed);
        final CommandLine given = parsed(arguments);
        final CommandLine back = parsed("serve", "--config=" + file);
        assertEquals(computed(given), computed(back));
        final Set<String> unlike = new TreeSet<>();
        for (final OptionSpec option : given.getCommandSpec().options()) {
            final Object value = option.getValue();
            if (value != null && OptionDefaults.isSettable(option)) {
                final Object other =
                        back.getCommandSpec().findOption(option.longestName()).getValue();
                // What was not given and is computed has been compared above.
                if (!value.equals(other) && !List.of().equals(value)) {
                    unlike.add(option.longestName() + ": " + value + ", " + other);
                }
            }
        }
        assertEquals(Set.of(), unlike);
        final String again = prints("check-config", "--print", "--config=" + file);
        assertEquals(settings(printed), settings(again));
        assertTrue(again.contains("more is refused with 552. Default: 35m.\n"), again);
    }

    private static List<String> settings(final String printed) {
        return printed.lines().filter(line -> !line.startsWith("# ")).toList();
    }

    /** What is in force of options that may be not set. */
    private static Map<String, String> computed(final CommandLine serve) {
        final ServeCommand command = serve.getCommand();
        return new ComputedSettings(command.builder().config()).byKey();
    }

    private static String[] printing(final String[] serve) {
        final String[] arguments = new String[serve.length + 1];
        System.arraycopy(serve, 1, arguments, 2, serve.length - 1);
        arguments[0] = "check-config";
        arguments[1] = "--print";
        return arguments;
    }

    /** What is wrong with such settings on this machine is of no interest here. */
    private String prints(final String... arguments) {
        final StringWriter out = new StringWriter();
        Main.run(arguments, Map.of(), new PrintWriter(out, true), new PrintWriter(errors, true));
        assertTrue(out.toString().startsWith("# "), errors::toString);
        return out.toString();
    }

    /** The subcommand with its options parsed, not run. */
    private static CommandLine parsed(final String... arguments) {
        final PrintWriter nowhere = new PrintWriter(PrintWriter.nullWriter());
        final CommandLine commandLine = Main.commandLine(arguments, Map.of(), nowhere, nowhere);
        commandLine.parseArgs(arguments);
        return commandLine.getSubcommands().get(arguments[0]);
    }
}
