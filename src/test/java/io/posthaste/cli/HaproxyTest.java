package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.posthaste.server.RawClient;
import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Behind a real HAProxy that speaks to its server from 127.0.0.3, with clients at 127.0.0.1. */
@Timeout(120)
class HaproxyTest {
    private static final Pattern PORTS =
            Pattern.compile(".*127\\.0\\.0\\.1:(\\d+), 127\\.0\\.0\\.1:(\\d+) \\(TLS\\),.*");
    private static final Pattern COUNTS =
            Pattern.compile("relayed (\\d+), health checks (\\d+), PROXY headers refused (\\d+)");
    private static final int MANY_CHECKS = 20;
    private static final Path PAGE =
            Path.of(System.getProperty("basedir", ""), "..", "docs", "operations", "proxy-protocol.md");
    private static final Pattern BLOCK =
            Pattern.compile("^```\\n(frontend .+?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern ENDED =
            Pattern.compile(" peer=127\\.0\\.0\\.1 via=127\\.0\\.0\\.3 unique_id=\"127\\.0\\.0\\.1:\\d+-\\d+-\\d+\""
                    + " authority=\"mx\\.name\\.example\" client_tls=\"?(TLSv1\\.\\d)\"?( client_name=\"[^\"]+\"|)"
                    + " helo=\"inside\\.example\"");

    private final SSLContext clients = TlsFixtures.trustingAnyone();

    @TempDir
    private Path directory;

    private int plainPort;
    private int tlsPort;

    @BeforeEach
    void isInstalled() {
        assumeTrue(Haproxy.program().isPresent(), "haproxy is not installed (Debian: apt-get install haproxy)");
    }

    private ServerProcess startServer(final String... more) throws IOException {
        final String[] arguments = {
            "serve",
            "--listen=127.0.0.1:0",
            "--listen-tls=127.0.0.1:0",
            "--tls-self-signed",
            "--hostname=mx.example",
            "--accept=*",
            "--proxy-protocol=127.0.0.3",
            "--max-idle-commands=100000"
        };
        final ServerProcess server = ServerProcess.start(
                directory,
                Map.of(),
                Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new));
        final Matcher ports = PORTS.matcher(server.outputLine());
        assertTrue(ports.matches());
        plainPort = Integer.parseInt(ports.group(1));
        tlsPort = Integer.parseInt(ports.group(2));
        return server;
    }

    /** The settings in the page for operators that have a line with such a text: everything but where things are is theirs. */
    private String settings(final String part, final int plainFront, final int tlsFront) throws IOException {
        final Matcher block = BLOCK.matcher(Files.readString(PAGE));
        final List<String> found = block.results()
                .map(result -> result.group(1))
                .filter(text -> text.contains(part))
                .toList();
        assertEquals(1, found.size(), "settings in the page with " + part);
        final String from = " source 127.0.0.3 ";
        final String settings = found.get(0)
                .replace("bind :25\n", "bind 127.0.0.1:" + plainFront + "\n")
                .replace("bind :465", "bind 127.0.0.1:" + tlsFront)
                .replace("10.0.0.21:25 ", "127.0.0.1:" + plainPort + from)
                .replace("10.0.0.21:465 ", "127.0.0.1:" + tlsPort + from)
                .replace("/etc/haproxy/mx.pem", directory.resolve("mx.pem").toString())
                .replace(
                        "/etc/haproxy/clients.pem", directory.resolve("rsa.crt").toString())
                .replace(" inter 5s", " inter 50ms");
        for (final String left : new String[] {"10.0.0.", "bind :", "/etc/", "inter 5s"}) {
            assertFalse(settings.contains(left), settings);
        }
        return settings;
    }

    /** Each block that looks like HAProxy's is run by a test here. */
    @Test
    void shouldKnowAllSettingsOfThePage() throws IOException {
        assertEquals(
                2,
                BLOCK.matcher(Files.readString(PAGE))
                        .results()
                        .filter(result -> result.group(1).contains("backend "))
                        .count());
    }

    @ParameterizedTest
    @CsvSource({
        "send-proxy, ''",
        "send-proxy-v2, ''",
        "send-proxy-v2 proxy-v2-options unique-id;crc32c, ' unique_id=\"id-7\"'"
    })
    void shouldTakeMailOfTheClientBehindHaproxy(final String send, final String told) throws Exception {
        final int plainFront = Haproxy.freePort();
        final int tlsFront = Haproxy.freePort();
        try (ServerProcess server = startServer()) {
            final String configuration = settings("posthaste-tls", plainFront, tlsFront)
                    .replace(" send-proxy-v2 ", " " + send.replace(';', ',') + " ")
                    .replace("    default_backend", "    unique-id-format id-7\n    default_backend");
            try (Haproxy haproxy = Haproxy.start(directory, configuration, plainFront, tlsFront)) {
                haproxy.awaitsHealthyServers(2);
                try (RawClient client = RawClient.greeted(plainFront)) {
                    client.mails("In the clear.").expects(250);
                    assertIsLogged(server, told + " helo=\"client.example\" from=\"a@client.example\" recipients=1");
                    try (RawClient secure = client.sends("STARTTLS").startsTls(clients)) {
                        secure.sends("EHLO inside.example").expects(250);
                        secure.mails("Behind STARTTLS.").expects(250);
                        assertIsLogged(
                                server, told + " helo=\"inside.example\" from=\"a@client.example\" tls=TLSv1.3/TLS_");
                    }
                }
                try (RawClient secure =
                        RawClient.connectSecurely(new InetSocketAddress("127.0.0.1", tlsFront), clients)) {
                    secure.expects(220);
                    secure.sends("EHLO inside.example").expects(250);
                    secure.mails("x".repeat(100_000)).expects(250);
                    assertIsLogged(
                            server, told + " helo=\"inside.example\" from=\"a@client.example\" tls=TLSv1.3/TLS_");
                }
                awaitsChecks(haproxy);
            }
            assertIsQuiet(server);
            assertAreOfTheClient(3);
        }
    }

