package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.MessageHandler;
import io.posthaste.delivery.MessageRejectedException;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.BareNewline;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.Limits;
import io.posthaste.policy.Policy;
import io.posthaste.policy.Question;
import io.posthaste.policy.Verdict;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in front of another, to which it delivers while its clients wait: both over real sockets. */
@Timeout(60)
final class RelayServerTest {
    private final List<SmtpServer> servers = new ArrayList<>();
    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();

    @AfterEach
    void stopServers() throws IOException, InterruptedException {
        for (final SmtpServer server : servers) {
            server.stop(Duration.ofMillis(1));
        }
        Waiting.untilNoServerThreads();
    }

    @Test
    void shouldAcknowledgeWhatTheNextServerAcknowledged() throws IOException {
        final SmtpServer next = start(builder().deliverTo(taking()));
        final SmtpServer front = start(builder().deliverTo("smtp://127.0.0.1:" + next.port()));
        assertTrue(front.announcement().contains("acknowledged after the next server did"), front::announcement);
        assertEquals(AcknowledgementLevel.DOWNSTREAM, front.status().acknowledgementLevel());
        try (RawClient client = RawClient.greeted(front.port())) {
            client.begins("a@client.example", "b@server.example", "c@server.example");
            client.sends("Subject: one", "", "..dot", "last", ".").expects(250);
        }
        final String message = arrived.remove();
        assertTrue(message.startsWith("a@client.example [b@server.example, c@server.example] Received: from"), message);
        assertTrue(message.endsWith("Subject: one\r\n\r\n.dot\r\nlast\r\n"), message);
        assertFalse(message.contains("Delivered-To"), "no recipient sees another's address");
        assertEquals(1, figure(front, "relay_messages_delivered"));
        assertEquals(1, figure(front, "relay_connections_open"));
    }

