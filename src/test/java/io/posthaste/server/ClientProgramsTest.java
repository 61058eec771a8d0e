package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.posthaste.envelope.Envelope;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.Network;
import io.posthaste.policy.PasswordHash;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsEngineChoice;
import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mail of the programs with which people try a server: swaks, curl and openssl s_client. */
@Timeout(120)
@ParameterizedClass
@EnumSource(value = TlsEngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
class ClientProgramsTest {
    private static final String USER = "ann";
    private static final String PASSWORD = "s\u00e9cret word";
    /** What swaks ends with when it could not log in, and when TLS did not begin. */
    private static final int SWAKS_AUTH = 28;

    private static final int SWAKS_TLS = 29;
    /** What curl ends with when it does not believe a certificate. */
    private static final int CURL_CERTIFICATE = 60;

    /** With lines that mean something to SMTP, to swaks and to s_client, and octets beyond ASCII. */
    private static final List<String> MESSAGE = List.of(
            "From: <a@client.example>",
            "Subject: gr\u00fc\u00df dich \u20ac",
            "",
            "\u65e5\u672c\u8a9e",
            ".",
            "..",
            ".dot",
            "QUIT",
            "Q",
            "x".repeat(998),
            "the last line");

    private static final String CONTENT = String.join("\r\n", MESSAGE) + "\r\n";

    @Parameter
    private TlsEngineChoice engine;

    @TempDir
    private Path directory;

    private final BlockingQueue<Mail> received = new LinkedBlockingQueue<>();

    /** A message as it was delivered. */
    private record Mail(
            String from,
            List<String> recipients,
            boolean isSecure,
            boolean isAuthenticated,
            boolean isSmtpUtf8,
            String peer,
            String balancer,
            String content) {
        static Mail of(final Envelope envelope) throws IOException {
            return new Mail(
                    envelope.reversePath(),
                    envelope.recipients(),
                    envelope.isSecure(),
                    envelope.isAuthenticated(),
                    envelope.isSmtpUtf8(),
                    envelope.peer(),
                    envelope.via() == null ? null : envelope.via().balancer().getHostAddress(),
                    new String(envelope.contentStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @BeforeEach
    void writeFiles() throws IOException {
        TlsFixtures.file(directory, "rsa.crt", "hosts/rsa.crt");
        TlsFixtures.file(directory, "rsa-pkcs8.key", "hosts/rsa.key");
        TlsFixtures.file(directory, "rsa.crt");
        Files.writeString(
                directory.resolve("users"), USER + ":" + PasswordHash.of(PASSWORD.toCharArray(), 1000) + "\n");
        Files.writeString(directory.resolve("message"), CONTENT);
        // An argument is in the encoding of the locale; a file is in UTF-8.
        Files.writeString(directory.resolve("swaksrc"), "auth-user " + USER + "\nauth-password " + PASSWORD + "\n");
        Files.writeString(directory.resolve("curlrc"), "user = \"" + USER + ":" + PASSWORD + "\"\n");
    }

    @AfterEach
    void nothingRuns() throws InterruptedException {
        Waiting.untilNoServerThreads();
    }

    private ServerBuilder builder() throws IOException {
        return SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .listenTls(HostPort.parse("127.0.0.1:0"))
                .hostname("mx.example")
                .accept("here.example")
                .reactors(1)
                .tlsEngine(engine)
                .tls(new TlsConfig(
                        TlsFixtures.file(directory, "ec.crt"),
                        TlsFixtures.file(directory, "ec-pkcs8.key"),
                        directory.resolve("hosts"),
                        null,
                        false,
                        "mx.example"))
                .authUsers(directory.resolve("users"))
                .deliverTo(envelope -> received.add(Mail.of(envelope)));
    }

    private static int port(final SmtpServer server, final boolean isImplicit) {
        return isImplicit ? server.tlsAddresses().get(0).getPort() : server.port();
    }

    /** A message that came within TLS from loopback, whole. */
    private static Mail secure(final String recipient, final boolean isAuthenticated) {
        return new Mail(
                "a@client.example", List.of(recipient), true, isAuthenticated, false, "127.0.0.1", null, CONTENT);
    }

    private static Mail relayed(final String peer, final String balancer) {
        return new Mail("a@client.example", List.of("b@here.example"), true, false, false, peer, balancer, CONTENT);
    }

    // ---- swaks

    private ClientProgram swaks() throws IOException, InterruptedException {
        final ClientProgram program = ClientProgram.installed("swaks", "swaks libnet-ssleay-perl", directory);
        assumeTrue(
                program.runs("--support").output().contains("TLS supported"),
                "swaks has no TLS here (Debian: apt-get install libnet-ssleay-perl)");
        return program;
    }

    /** A message within TLS, pipelined, with a certificate that it verifies. */
    private ClientProgram.Outcome swaks(final int port, final String certificate, final String... options)
            throws IOException, InterruptedException {
        // swaks itself ends the last line.
        Files.writeString(directory.resolve("swaks-message"), String.join("\n", MESSAGE));
        return swaks().runs(all(
                List.of(
                        "--server=127.0.0.1",
                        "--port=" + port,
                        "--ehlo=client.example",
                        "--from=a@client.example",
                        "--data=@swaks-message",
                        "--pipeline",
                        "--tls-verify",
                        "--tls-ca-path=" + certificate),
                options));
    }

    @ParameterizedTest
    @CsvSource({"-tls, tlsv1_2", "-tls, tlsv1_3", "-tlsc, tlsv1_2", "-tlsc, tlsv1_3"})
    void shouldTakeMailOfSwaks(final String tls, final String protocol) throws Exception {
        try (SmtpServer server = builder().start()) {
            final String said = swaks(
                            port(server, tls.equals("-tlsc")),
                            "ec.crt",
                            tls,
                            "--tls-protocol=" + protocol,
                            "--to=b@here.example")
                    .expects(0)
                    .output();
            assertTrue(
                    said.contains("TLS started with cipher "
                            + protocol.replace("tlsv", "TLSv").replace('_', '.')),
                    said);
            assertTrue(said.contains(" ~> DATA\n<~  250 "), () -> "pipelined: " + said);
            assertEquals(secure("b@here.example", false), received.remove());
        }
    }

    @Test
    void shouldShowSwaksTheCertificateOfTheHostAskedFor() throws Exception {
        try (SmtpServer server = builder().start()) {
            final String[] options = {"-tls", "--tls-sni=rsa.test", "--to=b@here.example"};
            swaks(server.port(), "ec.crt", options).expects(SWAKS_TLS);
            assertNull(received.poll());
            swaks(server.port(), "rsa.crt", options).expects(0);
            assertEquals(secure("b@here.example", false), received.remove());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "LOGIN"})
    void shouldLetSwaksLogInWithinTlsOnly(final String mechanism) throws Exception {
        try (SmtpServer server = builder().start()) {
            final String[] options = {"--config", "swaksrc", "--auth=" + mechanism, "--to=b@elsewhere.example"};
            final String refused =
                    swaks(server.port(), "ec.crt", options).expects(SWAKS_AUTH).output();
            assertTrue(refused.contains("Host did not advertise authentication"), refused);
            swaks(server.port(), "ec.crt", all(List.of(options), "-tls", "--auth-password=wrong"))
                    .expects(SWAKS_AUTH);
            assertNull(received.poll());
            assertEquals(1, server.status().count(Counter.AUTHENTICATION_FAILURES));
            swaks(server.port(), "ec.crt", all(List.of(options), "-tls")).expects(0);
            assertEquals(secure("b@elsewhere.example", true), received.remove());
        }
    }

    /** No program of these sends its password in the clear unasked, but some do. */
    @Test
    void shouldRefuseALoginInTheClear() throws Exception {
        try (SmtpServer server = builder().start();
                RawClient client = RawClient.greeted(server.port())) {
            final String secret = Base64.getEncoder()
                    .encodeToString(("\0" + USER + "\0" + PASSWORD).getBytes(StandardCharsets.UTF_8));
            client.sends("AUTH PLAIN " + secret).expects(538);
            client.sends("AUTH LOGIN").expects(538);
            assertEquals(0, server.status().count(Counter.AUTHENTICATIONS));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-tls, 1, TCP4, 198.51.100.7, 198.51.100.7",
        "-tlsc, 1, TCP6, 2001:db8::7, IPv6:2001:db8:0:0:0:0:0:7",
        "-tls, 2, AF_INET6, 2001:db8::7, IPv6:2001:db8:0:0:0:0:0:7",
        "-tlsc, 2, AF_INET, 198.51.100.7, 198.51.100.7"
    })
    void shouldBelieveTheProxyHeaderOfSwaks(
            final String tls, final String version, final String family, final String source, final String peer)
            throws Exception {
        try (SmtpServer server =
                builder().proxyProtocol(Network.parse("127.0.0.1")).start()) {
            swaks(
                            port(server, tls.equals("-tlsc")),
                            "ec.crt",
                            tls,
                            "--to=b@here.example",
                            "--proxy-version=" + version,
                            "--proxy-family=" + family,
                            "--proxy-source=" + source,
                            "--proxy-source-port=51234",
                            "--proxy-dest=" + source,
                            "--proxy-dest-port=25")
                    .expects(0);
            assertEquals(relayed(peer, "127.0.0.1"), received.remove());
        }
    }

    // ---- curl

    /** A message within TLS, to a server whose name curl verifies. */
    private ClientProgram.Outcome curl(
            final int port,
            final String host,
            final String certificate,
            final boolean isImplicit,
            final String... options)
            throws IOException, InterruptedException {
        return ClientProgram.installed("curl", "curl", directory)
                .runs(all(
                        List.of(
                                "-q",
                                "--silent",
                                "--show-error",
                                "--ssl-reqd",
                                "--url",
                                (isImplicit ? "smtps://" : "smtp://") + host + ":" + port + "/client.example",
                                "--connect-to",
                                "::127.0.0.1:" + port,
                                "--cacert",
                                certificate),
                        options));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTakeMailOfCurl(final boolean isImplicit) throws Exception {
        final String addresses = "mail-from = \"J\u00fcrgen@client.example\"\nmail-rcpt = \"b@here.example\"\n"
                + "mail-rcpt = \"\u7528\u6237@here.example\"\n";
        Files.writeString(directory.resolve("addresses"), addresses);
        final String large = CONTENT.repeat(500);
        Files.writeString(directory.resolve("large"), large);
        try (SmtpServer server = builder().start()) {
            final int port = port(server, isImplicit);
            final String[] options = {"--config", "addresses", "--upload-file", "large"};
            for (final String[] wrong : new String[][] {{"ec.test", "rsa.crt"}, {"unknown.test", "ec.crt"}}) {
                curl(port, wrong[0], wrong[1], isImplicit, options).expects(CURL_CERTIFICATE);
            }
            assertNull(received.poll());
            for (final String[] right : new String[][] {{"ec.test", "ec.crt"}, {"mx.wild.test", "rsa.crt"}}) {
                curl(port, right[0], right[1], isImplicit, options).expects(0);
                assertEquals(
                        new Mail(
                                "J\u00fcrgen@client.example",
                                List.of("b@here.example", "\u7528\u6237@here.example"),
                                true,
                                false,
                                true,
                                "127.0.0.1",
                                null,
                                large),
                        received.remove());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"PLAIN, false", "PLAIN, true", "LOGIN, false", "LOGIN, true"})
    void shouldLetCurlLogIn(final String mechanism, final boolean isAtOnce) throws Exception {
        try (SmtpServer server = builder().start()) {
            curl(
                            server.port(),
                            "ec.test",
                            "ec.crt",
                            false,
                            "--config",
                            "curlrc",
                            "--login-options",
                            "AUTH=" + mechanism,
                            isAtOnce ? "--sasl-ir" : "--no-sasl-ir",
                            "--mail-from",
                            "a@client.example",
                            "--mail-rcpt",
                            "b@elsewhere.example",
                            "--upload-file",
                            "message")
                    .expects(0);
            assertEquals(secure("b@elsewhere.example", true), received.remove());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldBelieveTheProxyHeaderOfCurl(final boolean isImplicit) throws Exception {
        try (SmtpServer server =
                builder().proxyProtocol(Network.parse("127.0.0.9")).start()) {
            curl(
                            port(server, isImplicit),
                            "ec.test",
                            "ec.crt",
                            isImplicit,
                            "--haproxy-protocol",
                            "--interface",
                            "127.0.0.9",
                            "--mail-from",
                            "a@client.example",
                            "--mail-rcpt",
                            "b@here.example",
                            "--upload-file",
                            "message")
                    .expects(0);
            assertEquals(relayed("127.0.0.9", "127.0.0.9"), received.remove());
        }
    }

    // ---- openssl

    private ClientProgram.Outcome openssl(
            final int port, final boolean isImplicit, final String host, final String input, final String... options)
            throws IOException, InterruptedException {
        final List<String> first = new ArrayList<>(List.of(
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-servername",
                host,
                "-verify_return_error",
                "-verify_hostname",
                host,
                "-CAfile",
                host.equals("ec.test") ? "ec.crt" : "rsa.crt"));
        if (!isImplicit) {
            first.addAll(List.of("-starttls", "smtp", "-name", "client.example"));
        }
        return ClientProgram.installed("openssl", "openssl", directory).runsWith(input, all(first, options));
    }

    /** All that it says is sent at once, as a shell script does it. */
    @ParameterizedTest
    @CsvSource({"false, ec.test", "true, ec.test", "false, rsa.test", "true, mx.wild.test"})
    void shouldTakeMailOfOpenssl(final boolean isImplicit, final String host) throws Exception {
        final String dialogue = "EHLO client.example\r\nMAIL FROM:<a@client.example> BODY=8BITMIME\r\n"
                + "RCPT TO:<b@here.example>\r\nDATA\r\n" + CONTENT.replace("\r\n.", "\r\n..") + ".\r\nQUIT\r\n";
        try (SmtpServer server = builder().start()) {
            final String said = openssl(port(server, isImplicit), isImplicit, host, dialogue, "-quiet")
                    .expects(0)
                    .output();
            assertTrue(said.contains("\r\n250 2.0.0 OK id=") && said.contains("\r\n221 "), said);
            assertEquals(secure("b@here.example", false), received.remove());
            openssl(port(server, isImplicit), isImplicit, "other.test", dialogue, "-quiet")
                    .expects(1);
            assertNull(received.poll());
        }
    }

    @ParameterizedTest
    @CsvSource({"false, -tls1_2", "true, -tls1_2", "false, -tls1_3", "true, -tls1_3"})
    void shouldResumeTheSessionOfOpenssl(final boolean isImplicit, final String protocol) throws Exception {
        final String dialogue = "EHLO client.example\r\nQUIT\r\n";
        final String version = protocol.replace("-tls", "TLSv").replace('_', '.');
        try (SmtpServer server = builder().start()) {
            final int port = port(server, isImplicit);
            for (int i = 0; i < 2; i++) {
                final String said = openssl(
                                port,
                                isImplicit,
                                "ec.test",
                                dialogue,
                                protocol,
                                "-ign_eof",
                                i == 0 ? "-sess_out" : "-sess_in",
                                "session")
                        .expects(0)
                        .output();
                assertTrue(said.contains((i == 0 ? "\nNew, " : "\nReused, ") + version + ", "), said);
                assertTrue(said.contains("\r\n221 "), said);
            }
            assertEquals(2, server.status().count(Counter.TLS_HANDSHAKES));
            assertEquals(1, server.status().count(Counter.TLS_RESUMPTIONS));
        }
    }

    private static String[] all(final List<String> first, final String... rest) {
        return Stream.concat(first.stream(), Stream.of(rest)).toArray(String[]::new);
    }
}
