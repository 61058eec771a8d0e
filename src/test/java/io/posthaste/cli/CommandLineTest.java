package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments, and what is said about wrong ones: exit code 2 and one line on standard error. */
@Timeout(30)
class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    private Path directory;

    @AfterEach
    void nothingWasStarted() {
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("posthaste-")));
    }

    @Test
    void shouldAskForACommand() {
        refused("posthaste: say what to do: ");
    }

    @Test
    void shouldRefuseAnUnknownCommand() {
        refused("posthaste: ", "receive");
        assertTrue(errors.toString().contains("receive"), errors.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-V", "--version"})
    void shouldSayItsVersion(final String option) {
        assertEquals(0, run(option));
        assertTrue(out.toString().matches("posthaste \\S+\\R"), out.toString());
        assertEquals("", errors.toString());
    }

    @ParameterizedTest
    @CsvSource({"-h", "--help", "serve --help", "serve -h", "sink --help"})
    void shouldHelp(final String line) {
        assertEquals(0, run(line.split(" ")), errors.toString());
        assertTrue(out.toString().startsWith("Usage: posthaste"), out.toString());
        assertEquals("", errors.toString());
    }

    @Test
    void shouldShowTheDefaultsInItsHelp() {
        assertEquals(0, run("serve", "--help"));
        final String help = out.toString().replaceAll("\\s+", " ");
        assertTrue(help.contains("Default: 35m."), help);
        assertTrue(help.contains("Default: 20000, or fewer"), help);
        assertTrue(help.contains("Default: maildir:./mail."), help);
        assertTrue(help.contains("--[no-]log-transactions"), help);
    }

    @Test
    void shouldHelpThoughTheConfigurationIsBroken() {
        environment.put("POSTHASTE_CONFIG", directory.resolve("missing").toString());
        environment.put("POSTHASTE_MEMORY", "much");
        assertEquals(0, run("serve", "--help"), errors.toString());
        assertTrue(out.toString().startsWith("Usage: posthaste serve"), out.toString());
    }

    @Test
    void shouldExplainWhateverTheServerIsConfiguredTo() {
        environment.put("POSTHASTE_CONFIG", directory.resolve("missing").toString());
        assertEquals(0, run("explain", "503"));
        assertTrue(out.toString().startsWith("503  "), out.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve --bogus",
                "serve extra",
                "serve --max-connections",
                "serve --max-connections x",
                "serve --max-connections 0",
                "serve --max-connections -1",
                "serve --max-connections 99999999999",
                "serve --max-recipients 0",
                "serve --reactors 0",
                "serve --reactors 2000",
                "serve --reactors 1.5",
                "serve --listen-tls 127.0.0.1:0",
                "serve --listen-tls 127.0.0.1 --tls-self-signed",
                "serve --tls-key nowhere.pem",
                "serve --tls-cert nowhere.pem",
                "serve --tls-cert-dir nowhere",
                "serve --tls-cert-dir .",
                "serve --tls-self-signed --tls-cert nowhere.pem",
                "serve --tls-self-signed --tls-threads 0",
                "serve --tls-self-signed --tls-handshake-rate -1",
                "serve --tls-self-signed --tls-handshake-timeout 0",
                "serve --listen 2525",
                "serve --listen localhost",
                "serve --listen 127.0.0.1:",
                "serve --listen 127.0.0.1:65536",
                "serve --listen 127.0.0.1:-1",
                "serve --listen 127.0.0.1:smtp",
                "serve --listen ::1:2525",
                "serve --listen [::1]",
                "serve --listen [::1:2525",
                "serve --listen unknown.invalid:2525",
                "serve --hostname no_host!",
                "serve --hostname -x-",
                "serve --max-message-size 0",
                "serve --max-message-size 35mb",
                "serve --max-message-size -1",
                "serve --max-message-size 1.5m",
                "serve --max-message-size 9999999999999999999",
                "serve --max-message-size 999999999999g",
                "serve --memory much",
                "serve --memory 1m",
                "serve --memory 8m --reactors 1",
                "serve --memory 64m --reactors 1",
                "serve --command-timeout 5",
                "serve --command-timeout 0s",
                "serve --command-timeout 5y",
                "serve --data-timeout -1s",
                "serve --bare-newline",
                "serve --bare-newline mend",
                "sink --bare-newline ''",
                "serve --max-errors -1",
                "serve --max-errors many",
                "serve --max-idle-commands -1",
                "serve --max-refused-recipients -1",
                "serve --max-command-rate -1",
                "serve --max-session-time 5",
                "serve --min-data-rate -1",
                "serve --min-data-rate 1k",
                "serve --greeting-delay 5m",
                "serve --greeting-delay 5",
                "sink --early-talker mock",
                "serve --drain-timeout 9999999h",
                "serve --trusted-network 10.0.0.0/33",
                "serve --trusted-network example.org",
                "serve --trusted-network 10.0.0.0/x",
                "serve --proxy-protocol balancer.example",
                "serve --proxy-protocol 10.0.0.0/33",
                "serve --proxy-timeout 0s",
                "sink --proxy-timeout 5",
                "serve --deliver mbox:x",
                "serve --deliver maildir:",
                "serve --deliver discard:x",
                "serve --accept a@b",
                "serve --accept *.example.org",
                "serve --listen 0.0.0.0:0",
                "serve --listen [::]:0",
                "serve --listen :0",
                "serve --listen *:0",
                "sink --accept example.org",
                "sink --deliver discard:",
                "sink --memory 1m",
                "sink --bogus",
                "explain",
                "explain 999",
                "--bogus",
            })
    void shouldRefuseWrongArgumentsInOneLine(final String line) {
        refused("posthaste: ", line.split(" "));
        assertEquals("", out.toString());
    }

    @Test
    void shouldSayWhatToDoBeforeItListensBeyondLoopback() {
        refused("posthaste: listening on 0.0.0.0:0 would take mail", "serve", "--listen", "0.0.0.0:0");
        refused("posthaste: clients behind a balancer (--proxy-protocol)", "serve", "--proxy-protocol", "127.0.0.1");
        assertTrue(errors.toString().contains("--accept DOMAIN"), errors.toString());
    }

    @Test
    void shouldNameTheWrongOption() {
        refused("posthaste: Invalid value for option '--memory': 'much' is not a size: ", "serve", "--memory", "much");
    }

    @Test
    void shouldKeepToOneLineWhateverIsTyped() {
        refused("posthaste: ", "serve", "--hostname", "a\nb");
        refused("posthaste: ", "serve", "a\r\nb");
        refused("posthaste: ", "serve", "--listen", "a\nb:25");
        refused("posthaste: ", "a\nb");
    }

    @Test
    void shouldCreateNothingForWrongArguments() {
        final Path maildir = directory.resolve("mail");
        refused(
                "posthaste: a message of ",
                "serve",
                "--memory",
                "8m",
                "--reactors",
                "1",
                "--deliver",
                "maildir:" + maildir);
        assertFalse(Files.exists(maildir));
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve --deliver discard:", "sink"})
    void shouldExitWith1WhenItCannotListen(final String command) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            final String line = command + " --reactors 2 --listen 127.0.0.1:" + other.getLocalPort();
            assertEquals(1, run(line.split(" ")));
            assertOneLine("posthaste: cannot listen on 127.0.0.1:" + other.getLocalPort() + ": Address already in use");
        }
    }

    @Test
    void shouldExitWith1WhenItCannotDeliver() throws IOException {
        final Path file = Files.createFile(directory.resolve("file"));
        assertEquals(1, run("serve", "--listen", "127.0.0.1:0", "--deliver", "maildir:" + file));
        assertOneLine("posthaste: cannot deliver to maildir:" + file + ": ");
    }

    // ---- the configuration file

    @Test
    void shouldRefuseAKeyThatIsNoOption() throws IOException {
        final Path file = config("max-connection = 100\nreactors = 1\nzeal = 1\n");
        refused(
                "posthaste: the configuration file " + file
                        + " sets what is no option: max-connection (is max-connections meant?), zeal",
                "serve",
                "--config",
                file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"config = other", "help = true"})
    void shouldRefuseAKeyThatAFileCannotSet(final String line) throws IOException {
        refused("posthaste: the configuration file ", "serve", "--config=" + config(line));
    }

    @Test
    void shouldRefuseAFileThatIsMissing() {
        final String file = directory.resolve("missing").toString();
        refused("posthaste: cannot read the configuration file " + file, "serve", "--config", file);
        environment.put("POSTHASTE_CONFIG", file);
        refused("posthaste: cannot read the configuration file " + file, "sink");
    }

    @Test
    void shouldRefuseAFileThatIsNoText() throws IOException {
        final Path file = directory.resolve("binary");
        Files.write(file, new byte[] {'a', '=', (byte) 0xff, (byte) 0xfe});
        refused("posthaste: cannot read the configuration file ", "serve", "--config", file.toString());
        refused("posthaste: cannot read the configuration file ", "serve", "--config", directory.toString());
        refused(
                "posthaste: cannot read the configuration file ",
                "serve",
                "--config",
                config("a=\\u00zz").toString());
    }

    @Test
    void shouldRefuseAWrongValueInTheFile() throws IOException {
        refused(
                "posthaste: Invalid value for option '--memory'",
                "serve",
                "--config",
                config("memory = much").toString());
    }

    @Test
    void shouldRefuseAWrongValueInTheEnvironment() {
        environment.put("POSTHASTE_DRAIN_TIMEOUT", "soon");
        refused("posthaste: Invalid value for option '--drain-timeout'", "sink");
    }

    private Path config(final String text) throws IOException {
        return Files.writeString(directory.resolve("posthaste.properties"), text);
    }

    private void refused(final String start, final String... arguments) {
        errors.getBuffer().setLength(0);
        assertEquals(2, run(arguments), errors.toString());
        assertOneLine(start);
    }

    private void assertOneLine(final String start) {
        assertTrue(errors.toString().startsWith(start), errors.toString());
        assertEquals(1, errors.toString().lines().count(), errors.toString());
        assertTrue(errors.toString().endsWith(System.lineSeparator()));
    }

    private int run(final String... arguments) {
        return Main.run(arguments, environment, new PrintWriter(out, true), new PrintWriter(errors, true));
    }
}