    @Test
    void shouldCarryLargeMessagesAndManyAtOnce() throws IOException, InterruptedException {
        final AtomicInteger octets = new AtomicInteger();
        final SmtpServer next =
                start(builder().deliverTo(envelope -> octets.addAndGet((int) envelope.contentLength())));
        final SmtpServer front = start(builder().deliverTo("smtp://127.0.0.1:" + next.port() + "?connections=5"));
        final String line = "." + "x".repeat(70) + "\r\n";
        final int lines = 100_000;
        try (RawClient client = RawClient.greeted(front.port())) {
            client.begins("a@client.example", "b@server.example");
            client.sendsOctets((("." + line).repeat(lines) + ".\r\n").getBytes(StandardCharsets.US_ASCII));
            client.expects(250);
        }
        final int received = octets.get() - line.length() * lines;
        assertTrue(received > 0 && received < 400, () -> "octets of Received: " + received);
        final List<Thread> clients = new ArrayList<>();
        final AtomicInteger acknowledged = new AtomicInteger();
        for (int i = 0; i < 8; i++) {
            final Thread thread = new Thread(() -> {
                try (RawClient client = RawClient.greeted(front.port())) {
                    for (int j = 0; j < 25; j++) {
                        client.mails("Subject: x", "", "hello").expects(250);
                        acknowledged.incrementAndGet();
                    }
                } catch (final IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            thread.start();
            clients.add(thread);
        }
        for (final Thread thread : clients) {
            thread.join();
        }
        assertEquals(200, acknowledged.get());
        assertEquals(201, next.status().count(Counter.MESSAGES_ACCEPTED));
        assertTrue(figure(front, "relay_connections_opened") <= 5);
    }

    @Test
    void shouldPassRefusalsOn() throws IOException {
        final SmtpServer next = start(builder()
                .deliverTo(envelope -> {
                    if (envelope.reversePath().startsWith("never")) {
                        throw new MessageRejectedException("no");
                    }
                    throw new IllegalStateException("not now");
                })
                .policy(refusing("bob@server.example", Verdict.refuse(550, "5.1.1", "No bob here")))
                .policy(refusing("full@server.example", Verdict.refuse(452, "4.2.2", "Full"))));
        final SmtpServer front = start(builder().deliverTo("smtp://127.0.0.1:" + next.port()));
        try (RawClient client = RawClient.greeted(front.port())) {
            client.begins("never@client.example", "b@server.example").sends(".");
            assertEquals(
                    List.of("5.3.0 Next server: Message refused by the delivery: do not send it again unchanged"),
                    client.expects(554));
            client.begins("later@client.example", "b@server.example").sends(".");
            assertEquals(
                    List.of("4.3.0 Next server: Delivery failed for now, the message was not kept: try again later"),
                    client.expects(451));
            client.begins("a@client.example", "b@server.example", "full@server.example", "bob@server.example");
            assertEquals(
                    List.of("5.1.1 Next server: No bob here"), client.sends(".").expects(554));
            client.begins("a@client.example", "b@server.example", "full@server.example")
                    .sends(".");
            assertEquals(List.of("4.2.2 Next server: Full"), client.expects(451));
        }
        assertEquals(
                2,
                next.status().count(Counter.MESSAGES_REJECTED)
                        + next.status().count(Counter.MESSAGES_FAILED_TEMPORARILY));
        assertEquals(2, front.status().count(Counter.MESSAGES_REJECTED));
        assertEquals(2, front.status().count(Counter.MESSAGES_FAILED_TEMPORARILY));
    }

    @Test
    void shouldSayTryAgainWhileTheNextServerIsAway() throws IOException, InterruptedException {
        final int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        final SmtpServer front = start(builder().deliverTo("smtp://127.0.0.1:" + port));
        assertTrue(front.health().obstacle().isEmpty());
        try (RawClient client = RawClient.greeted(front.port())) {
            final String reply = client.mails("x").expects(451).get(0);
            assertTrue(reply.startsWith("4.4.1 The next server is away: 127.0.0.1:" + port), reply);
            assertTrue(front.health().obstacle().orElseThrow().contains("cannot be reached"));
            // It comes back: that is found out without mail, and mail goes through then.
            start(builder().listen("127.0.0.1", port).deliverTo(taking()));
            Waiting.until(
                    client,
                    "the next server to be found",
                    () -> front.health().obstacle().isEmpty());
            client.mails("x").expects(250);
        }
    }

    @Test
    void shouldHandOnTheCourseOfAServerThatDies() throws IOException, InterruptedException {
        // The next server dies again and again; what was acknowledged must have been stored, whatever else came twice.
        final Set<String> stored = ConcurrentHashMap.newKeySet();
        final MessageHandler storing = envelope -> {
            final String content = new String(envelope.contentStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            stored.add(content.substring(content.indexOf("Subject: ")).strip());
        };
        SmtpServer next = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .hostname("next.example")
                .deliverTo(storing)
                .start();
        final int port = next.port();
        final SmtpServer front = start(builder().deliverTo("smtp://127.0.0.1:" + port + "?connections=4"));
        final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        final AtomicInteger refused = new AtomicInteger();
        final CountDownLatch end = new CountDownLatch(1);
        final List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            final int number = i;
            final Thread thread = new Thread(() -> send(front.port(), number, acknowledged, refused, end));
            thread.start();
            clients.add(thread);
        }
        try {
            for (int round = 0; round < 10; round++) {
                final int before = acknowledged.size();
                try (RawClient witness = RawClient.greeted(front.port())) {
                    Waiting.until(witness, "mail to flow", () -> acknowledged.size() > before + 20);
                }
                next.stop(Duration.ofNanos(1));
                next = SmtpServer.builder()
                        .listen("127.0.0.1", port)
                        .hostname("next.example")
                        .deliverTo(storing)
                        .start();
            }
        } finally {
            end.countDown();
            for (final Thread thread : clients) {
                thread.join();
            }
            next.stop(Duration.ofMillis(1));
        }
        acknowledged.removeAll(stored);
        assertEquals(Set.of(), acknowledged, "acknowledged and not stored");
        assertTrue(refused.get() > 0, "no server died in the middle");
    }

    private static void send(
            final int port,
            final int number,
            final Set<String> acknowledged,
            final AtomicInteger refused,
            final CountDownLatch end) {
        try (RawClient client = RawClient.greeted(port)) {
            for (int i = 0; end.getCount() > 0; i++) {
                final String subject = "Subject: " + number + "-" + i;
                client.mails(subject, "", "x");
                final String reply = client.readLine();
                if (reply.startsWith("250 ")) {
                    acknowledged.add(subject + "\r\n\r\nx");
                } else {
                    assertTrue(reply.startsWith("451 4."), reply);
                    refused.incrementAndGet();
                }
            }
        } catch (final IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void shouldEncryptOpportunisticallyOrAsItIsTold() throws IOException {
        final SmtpServer next =
                start(builder().tls(TlsConfig.selfSigned("next.example")).deliverTo(envelope -> {
                    arrived.add(Boolean.toString(envelope.isSecure()));
                }));
        final SmtpServer front = start(builder().deliverTo("smtp://127.0.0.1:" + next.port()));
        final SmtpServer required = start(builder().deliverTo("smtp://127.0.0.1:" + next.port() + "?tls=require"));
        final SmtpServer plain = start(builder().deliverTo("smtp://127.0.0.1:" + next.port() + "?tls=off"));
        final SmtpServer verifying =
                start(builder().deliverTo("smtp://127.0.0.1:" + next.port() + "?tls=require&verify=yes"));
        mail(front, 250);
        mail(front, 250);
        mail(required, 250);
        mail(plain, 250);
        assertEquals(List.of("true", "true", "true", "false"), List.copyOf(arrived));
        assertEquals(1, figure(front, "relay_tls_connections"));
        // Nobody vouches for it, however often it is asked again meanwhile.
        mail(verifying, 451);
        assertTrue(figure(verifying, "relay_tls_failures") > 0);
        assertEquals(0, figure(verifying, "relay_tls_connections"));
    }

    @Test
    void shouldCheckTheCertificateWhereItIsTold(@TempDir final Path directory) throws IOException {
        final SmtpServer right =
                start(builder().tls(TlsConfig.selfSigned("localhost")).deliverTo(taking()));
        final SmtpServer wrong =
                start(builder().tls(TlsConfig.selfSigned("other.example")).deliverTo(taking()));
        final Path authorities = directory.resolve("ca.pem");
        Files.writeString(authorities, certificate(right.port()) + certificate(wrong.port()));
        final String settings = "?tls=require&verify=yes&ca=" + authorities;
        final SmtpServer front = start(builder().deliverTo("smtp://localhost:" + right.port() + settings));
        mail(front, 250);
        assertEquals(1, figure(front, "relay_tls_connections"));
        // Known, too, but not for the host that is wanted.
        final SmtpServer misled = start(builder().deliverTo("smtp://localhost:" + wrong.port() + settings));
        mail(misled, 451);
        assertTrue(figure(misled, "relay_tls_failures") > 0);
    }

    /** The certificate that a server shows, in PEM. */
    private static String certificate(final int port) throws IOException {
        try (RawClient client = RawClient.greeted(port)) {
            client.sends("STARTTLS");
            final java.security.cert.Certificate shown = client.certificateOfTls(TlsFixtures.trustingAnyone());
            return "-----BEGIN CERTIFICATE-----\n"
                    + java.util.Base64.getMimeEncoder().encodeToString(shown.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (final java.security.cert.CertificateEncodingException e) {
            throw new IOException(e);
        }
    }

    @Test
    void shouldForwardFromASpoolAndTellTheSenderOfFailure(@TempDir final Path directory)
            throws IOException, InterruptedException {
        final SmtpServer next = start(builder()
                .deliverTo(taking())
                .policy(refusing("bob@server.example", Verdict.refuse(550, "5.1.1", "No bob here"))));
        final SmtpServer front = start(spool(directory).forwardTo("smtp://127.0.0.1:" + next.port()));
        try (RawClient client = RawClient.connect(front.port())) {
            client.expects(220);
            client.sends("EHLO client.example");
            assertTrue(client.expects(250).contains("DSN"), "the sender will be told");
            client.sends("MAIL FROM:<a@client.example> RET=HDRS ENVID=QQ").expects(250);
            client.sends("RCPT TO:<b@server.example>").expects(250);
            client.sends("RCPT TO:<bob@server.example> ORCPT=rfc822;robert@server.example")
                    .expects(250);
            client.sends("DATA").expects(354);
            client.sends("Subject: one", "", "text", ".").expects(250);
        }
        final String first = arrived.poll(20, TimeUnit.SECONDS);
        assertTrue(first.startsWith("a@client.example [b@server.example] Received: "), first);
        final String report = arrived.poll(20, TimeUnit.SECONDS);
        assertTrue(report.startsWith(" [a@client.example] Date: "), report);
        assertTrue(report.contains("Original-Envelope-Id: QQ\r\n"), report);
        assertTrue(report.contains("Original-Recipient: rfc822; robert@server.example\r\n"), report);
        assertTrue(report.contains("Diagnostic-Code: smtp; 550 5.1.1 No bob here\r\n"), report);
        assertTrue(report.contains("\r\nSubject: one\r\n"), report);
        assertFalse(report.contains("\r\ntext\r\n"), report);
    }

    @Test
    void shouldKeepMailWhileTheNextServerIsAway(@TempDir final Path directory)
            throws IOException, InterruptedException {
        final int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        final SmtpServer front = start(spool(directory).forwardTo("smtp://127.0.0.1:" + port));
        try (RawClient client = RawClient.greeted(front.port())) {
            for (int i = 0; i < 30; i++) {
                client.mails("Subject: number " + i + ".").expects(250);
            }
        }
        start(builder().listen("127.0.0.1", port).deliverTo(taking()));
        final Set<String> missing = new java.util.HashSet<>();
        for (int i = 0; i < 30; i++) {
            missing.add("Subject: number " + i + ".");
        }
        while (!missing.isEmpty()) {
            final String message = arrived.poll(40, TimeUnit.SECONDS);
            assertTrue(message != null, () -> "never came: " + missing);
            missing.removeIf(message::contains);
        }
    }

    private static ServerBuilder spool(final Path directory) {
        return builder()
                .limits(Limits.DEFAULTS.withMessageOctets(1 << 20))
                .deliverTo("spool:" + directory.resolve("spool") + "?size=16m&segment=4m");
    }

    /** Against a server that is not ours: Postfix's sink. */
    @Test
    void shouldDeliverToSmtpSink() throws IOException, InterruptedException {
        final Path program = Path.of("/usr/sbin/smtp-sink");
        assumeTrue(Files.isExecutable(program), "Postfix's smtp-sink is not installed");
        final int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        final List<String> command = new ArrayList<>(List.of(program.toString()));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", "nobody"));
        }
        command.addAll(List.of("127.0.0.1:" + port, "100"));
        final Process sink = new ProcessBuilder(command).inheritIO().start();
        try {
            final SmtpServer front = start(builder().deliverTo("smtp://127.0.0.1:" + port + "?connections=3"));
            try (RawClient client = RawClient.greeted(front.port())) {
                Waiting.until(client, "the sink to listen", () -> {
                    client.mails("Subject: x", "", "..dot");
                    return client.readLine().startsWith("250 ");
                });
                for (int i = 0; i < 50; i++) {
                    client.mails("Subject: x", "", "..dot").expects(250);
                }
            }
            assertTrue(figure(front, "relay_messages_delivered") >= 51);
        } finally {
            sink.destroy();
            sink.waitFor();
        }
    }

    @Test
    void shouldPassBareLineEndingsOnByChunksOnlyAndRepairThemBehindData() throws IOException {
        final SmtpServer next = start(builder().bareNewline(BareNewline.ACCEPT).deliverTo(taking()));
        final SmtpServer front =
                start(builder().bareNewline(BareNewline.ACCEPT).deliverTo("smtp://127.0.0.1:" + next.port()));
        try (RawClient client = RawClient.greeted(front.port())) {
            client.begins("a@client.example", "b@server.example");
            client.sendsOctets("Subject: x\r\n\r\na\n.\nMAIL\r\n.\r\n".getBytes(StandardCharsets.US_ASCII));
            client.expects(250);
        }
        assertTrue(arrived.remove().endsWith("Subject: x\r\n\r\na\n.\nMAIL\r\n"));
        assertEquals(0, figure(front, "relay_repaired"));
    }

    @Test
    void shouldNotHoldAStopLongerThanAsked() throws IOException, InterruptedException {
        final CountDownLatch release = new CountDownLatch(1);
        final CountDownLatch entered = new CountDownLatch(1);
        final SmtpServer next = start(builder().deliverTo(envelope -> {
            entered.countDown();
            release.await();
        }));
        final SmtpServer front = start(builder().deliverTo("smtp://127.0.0.1:" + next.port()));
        try (RawClient client = RawClient.greeted(front.port())) {
            client.mails("x");
            assertTrue(entered.await(10, TimeUnit.SECONDS));
            assertFalse(front.stop(Duration.ofMillis(50)));
        } finally {
            release.countDown();
        }
    }

    private void mail(final SmtpServer server, final int code) throws IOException {
        try (RawClient client = RawClient.greeted(server.port())) {
            client.mails("x").expects(code);
        }
    }

    private MessageHandler taking() {
        return envelope -> arrived.add(envelope.reversePath() + " " + envelope.recipients() + " "
                + new String(envelope.contentStream().readAllBytes(), StandardCharsets.ISO_8859_1));
    }

    private static Policy refusing(final String recipient, final Verdict verdict) {
        return new Policy() {
            @Override
            public CompletionStage<Verdict> onRecipient(final Question question) {
                return (question.recipient().equals(recipient) ? verdict : Verdict.ACCEPT).now();
            }
        };
    }

    private static long figure(final SmtpServer server, final String name) {
        return server.status().figures().stream()
                .filter(figure -> figure.name().equals(name))
                .mapToLong(io.posthaste.delivery.Figure::value)
                .findFirst()
                .orElseThrow();
    }

    private static ServerBuilder builder() {
        return SmtpServer.builder().hostname("edge.example").conduct(ConductLimits.NONE);
    }

    private SmtpServer start(final ServerBuilder builder) throws IOException {
        final SmtpServer server = (builder.config().listeners().get(0).getPort() == ServerBuilder.DEFAULT_PORT
                        ? builder.listen(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))
                        : builder)
                .start();
        servers.add(server);
        return server;
    }
}
