package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code posthaste check-config}: says what serve would run with, and what would keep it from running. */
final class CheckConfigTest {
    private static final Pattern LINE = Pattern.compile("([a-z0-9-]+) = (.*) \\(([^()]+)\\)");
    private static final String SECRET = "correct-horse-battery-staple";

    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    private Path directory;

    private int exitCode;
    private String out;
    private String err;

    @Test
    void shouldTellEveryOptionOnceWithItsValue() {
        checks();
        assertEquals(0, exitCode, err);
        final CommandLine serve = Main.commandLine(
                        new String[0],
                        Map.of(),
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(new StringWriter()))
                .getSubcommands()
                .get("serve");
        final Map<String, String> told = told();
        for (final OptionSpec option : serve.getCommandSpec().options()) {
            if (OptionDefaults.isSettable(option)) {
                final String line = told.remove(OptionDefaults.key(option));
                assertTrue(line != null && !line.contains("null") && !line.contains("${"), option + ": " + line);
                assertTrue(line.endsWith("(default)"), line);
            }
        }
        assertEquals(Map.of(), told, "what is no option");
    }

    /** With what nobody has set as well: an empty value would say that there is no limit. */
    @Test
    void shouldTellTheLimitsInForce() {
        checks("--max-client-connections=7", "--shed-connections-lag=2s");
        assertEquals("7 (command line)", told().get("max-client-connections"));
        assertEquals("600 (default)", told().get("max-client-connection-rate"));
        assertEquals("3000 (default)", told().get("max-client-message-rate"));
        assertEquals("15000 (default)", told().get("max-client-recipient-rate"));
        assertEquals("30 (default)", told().get("max-client-auth-failure-rate"));
        assertEquals("127.0.0.0/8,::1 (default)", told().get("client-limits-exempt"));
        assertEquals("2s (command line)", told().get("shed-connections-lag"));
        assertEquals("2000ms (default)", told().get("shed-messages-lag"), "never before connections");
        assertEquals("85 (default)", told().get("shed-connections-memory"));
        assertEquals("95 (default)", told().get("shed-messages-memory"));
        checks("--shed-connections-lag=0", "--shed-connections-memory=0");
        assertEquals("0 (default)", told().get("shed-messages-lag"));
        assertEquals("0 (default)", told().get("shed-messages-memory"));
    }

    @Test
    void shouldTellWhereAValueComesFrom() throws IOException {
        final Path file = Files.writeString(
                directory.resolve("p.properties"), "max-errors = 7\nmax-recipients = 8\ncommand-timeout = 9s\n");
        environment.put("POSTHASTE_MAX_RECIPIENTS", "10");
        environment.put("POSTHASTE_COMMAND_TIMEOUT", "11s");
        checks("--config", file.toString(), "--command-timeout=12s", "--accept=a.example", "--accept=b.example");
        assertEquals(0, exitCode, err);
        assertEquals("7 (file " + file + ")", told().get("max-errors"));
        assertEquals("10 (environment POSTHASTE_MAX_RECIPIENTS)", told().get("max-recipients"));
        assertEquals("12s (command line)", told().get("command-timeout"));
        assertEquals("a.example,b.example (command line)", told().get("accept"));
        assertEquals("3m (default)", told().get("data-timeout"));
        assertEquals("127.0.0.1:2525 (default)", told().get("listen"));
        assertEquals("true (default)", told().get("log-transactions"));
    }

    @Test
    void shouldTellAllFaultsAtOnce() throws IOException {
        final Path file = Files.writeString(directory.resolve("file"), "no directory");
        checks(
                "--deliver=maildir:" + file.resolve("mail"),
                "--tls-cert=" + directory.resolve("missing.crt"),
                "--memory=16m",
                "--reactors=1");
        assertEquals(2, exitCode);
        assertEquals(3, err.lines().count(), err);
        assertTrue(err.contains("missing.crt does not exist"), err);
        assertTrue(err.contains(file + " is not a directory"), err);
        assertTrue(err.contains("does not fit into half of a reactor's memory"), err);
        assertTrue(told().containsKey("deliver"), "what would be in force is told all the same");
        assertFalse(out.contains("it would start"), out);
    }

    @Test
    void shouldTellWhatContradictsItself() {
        checks("--listen=0.0.0.0:25");
        assertEquals(2, exitCode);
        assertTrue(err.contains("name the domains with --accept DOMAIN"), err);
        checks("--accept=not..a.domain");
        assertEquals(2, exitCode);
        assertTrue(err.contains("'not..a.domain' is not a domain to accept"), err);
        checks("--metrics=nowhere");
        assertEquals(2, exitCode);
        assertTrue(err.contains("'nowhere' is not HOST:PORT"), err);
        checks("--deliver=spool:s?size=1m");
        assertEquals(2, exitCode);
        assertTrue(err.contains("spool: size must be at least"), err);
    }

