package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsEngineChoice;
import io.posthaste.tls.TlsFixtures;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS over real sockets, with the clients that people use. */
@Timeout(120)
@ParameterizedClass
@EnumSource(value = TlsEngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
class TlsServerTest {
    private static final int LARGE = 3 << 20;

    @Parameter
    private TlsEngineChoice engine;

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final SSLContext clients = TlsFixtures.trustingAnyone();

    @TempDir
    private Path directory;

    @AfterEach
    void nothingRuns() throws InterruptedException {
        Waiting.untilNoServerThreads();
    }

    private ServerBuilder builder() {
        return SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .listenTls(HostPort.parse("127.0.0.1:0"))
                .hostname("mx.example")
                .reactors(2)
                .reloadTls(Duration.ofMillis(5))
                .tlsEngine(engine)
                .deliverTo(envelope -> received.add((envelope.isSecure() ? "TLS " : "")
                        + new String(envelope.contentStream().readAllBytes(), StandardCharsets.ISO_8859_1)));
    }

    @ParameterizedTest
    @CsvSource({"rsa, rsa-pkcs8", "ec, ec-sec1", "ed25519, ed25519-pkcs8"})
    void shouldTakeMailBehindStartTlsAndWithinTls(final String certificate, final String key) throws Exception {
        final TlsConfig config = TlsConfig.of(
                TlsFixtures.file(directory, certificate + ".crt"), TlsFixtures.file(directory, key + ".key"));
        try (SmtpServer server = builder().tls(config).start()) {
            final String content = "x".repeat(70) + "\r\n";
            final String large = content.repeat(LARGE / content.length());
            try (RawClient plain = RawClient.greeted(server.port())) {
                try (RawClient secure = plain.sends("STARTTLS").startsTls(clients)) {
                    secure.sends("EHLO client.example").expects(250);
                    secure.mails(large.strip()).expects(250);
                    secure.sends("QUIT").expects(221);
                    secure.expectsEnd();
                }
            }
            try (RawClient secure =
                    RawClient.connectSecurely(server.tlsAddresses().get(0), clients)) {
                secure.expects(220);
                secure.sends("EHLO client.example", "NOOP").expects(250);
                secure.expects(250);
                secure.mails("small").expects(250);
                secure.sends("QUIT").expects(221);
            }
            assertEquals("TLS " + large, received.remove());
            assertEquals("TLS small\r\n", received.remove());
            assertEquals(2, server.status().count(Counter.TLS_HANDSHAKES));
            assertTrue(
                    server.status().status(true).get(1).contains("TLS handshakes 2, resumed 0, failed 0, refused 0"));
        }
    }

    @ParameterizedTest
    @CsvSource({"smtp", "smtps"})
    void shouldTakeMailFromAngusMail(final String protocol) throws Exception {
        try (SmtpServer server =
                builder().tls(TlsConfig.selfSigned("localhost")).start()) {
            final int port = protocol.equals("smtp")
                    ? server.port()
                    : server.tlsAddresses().get(0).getPort();
            final Properties properties = new Properties();
            properties.put("mail." + protocol + ".host", "127.0.0.1");
            properties.put("mail." + protocol + ".port", Integer.toString(port));
            properties.put("mail." + protocol + ".ssl.trust", "*");
            properties.put("mail." + protocol + ".ssl.checkserveridentity", "false");
            properties.put("mail.smtp.starttls.enable", "true");
            properties.put("mail.smtp.starttls.required", "true");
            properties.put("mail." + protocol + ".timeout", "10000");
            final Session session = Session.getInstance(properties);
            final MimeMessage message = new MimeMessage(session);
            message.setFrom("a@client.example");
            message.setSubject("within TLS");
            message.setText("hello\r\n");
            message.saveChanges();
            try (Transport transport = session.getTransport(protocol)) {
                transport.connect();
                transport.sendMessage(message, new InternetAddress[] {new InternetAddress("b@server.example")});
            }
            final String content = received.remove();
            assertTrue(content.startsWith("TLS ") && content.contains("Subject: within TLS\r\n"), content);
        }
    }

    @Test
    void shouldShowTheCertificateOfTheHostAskedFor() throws Exception {
        TlsFixtures.file(directory, "rsa.crt", "hosts/rsa.crt");
        TlsFixtures.file(directory, "rsa-pkcs8.key", "hosts/rsa.key");
        final TlsConfig config = new TlsConfig(
                TlsFixtures.file(directory, "ec.crt"),
                TlsFixtures.file(directory, "ec-pkcs8.key"),
                directory.resolve("hosts"),
                null,
                false,
                "mx.example");
        try (SmtpServer server = builder().tls(config).start()) {
            for (final String protocol : List.of("TLSv1.3", "TLSv1.2")) {
                assertEquals("CN=rsa.test", subjectShown(server, "rsa.test", protocol));
                assertEquals("CN=rsa.test", subjectShown(server, "mx.wild.test", protocol));
                assertEquals("CN=ec.test", subjectShown(server, "ec.test", protocol));
                assertEquals("CN=ec.test", subjectShown(server, "unknown.test", protocol));
            }
        }
    }

    /** And the clients of the bad one are shown what they were shown before. */
    @Test
    void shouldShowRenewedCertificatesThoughThePairOfAnotherHostIsBad() throws Exception {
        final Path hosts = Files.createDirectory(directory.resolve("hosts"));
        final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        for (final String host : List.of("a", "b")) {
            TlsFixtures.pair(hosts, host, host + ".test", now);
        }
        final TlsConfig config = new TlsConfig(
                TlsFixtures.file(directory, "ec.crt"),
                TlsFixtures.file(directory, "ec-pkcs8.key"),
                hosts,
                null,
                false,
                "mx.example");
        try (SmtpServer server =
                builder().reloadTls(Duration.ofHours(1)).tls(config).start()) {
            final Instant before =
                    shown(server, "a.test", "TLSv1.3").getNotAfter().toInstant();
            assertEquals(
                    before, shown(server, "b.test", "TLSv1.3").getNotAfter().toInstant());
            TlsFixtures.pair(hosts, "b", "b.test", now.plus(30, ChronoUnit.DAYS));
            Files.writeString(hosts.resolve("b.key"), "half a key");
            TlsFixtures.pair(hosts, "a", "a.test", now.plus(30, ChronoUnit.DAYS));
            server.reload();
            final long deadlineNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (shown(server, "a.test", "TLSv1.3").getNotAfter().toInstant().equals(before)) {
                assertTrue(System.nanoTime() - deadlineNs < 0, "the new certificate is not shown");
            }
            for (final String protocol : List.of("TLSv1.3", "TLSv1.2")) {
                assertEquals(
                        before.plus(30, ChronoUnit.DAYS),
                        shown(server, "a.test", protocol).getNotAfter().toInstant());
                assertEquals(
                        before, shown(server, "b.test", protocol).getNotAfter().toInstant());
                assertEquals("CN=ec.test", subjectShown(server, "unknown.test", protocol));
            }
            assertEquals(0, server.status().count(Counter.TLS_HANDSHAKE_FAILURES));
        }
    }

    private String subjectShown(final SmtpServer server, final String host, final String protocol) throws IOException {
        return shown(server, host, protocol).getSubjectX500Principal().getName();
    }

    private X509Certificate shown(final SmtpServer server, final String host, final String protocol)
            throws IOException {
        try (SSLSocket socket = (SSLSocket) TlsFixtures.trustingAnyone()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.tlsAddresses().get(0).getPort())) {
            final SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            parameters.setProtocols(new String[] {protocol});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertEquals('2', socket.getInputStream().read(), "the greeting: the server has finished, too");
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /** Sessions go on, new ones begin, all the time while the certificates are swapped again and again. */
    @Test
    void shouldSwapCertificatesUnderLoadWithoutAFailedSession() throws Exception {
        final Path certificate = TlsFixtures.file(directory, "ec.crt", "mx.crt");
        final Path key = TlsFixtures.file(directory, "ec-pkcs8.key", "mx.key");
        final AtomicBoolean done = new AtomicBoolean();
        try (SmtpServer server = builder().tls(TlsConfig.of(certificate, key)).start();
                RawClient kept = RawClient.connectSecurely(server.tlsAddresses().get(0), clients)) {
            kept.expects(220);
            assertTrue(server.announcement()
                    .endsWith(", TLS by " + (engine == TlsEngineChoice.JDK ? "the JDK" : "BoringSSL")));
            final List<CompletableFuture<Integer>> senders =
                    List.of(sendsUntil(done, server), sendsUntil(done, server));
            String shown = subjectShown(server, "any.test", "TLSv1.3");
            for (int i = 0; i < 6; i++) {
                final String before = shown;
                // The key first: for a moment the two do not fit together, and those in force stay.
                TlsFixtures.file(directory, (i % 2 == 0 ? "rsa" : "ec") + "-pkcs8.key", "mx.key");
                kept.sends("NOOP").expects(250);
                TlsFixtures.file(directory, (i % 2 == 0 ? "rsa" : "ec") + ".crt", "mx.crt");
                final long deadlineNs =
                        System.nanoTime() + Duration.ofSeconds(20).toNanos();
                while (shown.equals(before) && System.nanoTime() - deadlineNs < 0) {
                    shown = subjectShown(server, "any.test", "TLSv1.3");
                }
                assertNotEquals(before, shown, "the new certificate is shown");
            }
            done.set(true);
            int sent = 0;
            for (final CompletableFuture<Integer> sender : senders) {
                sent += sender.get();
            }
            kept.sends("EHLO client.example").expects(250);
            assertTrue(sent > 0);
            assertEquals(sent, received.size());
            assertEquals(0, server.status().count(Counter.TLS_HANDSHAKE_FAILURES));
            assertEquals(0, server.status().count(CloseReason.TLS_FAILURE));
        }
    }

    /** BoringSSL's tickets outlive a certificate; the JDK's lead to a full handshake, and no harm. */
    @Test
    void shouldTakeClientsThatComeBackWithSessionsOfEarlierCertificates() throws Exception {
        final Path certificate = TlsFixtures.file(directory, "ec.crt", "mx.crt");
        final Path key = TlsFixtures.file(directory, "ec-pkcs8.key", "mx.key");
        try (SmtpServer server = builder()
                .reloadTls(Duration.ofHours(1))
                .tls(TlsConfig.of(certificate, key))
                .start()) {
            for (int i = 0; i < 3; i++) {
                visit(server);
                assertEquals(i, server.status().count(Counter.TLS_RESUMPTIONS));
            }
            TlsFixtures.file(directory, "rsa-pkcs8.key", "mx.key");
            TlsFixtures.file(directory, "rsa.crt", "mx.crt");
            assertTrue(server.isReloadable());
            server.reload();
            final long deadlineNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!subjectShown(server, "any.test", "TLSv1.3").equals("CN=rsa.test")) {
                assertTrue(System.nanoTime() - deadlineNs < 0, "the new certificate is not shown");
            }
            visit(server);
            final boolean outlive = engine == TlsEngineChoice.BORINGSSL;
            assertEquals(outlive ? 3 : 2, server.status().count(Counter.TLS_RESUMPTIONS));
            visit(server);
            assertEquals(outlive ? 4 : 3, server.status().count(Counter.TLS_RESUMPTIONS));
            assertEquals(0, server.status().count(Counter.TLS_HANDSHAKE_FAILURES));
        }
    }

    private void visit(final SmtpServer server) throws IOException {
        try (RawClient client = RawClient.connectSecurely(server.tlsAddresses().get(0), clients)) {
            client.expects(220);
            client.sends("QUIT").expects(221);
            client.expectsEnd();
        }
    }

    private CompletableFuture<Integer> sendsUntil(final AtomicBoolean done, final SmtpServer server) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                int sent = 0;
                while (!done.get()) {
                    try (RawClient plain = RawClient.greeted(server.port());
                            RawClient secure = plain.sends("STARTTLS").startsTls(clients)) {
                        secure.sends("EHLO client.example").expects(250);
                        secure.mails("x").expects(250);
                        secure.mails("y").expects(250);
                        secure.sends("QUIT").expects(221);
                        secure.expectsEnd();
                        sent += 2;
                    }
                }
                return sent;
            } catch (final IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void shouldGiveAllMemoryBackAfterHandshakesThatCameToNothing() throws Exception {
        try (SmtpServer server =
                        builder().tls(TlsConfig.selfSigned("mx.example")).start();
                RawClient witness = RawClient.greeted(server.port())) {
            final long base = server.status().memoryInUse();
            final byte[] half = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
            for (int i = 0; i < 50; i++) {
                try (Socket socket =
                        new Socket("127.0.0.1", server.tlsAddresses().get(0).getPort())) {
                    socket.getOutputStream().write(half);
                }
            }
            Waiting.until(witness, "all failed", () -> server.status().count(Counter.TLS_HANDSHAKE_FAILURES) == 50);
            Waiting.until(witness, "all memory back", () -> server.status().memoryInUse() == base);
        }
    }
}