    /** Posthaste sees no TLS, and is told of it. */
    @Test
    void shouldTellWhatHaproxySawThatEndedTls() throws Exception {
        TlsFixtures.file(directory, "rsa.crt");
        Files.writeString(
                directory.resolve("mx.pem"),
                Files.readString(TlsFixtures.file(directory, "ec.crt"))
                        + Files.readString(TlsFixtures.file(directory, "ec-pkcs8.key")));
        final int front = Haproxy.freePort();
        final InetSocketAddress address = new InetSocketAddress("127.0.0.1", front);
        try (ServerProcess server = startServer()) {
            try (Haproxy haproxy = Haproxy.start(directory, settings("posthaste-ended", 0, front), front)) {
                haproxy.awaitsHealthyServers(1);
                for (final String[] expected : new String[][] {
                    {"anonymous", "TLSv1.3", ""},
                    {"known", "TLSv1.3", " client_name=\"rsa.test\""},
                    {"known", "TLSv1.2", " client_name=\"rsa.test\""}
                }) {
                    final SSLContext context = expected[0].equals("known")
                            ? TlsFixtures.trustingAnyone(TlsFixtures.identity(directory, "rsa"))
                            : clients;
                    try (RawClient client =
                            RawClient.connectSecurely(address, context, "mx.name.example", expected[1])) {
                        client.expects(220);
                        final List<String> extensions =
                                client.sends("EHLO inside.example").expects(250);
                        assertFalse(extensions.toString().contains("AUTH"), extensions::toString);
                        client.mails("Ended before.").expects(250);
                    }
                    final String line = server.errorLine("outcome=accepted");
                    final Matcher matcher = ENDED.matcher(line);
                    assertTrue(matcher.find(), line);
                    assertEquals(expected[1], matcher.group(1));
                    assertEquals(expected[2], matcher.group(2));
                    assertFalse(line.contains(" tls="), line);
                }
                awaitsChecks(haproxy);
            }
            assertIsQuiet(server);
            assertAreOfTheClient(3);
        }
    }

    private void assertAreOfTheClient(final int count) throws IOException {
        assertEquals(count, messages().size());
        for (final String message : messages()) {
            assertTrue(
                    message.contains("([127.0.0.1])"),
                    () -> message.lines().limit(5).toList().toString());
        }
    }

    /** A header of version 1 cannot say that it is a health check; HAProxy then says UNKNOWN or its own address. */
    private void awaitsChecks(final Haproxy haproxy) throws IOException {
        try (RawClient witness = RawClient.greeted(plainPort)) {
            haproxy.awaits(MANY_CHECKS + " health checks", () -> {
                final Matcher counts =
                        COUNTS.matcher(witness.sends("HELP STATUS").expects(211).toString());
                assertTrue(counts.find());
                assertEquals("0", counts.group(3), "refused");
                return Integer.parseInt(counts.group(1)) + Integer.parseInt(counts.group(2)) >= MANY_CHECKS;
            });
        }
    }

    @Test
    void shouldSayThatHaproxySendsNoHeader() throws Exception {
        final int front = Haproxy.freePort();
        try (ServerProcess server = startServer("--proxy-timeout=300ms");
                Haproxy haproxy = Haproxy.start(directory, withoutHeader(front), front);
                RawClient client = RawClient.connect(front)) {
            client.expectsEnd();
            final String line = server.errorLine("PROXY headers");
            assertTrue(line.contains("closed a connection of 127.0.0.3"), line);
            assertTrue(line.contains("none came within 300 ms (is send-proxy or send-proxy-v2 set there"), line);
            assertTrue(haproxy.isRunning());
        }
    }

    private String withoutHeader(final int front) {
        return String.join(
                "\n",
                "listen plain",
                "    bind 127.0.0.1:" + front,
                "    server plain1 127.0.0.1:" + plainPort + " source 127.0.0.3");
    }

    private static void assertIsLogged(final ServerProcess server, final String rest) throws InterruptedException {
        final String line = server.errorLine("outcome=accepted");
        assertTrue(line.contains(" peer=127.0.0.1 via=127.0.0.3" + rest), line);
    }

    /** Dozens of health checks have come by now, and none is worth a line. */
    private static void assertIsQuiet(final ServerProcess server) throws InterruptedException {
        server.terminate();
        server.exitCode();
        for (final String line : server.errorLines()) {
            assertTrue(!line.contains("WARN") && !line.contains("ERROR") && !line.contains("outcome="), line);
        }
    }

    private List<String> messages() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("mail/new"))) {
            return files.map(HaproxyTest::text).toList();
        }
    }

    private static String text(final Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
