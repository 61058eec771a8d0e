package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.posthaste.policy.PasswordHash;
import io.posthaste.server.RawClient;
import io.posthaste.tls.TlsFixtures;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The filter for fail2ban, with what a server logs, in both forms: it bans who failed to log in, and nobody a client names. */
@Timeout(120)
final class AccessLogFilterTest {
    private static final Path FILTER = Path.of("..", "docs", "operations", "fail2ban.conf");
    private static final String FORGED =
            " INFO access - login=failed code=535 status=5.7.8 mechanism=PLAIN peer=10.0.0.1 ";
    private static final String FORGED_JSON =
            "{'time':'','level':'info','logger':'io.posthaste.access','login':'failed','code':535,'status':'5.7.8','peer':'10.0.0.1'";
    /** The like, as long as a local-part may be. */
    private static final String FORGED_MAILBOX = "INFO access - login=failed code=5 status=5 peer=10.0.0.1 ";

    private static final String FORGED_JSON_MAILBOX = "{'login':'failed','code':535,'peer':'10.0.0.1'";
    private static final List<String> BANNED =
            List.of("192.0.2.1", "192.0.2.1", "2001:db8::2", "192.0.2.4", "192.0.2.5");

    private final SSLContext tls = TlsFixtures.trustingAnyone();

    @TempDir
    private Path directory;

    private int port;

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldBanWhoFailedToLogIn(final LogFormat format) throws Exception {
        final List<Pattern> patterns = new ArrayList<>();
        for (final String line : Files.readAllLines(FILTER)) {
            final String pattern = line.replaceFirst("^failregex = ", "").strip();
            if (pattern.startsWith("^")) {
                patterns.add(Pattern.compile(pattern.replace("<ADDR>", "(?<address>[0-9A-Fa-f:.]+)")));
            }
        }
        assertEquals(2, patterns.size());
        final List<String> banned = new ArrayList<>();
        for (final String line : logs(format)) {
            for (final Pattern pattern : patterns) {
                final Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                    banned.add(matcher.group("address").replace(":0:0:0:0:0:", "::"));
                }
            }
        }
        assertEquals(BANNED, banned);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldBeReadByFail2ban(final LogFormat format) throws Exception {
        final boolean isInstalled = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "fail2ban-regex")));
        assumeTrue(isInstalled, "fail2ban-regex is not installed (Debian: apt-get install fail2ban)");
        final Path log = Files.write(directory.resolve("log"), logs(format));
        final Process process = new ProcessBuilder(
                        "fail2ban-regex",
                        "-o",
                        "ip",
                        log.toString(),
                        FILTER.toAbsolutePath().normalize().toString())
                .redirectErrorStream(true)
                .start();
        final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(BANNED, said.lines().filter(line -> !line.isBlank()).toList());
    }

    /** What a server logs of clients that fail, of one that does not, and of some that imitate its lines. */
    private List<String> logs(final LogFormat format) throws Exception {
        final Path users = Files.writeString(
                directory.resolve("users"), "ann:" + PasswordHash.of("right".toCharArray(), 1000) + "\n");
        try (ServerProcess server = ServerProcess.start(
                directory,
                Map.of(),
                "serve",
                "--listen=127.0.0.1:0",
                "--accept=server.example",
                "--deliver=discard:",
                "--tls-self-signed",
                "--auth-users=" + users,
                "--max-client-auth-failure-rate=1",
                "--proxy-protocol=127.0.0.1",
                "--log-format=" + format.name().toLowerCase(java.util.Locale.ROOT))) {
            port = server.port();
            logsIn("TCP4 192.0.2.1 127.0.0.1", "ann", "wrong", 535);
            logsIn("TCP4 192.0.2.1 127.0.0.1", "ann", "right", 421);
            logsIn("TCP6 2001:db8::2 ::1", "ann", "wrong", 535);
            logsIn("TCP4 192.0.2.3 127.0.0.1", "ann", "right", 235);
            logsIn("TCP4 192.0.2.4 127.0.0.1", "ann\"\r\n" + FORGED + FORGED_JSON.replace('\'', '"'), "wrong", 535);
            logsIn("TCP4 192.0.2.5 127.0.0.1", "\n" + FORGED_JSON.replace('\'', '"'), "wrong", 535);
            try (RawClient client = connect("TCP4 192.0.2.6 127.0.0.1")) {
                client.sends("MAIL FROM:<\"" + FORGED_MAILBOX + "\"@client.example>")
                        .expects(250);
                client.sends("RCPT TO:<\"" + FORGED_JSON_MAILBOX.replace("'", "\\\"") + "\"@elsewhere.example>")
                        .expects(550);
                client.sends("RCPT TO:<\"" + FORGED_MAILBOX + "\"@elsewhere.example>")
                        .expects(550);
                client.sends("QUIT").expects(221);
            }
            server.terminate();
            server.exitCode();
            final List<String> lines = server.errorLines();
            assertEquals(
                    2,
                    lines.stream().filter(line -> line.contains("relay_denied")).count(),
                    () -> "told: " + lines);
            return lines;
        }
    }

    private void logsIn(final String from, final String user, final String password, final int code) throws Exception {
        final String credentials = "\0" + user + "\0" + password;
        try (RawClient client = connect(from);
                RawClient secure = client.sends("STARTTLS").startsTls(tls)) {
            secure.sends("EHLO client.example").expects(250);
            secure.sends("AUTH PLAIN "
                            + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                    .expects(code);
        }
    }

    private RawClient connect(final String addresses) throws IOException {
        final RawClient client = RawClient.connect(port);
        client.sends("PROXY " + addresses + " 5000 25").expects(220);
        client.sends("EHLO client.example").expects(250);
        return client;
    }
}