    @Test
    void shouldCheckDnsLists() {
        checks("--dnsbl=zen.example.org=127.0.0.[2..11]", "--dnsbl=bl.example", "--dns-server=192.0.2.53");
        assertEquals(0, exitCode, err);
        assertEquals("zen.example.org=127.0.0.[2..11],bl.example (command line)", told().get("dnsbl"));
        assertEquals("5s (default)", told().get("dnsbl-timeout"));
        checks("--dnsbl=zen.example.org", "--dns-server=[2001:db8::53]:5353", "--dns-server=2001:db8::54");
        assertEquals(0, exitCode, err);
        for (final String[] wrong : new String[][] {
            {"--dnsbl=zen..example"},
            {"--dnsbl=zen.example=127.0.0.256"},
            {"--dnsbl=zen.example", "--dnsbl=zen.example=127.0.0.2"},
            {"--dnsbl=zen.example", "--dns-server=192.0.2.53:0"},
            {"--dnsbl=zen.example", "--dns-server=192.0.2.53:x"},
            {"--dnsbl=zen.example", "--dns-server=192.0.2.53", "--dnsbl-timeout=30s"},
            {"--dnsbl=zen.example", "--dns-server=192.0.2.53", "--policy-timeout=6s"},
            {"--dnsbl=zen.example", "--dns-server=192.0.2.53", "--dnsbl-min-ttl=2h"},
            {"--dnsbl=zen.example", "--dns-server=192.0.2.53", "--dnsbl-cache=0"},
            {"--dnsbl=zen.example", "--dns-server=192.0.2.53", "--dnsbl-max-lookups=0"},
            {"--dns-server=192.0.2.53"},
        }) {
            checks(wrong);
            assertEquals(2, exitCode, String.join(" ", wrong));
            assertEquals(1, err.lines().count(), err);
        }
    }

    @Test
    void shouldTellThePolicyTimeout() {
        checks("--policy-timeout=7s");
        assertEquals(0, exitCode, err);
        assertEquals("7s (command line)", told().get("policy-timeout"));
        checks();
        assertEquals("30s (default)", told().get("policy-timeout"));
    }

    @Test
    void shouldNotCreateAnything() throws IOException {
        checks("--deliver=maildir:" + directory.resolve("a/b/mail"));
        assertEquals(0, exitCode, err);
        checks("--deliver=spool:" + directory.resolve("a/b/spool"));
        assertEquals(0, exitCode, err);
        try (var files = Files.list(directory)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void shouldNeverPrintASecret() throws IOException {
        final Path password = Files.writeString(directory.resolve("password"), SECRET + "\n");
        final Path key = Files.writeString(directory.resolve("key"), "-----BEGIN PRIVATE KEY-----\n" + SECRET + "\n");
        checks("--tls-cert=" + key, "--tls-key=" + key, "--tls-key-password-file=" + password);
        assertEquals(2, exitCode);
        assertFalse((out + err).contains(SECRET), () -> out + err);
        assertTrue(told().get("tls-key-password-file").startsWith(password.toString()));
    }

    @Test
    void shouldWarnOfVariablesThatNoOptionHas() {
        environment.put("POSTHASTE_MAX_ERORS", "5");
        environment.put("POSTHASTE_JAVA_OPTS", "-Xmx1g");
        checks();
        assertEquals(0, exitCode);
        assertTrue(
                err.contains("no option has the environment variable POSTHASTE_MAX_ERORS (is max-errors meant?)"), err);
        assertFalse(err.contains("JAVA_OPTS"), err);
    }

    @Test
    void shouldWarnOfMoreThanTheProcessMayHave() {
        checks("--memory=9000g", "--max-connections=2000000000");
        assertEquals(0, exitCode);
        assertTrue(err.contains("-XX:MaxDirectMemorySize"), err);
        assertTrue(err.contains("LimitNOFILE"), err);
    }

    @Test
    void shouldRefuseAKeyThatIsThereTwice() throws IOException {
        final Path file =
                Files.writeString(directory.resolve("p.properties"), "listen = 127.0.0.1:1\nlisten = 127.0.0.1:2\n");
        checks("--config=" + file);
        assertEquals(2, exitCode);
        assertTrue(err.contains("sets twice: listen"), err);
    }

    @Test
    void shouldSuggestTheNearestName() throws IOException {
        final Path file = Files.writeString(
                directory.resolve("p.properties"), "max_conections = 5\n--deliver = discard:\nzeal = 1\n");
        checks("--config=" + file);
        assertEquals(2, exitCode);
        assertTrue(err.contains("max_conections (is max-connections meant?)"), err);
        assertTrue(err.contains("--deliver (is deliver meant?)"), err);
        assertTrue(err.strip().endsWith("zeal"), err);
    }

    private void checks(final String... options) {
        final String[] arguments = new String[options.length + 1];
        arguments[0] = "check-config";
        System.arraycopy(options, 0, arguments, 1, options.length);
        final StringWriter outText = new StringWriter();
        final StringWriter errText = new StringWriter();
        exitCode = Main.run(arguments, environment, new PrintWriter(outText, true), new PrintWriter(errText, true));
        out = outText.toString();
        err = errText.toString();
    }

    private Map<String, String> told() {
        final Map<String, String> told = new TreeMap<>();
        out.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            final Matcher matcher = LINE.matcher(line);
            assertTrue(matcher.matches(), line);
            assertEquals(
                    null,
                    told.put(matcher.group(1), matcher.group(2) + " (" + matcher.group(3) + ")"),
                    "twice: " + line);
        });
        return told;
    }
}
