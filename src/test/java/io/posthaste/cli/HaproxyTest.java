package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

    private static String backEnd(
            final String name,
            final int frontPort,
            final int serverPort,
            final String settings,
            final String uniqueId) {
        return String.join(
                "\n",
                "frontend front-" + name,
                "    bind 127.0.0.1:" + frontPort,
                "    unique-id-format " + uniqueId,
                "    default_backend " + name,
                "backend " + name,
                "    option smtpchk EHLO balancer.example",
                "    server " + name + "1 127.0.0.1:" + serverPort + " source 127.0.0.3 " + settings);
    }

    @ParameterizedTest
    @CsvSource({
        "send-proxy, ''",
        "send-proxy-v2, ''",
        "send-proxy-v2 proxy-v2-options unique-id;crc32c;ssl, ' unique_id=\"id-7\"'"
    })
    void shouldTakeMailOfTheClientBehindHaproxy(final String settings, final String told) throws Exception {
        final int plainFront = Haproxy.freePort();
        final int tlsFront = Haproxy.freePort();
        final String send = settings.replace(';', ',') + " check check-send-proxy inter 50ms";
        try (ServerProcess server = startServer()) {
            final String configuration = backEnd("plain", plainFront, plainPort, send, "id-7") + "\n"
                    + backEnd("tls", tlsFront, tlsPort, send + " check-ssl verify none", "id-7");
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
            for (final String message : messages()) {
                assertTrue(
                        message.contains("([127.0.0.1])"),
                        () -> message.lines().limit(5).toList().toString());
            }
            assertEquals(3, messages().size());
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
                Haproxy haproxy =
                        Haproxy.start(directory, backEnd("plain", front, plainPort, "inter 50ms", "id-7"), front);
                RawClient client = RawClient.connect(front)) {
            client.expectsEnd();
            final String line = server.errorLine("PROXY headers");
            assertTrue(line.contains("closed a connection of 127.0.0.3"), line);
            assertTrue(line.contains("none came within 300 ms (is send-proxy or send-proxy-v2 set there"), line);
            assertTrue(haproxy.isRunning());
        }
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
