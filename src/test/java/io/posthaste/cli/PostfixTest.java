package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Postfix at 127.0.0.5 sends through a real HAProxy, which speaks PROXY version 2 from 127.0.0.3, and accepts nothing but
 * TLS with a certificate that it can verify.
 */
@Timeout(240)
class PostfixTest {
    private static final Pattern PORTS =
            Pattern.compile(".*127\\.0\\.0\\.1:(\\d+), 127\\.0\\.0\\.1:(\\d+) \\(TLS\\),.*");
    private static final Pattern SENT =
            Pattern.compile(".* to=<(.+?)>,.* relay=127\\.0\\.0\\.1\\[127\\.0\\.0\\.1\\]:(\\d+),.* dsn=2\\.0\\.0,"
                    + " status=sent \\(250 2\\.0\\.0 OK id=(\\w+)\\)");
    /** Some hundred kilobytes, every seventh line with a dot to be stuffed. */
    private static final int LONG_LINES = 20_000;

    @TempDir
    private Path directory;

    private int startTlsFront;
    private int implicitFront;

    @BeforeEach
    void areInstalled() throws IOException {
        assumeTrue(Haproxy.program().isPresent(), "haproxy is not installed (Debian: apt-get install haproxy)");
        Postfix.assumeItRuns(directory);
        startTlsFront = Haproxy.freePort();
        implicitFront = Haproxy.freePort();
    }

    private ServerProcess startServer() throws IOException {
        TlsFixtures.file(directory, "ec.crt");
        TlsFixtures.file(directory, "ec-pkcs8.key");
        return ServerProcess.start(
                directory,
                Map.of(),
                "serve",
                "--listen=127.0.0.1:0",
                "--listen-tls=127.0.0.1:0",
                "--tls-cert=ec.crt",
                "--tls-key=ec-pkcs8.key",
                "--hostname=mx.example",
                "--accept=starttls.example",
                "--accept=implicit.example",
                "--accept=sender.example",
                "--proxy-protocol=127.0.0.3");
    }

    private Haproxy startHaproxy(final ServerProcess server) throws IOException {
        final Matcher ports = PORTS.matcher(server.outputLine());
        assertTrue(ports.matches());
        return Haproxy.start(
                directory,
                relay("plain", startTlsFront, ports.group(1)) + "\n" + relay("tls", implicitFront, ports.group(2)),
                startTlsFront,
                implicitFront);
    }

    private static String relay(final String name, final int front, final String port) {
        return String.join(
                "\n",
                "listen " + name,
                "    bind 127.0.0.1:" + front,
                "    server " + name + "1 127.0.0.1:" + port + " source 127.0.0.3 send-proxy-v2");
    }

    private Postfix startPostfix() throws IOException, InterruptedException {
        return Postfix.start(
                directory,
                "relayhost = [127.0.0.1]:" + startTlsFront,
                "transport_maps = inline:{ implicit.example=implicit:[127.0.0.1]:" + implicitFront + " }",
                "smtp_bind_address = 127.0.0.5",
                "smtp_tls_security_level = verify",
                "smtp_tls_CAfile = " + directory.resolve("ec.crt"),
                "smtp_tls_verify_cert_match = ec.test",
                "smtp_tls_loglevel = 1");
    }

    @Test
    void shouldTakeMailOfPostfixThroughHaproxyWithTls() throws Exception {
        final List<String> bodies = List.of(
                "Hello.\n",
                ".\n..\n.dot\nno end:\n.\nMAIL FROM:<a@b.example>\n",
                "\n",
                "octets \u00e4\u00f6\u00fc \u20ac\n",
                manyLines());
        final List<String> domains = List.of("starttls.example", "implicit.example");
        try (ServerProcess server = startServer()) {
            final List<String> sent;
            try (Haproxy haproxy = startHaproxy(server);
                    Postfix postfix = startPostfix()) {
                for (int i = 0; i < bodies.size(); i++) {
                    final Path message = directory.resolve("message-" + i);
                    Files.writeString(message, "Subject: number " + i + "\n\n" + bodies.get(i));
                    for (final String domain : domains) {
                        postfix.sends("a@sender.example", message, "b" + i + "@" + domain);
                    }
                }
                sent = postfix.logLines("status=sent", bodies.size() * domains.size());
                assertEquals(List.of(), unwelcome(postfix));
                for (final int front : new int[] {startTlsFront, implicitFront}) {
                    postfix.logLines("Verified TLS connection established to 127.0.0.1[127.0.0.1]:" + front, 1);
                }
                assertTrue(haproxy.isRunning());
            }
            final List<String> log = logOf(server);
            for (final String line : sent) {
                final Matcher matcher = SENT.matcher(line);
                assertTrue(matcher.matches(), line);
                final String recipient = matcher.group(1);
                final boolean isImplicit = recipient.endsWith("@implicit.example");
                assertEquals(Integer.toString(isImplicit ? implicitFront : startTlsFront), matcher.group(2), line);
                assertIsLogged(log, matcher.group(3));
                assertIsStored(matcher.group(3), recipient, bodies.get(recipient.charAt(1) - '0'));
            }
            assertEquals(sent.size(), messages().size());
        }
    }

