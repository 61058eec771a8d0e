package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.posthaste.policy.BareNewline;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Command line before environment before file before built-in default: the values that a command would run with. */
@Timeout(30)
class OptionPrecedenceTest {
    private final Map<String, String> environment = new HashMap<>();
    private final StringBuilder file = new StringBuilder();
    private List<String> arguments;

    @TempDir
    private Path directory;

    @BeforeEach
    void noArguments() {
        arguments = new ArrayList<>();
    }

    @Test
    void shouldHaveDefaults() throws IOException {
        assertNull(value("serve", "--max-connections"), "as many as the limit of open files allows");
        assertEquals(35L << 20, value("serve", "--max-message-size"));
        assertEquals(1000, value("serve", "--max-recipients"));
        assertEquals(Duration.ofMinutes(5), value("serve", "--command-timeout"));
        assertEquals(Duration.ofMinutes(3), value("serve", "--data-timeout"));
        assertEquals(Duration.ofSeconds(30), value("serve", "--drain-timeout"));
        assertEquals("maildir:./mail", value("serve", "--deliver"));
        assertEquals(List.of(), value("serve", "--listen"));
        assertEquals(List.of(), value("serve", "--accept"));
    }

    @Test
    void shouldTakeTheFileBeforeTheDefault() throws IOException {
        file.append("max-connections = 100\nlisten=127.0.0.1:1,[::1]:2\ndeliver = discard:\n");
        assertEquals(100, value("serve", "--max-connections"));
        assertEquals(List.of("127.0.0.1:1", "[::1]:2"), value("serve", "--listen"));
        assertEquals("discard:", value("serve", "--deliver"));
        assertEquals(100, value("sink", "--max-connections"));
    }

    @Test
    void shouldTakeTheEnvironmentBeforeTheFile() throws IOException {
        file.append("max-connections = nonsense\nlisten = nonsense\n");
        environment.put("POSTHASTE_MAX_CONNECTIONS", "200");
        environment.put("POSTHASTE_LISTEN", "127.0.0.1:3");
        assertEquals(200, value("serve", "--max-connections"));
        assertEquals(List.of("127.0.0.1:3"), value("serve", "--listen"));
    }

    @Test
    void shouldTakeTheCommandLineBeforeAll() throws IOException {
        file.append("max-connections = nonsense\nlisten = 127.0.0.1:1\n");
        environment.put("POSTHASTE_MAX_CONNECTIONS", "more nonsense");
        environment.put("POSTHASTE_LISTEN", "127.0.0.1:3");
        arguments.addAll(List.of("--max-connections", "300", "--listen", "127.0.0.1:4", "--listen=127.0.0.1:5"));
        assertEquals(300, value("serve", "--max-connections"));
        assertEquals(List.of("127.0.0.1:4", "127.0.0.1:5"), value("serve", "--listen"));
    }

    @Test
    void shouldTakeTheFileThatTheEnvironmentNames() throws IOException {
        final Path other = Files.writeString(directory.resolve("other"), "max-connections = 7\n");
        environment.put("POSTHASTE_CONFIG", other.toString());
        assertEquals(7, value("serve", "--max-connections"));
        file.append("max-connections = 8\n");
        assertEquals(8, value("serve", "--max-connections"));
    }

    @Test
    void shouldOverlookSpaceAroundValues() throws IOException {
        file.append("max-connections = 100 \t\nmemory = 300m \n");
        environment.put("POSTHASTE_REACTORS", " 2 ");
        assertEquals(100, value("serve", "--max-connections"));
        assertEquals(300L << 20, value("serve", "--memory"));
        assertEquals(2, value("serve", "--reactors"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // command, file, environment, argument, log?
                "serve, -, -, -, true",
                "sink, -, -, -, false",
                "serve, -, -, --no-log-transactions, false",
                "sink, -, -, --no-log-transactions, false",
                "serve, -, -, --log-transactions, true",
                "sink, -, -, --log-transactions, true",
                "serve, -, -, --log-transactions=false, false",
                "sink, -, -, --log-transactions=true, true",
                "serve, -, false, -, false",
                "sink, -, false, -, false",
                "serve, -, true, -, true",
                "sink, -, true, -, true",
                "serve, -, false, --log-transactions, true",
                "sink, -, false, --log-transactions, true",
                "serve, -, true, --no-log-transactions, false",
                "sink, -, true, --no-log-transactions, false",
                "serve, -, true, --log-transactions, true",
                "sink, -, true, --log-transactions, true",
                "serve, -, false, --no-log-transactions, false",
                "sink, -, false, --no-log-transactions, false",
                "serve, false, -, -, false",
                "sink, true, -, -, true",
                "serve, false, true, -, true",
                "sink, true, false, -, false",
                "serve, false, -, --log-transactions, true",
                "sink, true, -, --no-log-transactions, false",
            })
    void shouldSwitchTheTransactionLog(
            final String command,
            final String inFile,
            final String inEnvironment,
            final String argument,
            final boolean expected)
            throws IOException {
        set("log-transactions", inFile, inEnvironment, argument);
        assertEquals(expected, value(command, "--log-transactions"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, -, false",
                "-, -, --tolerate-spaces, true",
                "-, true, -, true",
                "-, true, --tolerate-spaces, true",
                "true, -, --tolerate-spaces, true",
                "-, false, --tolerate-spaces, true",
                "true, false, -, false",
                "-, true, --tolerate-spaces=false, false",
            })
    void shouldSwitchToleranceOn(
            final String inFile, final String inEnvironment, final String argument, final boolean expected)
            throws IOException {
        set("tolerate-spaces", inFile, inEnvironment, argument);
        assertEquals(expected, value("serve", "--tolerate-spaces"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, -, REJECT",
                "accept, -, -, ACCEPT",
                "accept, Normalize, -, NORMALIZE",
                "accept, normalize, --bare-newline=reject, REJECT",
                "-, -, --bare-newline=ACCEPT, ACCEPT",
            })
    void shouldChooseWhatBecomesOfBareNewlines(
            final String inFile, final String inEnvironment, final String argument, final BareNewline expected)
            throws IOException {
        set("bare-newline", inFile, inEnvironment, argument);
        for (final String command : List.of("serve", "sink")) {
            assertEquals(expected, value(command, "--bare-newline"));
        }
    }

    private void set(final String key, final String inFile, final String inEnvironment, final String argument) {
        if (inFile != null) {
            file.append(key).append(" = ").append(inFile).append('\n');
        }
        if (inEnvironment != null) {
            environment.put(
                    "POSTHASTE_" + key.toUpperCase(java.util.Locale.ROOT).replace('-', '_'), inEnvironment);
        }
        if (argument != null) {
            arguments.add(argument);
        }
    }

    /** What the option would be with all that was set, without running the command. */
    private Object value(final String command, final String option) throws IOException {
        final List<String> line = new ArrayList<>(List.of(command));
        if (!file.isEmpty()) {
            final Path config = Files.writeString(directory.resolve("posthaste.properties"), file);
            line.add("--config=" + config);
        }
        line.addAll(arguments);
        final String[] all = line.toArray(String[]::new);
        final CommandLine commandLine = Main.commandLine(
                all, environment, new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
        commandLine.parseArgs(all);
        return commandLine
                .getSubcommands()
                .get(command)
                .getCommandSpec()
                .findOption(option)
                .getValue();
    }
}