    /** The 550 is told to the sender, in a message from nobody, which comes the same way. */
    @Test
    void shouldHavePostfixTellItsUserOfARecipientThatIsRefused() throws Exception {
        final Path message = directory.resolve("message");
        Files.writeString(message, "Subject: refused\n\nHello.\n");
        try (ServerProcess server = startServer()) {
            try (Haproxy haproxy = startHaproxy(server);
                    Postfix postfix = startPostfix()) {
                postfix.sends("a@sender.example", message, "b@elsewhere.example", "c@starttls.example");
                final String bounced = postfix.logLines("status=bounced", 1).get(0);
                assertTrue(
                        bounced.contains(" to=<b@elsewhere.example>,") && bounced.contains(" said: 550 5.7.1 "),
                        bounced);
                postfix.logLines("status=sent (250 2.0.0 OK id=", 2);
                assertTrue(haproxy.isRunning());
            }
            final List<String> accepted = logOf(server).stream()
                    .filter(line -> line.contains("outcome=accepted"))
                    .toList();
            assertEquals(2, accepted.size(), accepted.toString());
            assertEquals(
                    1,
                    accepted.stream()
                            .filter(line -> line.contains(" from=\"\" "))
                            .count(),
                    accepted.toString());
            assertTrue(messages().stream()
                    .map(PostfixTest::text)
                    .anyMatch(text -> text.contains("b@elsewhere.example") && text.contains("550 5.7.1")));
        }
    }

    private static String manyLines() {
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < LONG_LINES; i++) {
            lines.append(i % 7 == 0 ? "." : "").append("line ").append(i).append('\n');
        }
        return lines.toString();
    }

    /** What must not be in its log: whatever was not sent at once, and warnings. */
    private static List<String> unwelcome(final Postfix postfix) throws IOException {
        return postfix.logLines().stream()
                .filter(line -> line.contains("warning:")
                        || line.contains("fatal:")
                        || line.contains("status=") && !line.contains("status=sent"))
                .toList();
    }

    /** All that the server has logged until its end. */
    private static List<String> logOf(final ServerProcess server) throws InterruptedException {
        server.terminate();
        server.exitCode();
        return server.errorLines();
    }

    private static void assertIsLogged(final List<String> log, final String id) {
        final List<String> lines =
                log.stream().filter(line -> line.contains("id=" + id + " ")).toList();
        assertEquals(1, lines.size(), lines.toString());
        final String line = lines.get(0);
        assertTrue(
                line.contains(" outcome=accepted code=250 peer=127.0.0.5 via=127.0.0.3 helo=\"sender.example\"")
                        && line.contains(" from=\"a@sender.example\"")
                        && line.contains(" tls=TLSv1.3/TLS_"),
                line);
    }

    private void assertIsStored(final String id, final String recipient, final String body) throws IOException {
        final List<Path> files = messages().stream()
                .filter(file -> file.getFileName().toString().contains("." + id + "."))
                .toList();
        assertEquals(1, files.size(), files.toString());
        final String text = text(files.get(0));
        final String received =
                text.substring(0, text.indexOf("Received: by sender.example")).replaceAll("\\s+", " ");
        assertTrue(
                received.contains("from sender.example ([127.0.0.5])") && received.contains("with ESMTPS id " + id),
                received);
        assertTrue(text.contains("Subject: number " + recipient.charAt(1) + "\r\n"));
        assertEquals(body.replace("\n", "\r\n"), text.substring(text.indexOf("\r\n\r\n") + 4));
    }

    private List<Path> messages() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("mail/new"))) {
            return files.toList();
        }
    }

    private static String text(final Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
