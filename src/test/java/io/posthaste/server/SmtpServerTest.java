package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.posthaste.delivery.MessageHandler;
import io.posthaste.delivery.MessageRejectedException;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.Limits;
import io.posthaste.policy.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server as its clients see it. */
@Timeout(30)
class SmtpServerTest {
    private final List<SmtpServer> servers = new ArrayList<>();

    @AfterEach
    void stopServers() throws IOException, InterruptedException {
        for (final SmtpServer server : servers) {
            server.stop(Duration.ofMillis(1));
        }
        Waiting.untilNoServerThreads();
    }

    @Test
    void shouldHandAWholeTransactionToTheHandler() throws IOException, InterruptedException {
        final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
        final SmtpServer server = start(builder().deliverTo(envelope -> taken.add(Taken.of(envelope))));
        try (RawClient client = RawClient.connect(server.port())) {
            assertEquals(List.of("mx.example ESMTP Posthaste"), client.expects(220));
            client.sends("EHLO client.example");
            assertTrue(client.expects(250).contains("PIPELINING"));
            client.begins("a@client.example", "b@server.example", "c@server.example");
            client.sends("Subject: one", "", "..dot", "last", ".");
            final String reply = client.expects(250).get(0);

            final Taken message = taken.take();
            assertEquals("2.0.0 OK id=" + message.id, reply);
            assertEquals("127.0.0.1", message.peer);
            assertEquals("client.example", message.hello);
            assertEquals("a@client.example", message.from);
            assertEquals(List.of("b@server.example", "c@server.example"), message.recipients);
            assertEquals("Subject: one\r\n\r\n.dot\r\nlast\r\n", message.content);

            client.sends("QUIT").expects(221);
            client.expectsEnd();
        }
        assertEquals(1, server.status().count(Counter.MESSAGES_ACCEPTED));
    }

    @Test
    void shouldServeManyTransactionsOnOneConnectionInOrder() throws IOException {
        final List<String> contents = Collections.synchronizedList(new ArrayList<>());
        final SmtpServer server = start(builder().deliverTo(envelope -> contents.add(Taken.of(envelope).content)));
        try (RawClient client = RawClient.greeted(server.port())) {
            for (int i = 0; i < 20; i++) {
                client.mails("number " + i).expects(250);
            }
            for (int i = 0; i < 20; i++) {
                assertEquals("number " + i + "\r\n", contents.get(i));
            }
        }
    }

    @Test
    void shouldKeepTheOrderOfRepliesWhenTheClientPipelinesBehindTheEndOfData() throws IOException {
        final SmtpServer server = start(builder().deliverTo(nothing()));
        try (RawClient client = RawClient.greeted(server.port())) {
            client.begins("a@client.example", "b@server.example");
            client.sends("x", ".", "NOOP", "MAIL FROM:<>", "RCPT TO:<b@server.example>", "DATA");
            assertTrue(client.expects(250).get(0).startsWith("2.0.0 OK id="));
            client.expects(250);
            client.expects(250);
            client.expects(250);
            client.expects(354);
            client.sends(".", "QUIT");
            assertTrue(client.expects(250).get(0).startsWith("2.0.0 OK id="));
            client.expects(221);
            client.expectsEnd();
        }
    }

    @Test
    void shouldSay250OnlyAfterTheHandlerReturned() throws IOException, InterruptedException {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch leave = new CountDownLatch(1);
        final SmtpServer server = start(builder().deliverTo(envelope -> {
            entered.countDown();
            leave.await();
        }));
        try (RawClient client = RawClient.greeted(server.port());
                RawClient other = RawClient.greeted(server.port())) {
            client.mails("x");
            assertTrue(entered.await(10, TimeUnit.SECONDS));
            // The reactor has turned many times since and still has not said it.
            for (int i = 0; i < 10; i++) {
                other.sends("NOOP").expects(250);
            }
            assertEquals(0, server.status().count(Counter.MESSAGES_ACCEPTED));
            leave.countDown();
            client.expects(250);
        }
    }

    @Test
    void shouldSay451WhenTheHandlerThrows() throws IOException {
        final SmtpServer server = start(builder().deliverTo(envelope -> {
            throw new IllegalStateException("the test's handler throws, as it should");
        }));
        try (RawClient client = RawClient.greeted(server.port())) {
            assertTrue(client.mails("x").expects(451).get(0).startsWith("4.3.0 "));
            client.sends("NOOP").expects(250);
        }
        assertEquals(1, server.status().count(Counter.MESSAGES_FAILED_TEMPORARILY));
    }

    @Test
    void shouldSay452WhenTheSpoolIsFull(@TempDir final Path directory) throws IOException {
        final SmtpServer server = start(builder()
                .limits(Limits.DEFAULTS.withMessageOctets(1 << 20))
                .deliverTo("spool:" + directory + "?segment=2100k&size=6300k"));
        final String[] lines = Collections.nCopies(1000, "x".repeat(900)).toArray(String[]::new);
        try (RawClient client = RawClient.greeted(server.port())) {
            for (int i = 0; i < 6; i++) {
                client.mails(lines).expects(250); // two in each of three segments
            }
            assertTrue(client.mails(lines).expects(452).get(0).startsWith("4.3.1 Insufficient storage"));
            client.sends("NOOP").expects(250);
            assertTrue(client.sends("HELP SPOOL").expects(214).toString().contains("refused because full 1"));
        }
        assertEquals(1, server.status().count(Counter.LIMIT_STORAGE));
        assertEquals(1, server.status().count(Counter.MESSAGES_FAILED_TEMPORARILY));
    }

    @Test
    void shouldSay451WhenTheHandlerFailsWithAnError() throws IOException {
        final SmtpServer server = start(builder().deliverTo(envelope -> {
            throw new AssertionError("the test's handler throws an Error, as it should");
        }));
        try (RawClient client = RawClient.greeted(server.port())) {
            client.mails("x").expects(451);
            client.mails("y").expects(451);
        }
    }

    @Test
    void shouldSay554WhenTheHandlerRejects() throws IOException {
        final SmtpServer server = start(builder().deliverTo(envelope -> {
            throw new MessageRejectedException("the test's handler rejects");
        }));
        try (RawClient client = RawClient.greeted(server.port())) {
            assertTrue(client.mails("x").expects(554).get(0).startsWith("5.3.0 "));
            client.sends("NOOP").expects(250);
        }
        assertEquals(1, server.status().count(Counter.MESSAGES_REJECTED));
    }

    @Test
    void shouldListenOnSeveralAddresses() throws IOException {
        final SmtpServer server = start(builder()
                .listen("127.0.0.1", 0)
                .listen("127.0.0.1", 0)
                .reactors(2)
                .deliverTo(nothing()));
        assertEquals(3, server.addresses().size());
        assertEquals(server.port(), server.addresses().get(0).getPort());
        assertNotEquals(server.port(), server.addresses().get(1).getPort());
        for (final InetSocketAddress address : server.addresses()) {
            assertTrue(server.announcement().contains("127.0.0.1:" + address.getPort()), server.announcement());
            try (RawClient client = RawClient.greeted(address.getPort())) {
                client.mails("x").expects(250);
            }
        }
        assertEquals(3, server.status().count(Counter.MESSAGES_ACCEPTED));
    }

    @Test
    void shouldServeFromTwoReactors() throws IOException {
        final List<String> ids = Collections.synchronizedList(new ArrayList<>());
        final SmtpServer server = start(builder().reactors(2).deliverTo(envelope -> ids.add(envelope.id())));
        final List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 32; i++) {
                clients.add(RawClient.greeted(server.port()));
            }
            for (final RawClient client : clients) {
                client.mails("x").expects(250);
            }
            assertEquals(32, server.status().openConnections());
        } finally {
            clients.forEach(RawClient::close);
        }
        assertEquals(32, ids.stream().distinct().count());
        // Digits 12 and 13 tell the reactor; 32 connections that all meet the same one of two are one in 2^31.
        assertEquals(2, ids.stream().map(id -> id.substring(12, 14)).distinct().count(), ids.toString());
    }

    @Test
    void shouldServeIpv6() throws IOException {
        final InetAddress loopback = InetAddress.getByName("::1");
        assumeTrue(canListenOn(loopback), "no IPv6 loopback here");
        final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
        final SmtpServer server = start(SmtpServer.builder()
                .listen(new InetSocketAddress(loopback, 0))
                .deliverTo(envelope -> taken.add(Taken.of(envelope))));
        assertTrue(server.announcement().startsWith("listening on [0:0:0:0:0:0:0:1]:"), server.announcement());
        try (RawClient client = RawClient.connect(server.addresses().get(0))) {
            client.expects(220);
            client.sends("HELO [IPv6:::1]").expects(250);
            client.mails("x").expects(250);
        }
        assertEquals("IPv6:0:0:0:0:0:0:0:1", taken.remove().peer);
    }

    @Test
    void shouldRefuseConnectionsBeyondTheLimitWith421() throws IOException {
        final SmtpServer server = start(builder().maxConnections(2).deliverTo(nothing()));
        try (RawClient first = RawClient.greeted(server.port());
                RawClient second = RawClient.greeted(server.port())) {
            try (RawClient third = RawClient.connect(server.port())) {
                assertTrue(third.expects(421).get(0).startsWith("4.3.2 "));
                third.expectsEnd();
            }
            assertEquals(1, server.status().count(Counter.CONNECTIONS_OVER_LIMIT));
            second.sends("QUIT").expects(221);
            second.expectsEnd();
            Waiting.until(first, "a place", () -> server.status().openConnections() == 1);
            try (RawClient fourth = RawClient.greeted(server.port())) {
                fourth.mails("x").expects(250);
            }
        }
    }

    @Test
    void shouldRefuseRecipientsOfOtherDomains() throws IOException {
        final BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
        final SmtpServer server = start(builder()
                .accept("server.example")
                .accept("Second.Example")
                .deliverTo(envelope -> taken.add(Taken.of(envelope))));
        try (RawClient client = RawClient.greeted(server.port())) {
            client.sends("MAIL FROM:<a@server.example>").expects(250);
            assertTrue(client.sends("RCPT TO:<b@other.example>")
                    .expects(550)
                    .get(0)
                    .startsWith("5.7.1 "));
            client.sends("RCPT TO:<b@sub.server.example>").expects(550);
            client.sends("DATA").expects(554);
            client.sends("RCPT TO:<b@SERVER.example>").expects(250);
            client.sends("RCPT TO:<b@second.example>").expects(250);
            client.sends("RCPT TO:<Postmaster>").expects(250);
            client.sends("DATA").expects(354);
            client.sends(".").expects(250);
        }
        assertEquals(List.of("b@SERVER.example", "b@second.example", "Postmaster"), taken.remove().recipients);
    }

    @Test
    void shouldTakeEveryDomainOnAStar() throws IOException {
        final SmtpServer server = start(builder().accept("*").deliverTo(nothing()));
        try (RawClient client = RawClient.greeted(server.port())) {
            client.mails("x").expects(250);
        }
    }

    @Test
    void shouldRefuseAMessageThatGrowsPastTheLimit() throws IOException {
        final SmtpServer server =
                start(builder().limits(Limits.DEFAULTS.withMessageOctets(1000)).deliverTo(nothing()));
        try (RawClient client = RawClient.greeted(server.port())) {
            client.mails("x".repeat(998)).expects(250);
            client.mails("x".repeat(999)).expects(552);
            client.mails("y").expects(250);
        }
    }

    @Test
    void shouldSay451WhenTheQueueStaysFull() throws IOException, InterruptedException {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch leave = new CountDownLatch(1);
        final SmtpServer server = start(builder()
                .queueCapacity(2)
                .limits(Limits.DEFAULTS.withHandOffTimeoutNs(TimeUnit.MILLISECONDS.toNanos(100)))
                .deliverTo(envelope -> {
                    entered.countDown();
                    leave.await();
                }));
        final List<RawClient> clients = new ArrayList<>();
        try {
            clients.add(RawClient.greeted(server.port()).mails("with the handler"));
            assertTrue(entered.await(10, TimeUnit.SECONDS));
            for (int i = 0; i < 3; i++) {
                clients.add(RawClient.greeted(server.port()).mails("x"));
            }
            // Which of the three finds no room depends on how the kernel hands them over; two do not wait in vain.
            final RawClient witness = RawClient.greeted(server.port());
            clients.add(witness);
            Waiting.until(witness, "a refusal", () -> server.status().replies(451) == 1);
            assertEquals(1, server.status().count(Counter.LIMIT_HAND_OFF));
            assertEquals(2, server.status().queueDepth());
            leave.countDown();
            clients.get(0).expects(250);
            Waiting.until(witness, "the others", () -> server.status().count(Counter.MESSAGES_ACCEPTED) == 3);
        } finally {
            leave.countDown();
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void shouldStateFiguresToLoopback() throws IOException {
        final SmtpServer server = start(builder().maxConnections(7).deliverTo(nothing()));
        try (RawClient client = RawClient.greeted(server.port())) {
            client.mails("x").expects(250);
            client.mails("x\n.\r\nMAIL FROM:<evil@b.test>\0").expects(550);
            final List<String> lines = client.sends("HELP STATUS").expects(211);
            assertEquals(7, lines.size(), lines.toString());
            assertTrue(
                    lines.get(0)
                            .matches("2\\.0\\.0 up 0d 0h 0m \\d+s, load normal, lag \\d+ ms, heap \\d+ %,"
                                    + " shed connections 0, messages 0"),
                    lines.get(0));
            assertEquals("2.0.0 connections 1 of 7, accepted 1", lines.get(1));
            assertEquals("2.0.0 messages accepted 1, failed temporarily 0, rejected 0", lines.get(2));
            assertEquals("2.0.0 queue depth 0 of 8192", lines.get(3));
            assertTrue(lines.get(4).matches("2\\.0\\.0 memory \\d+ of 268435456 octets"), lines.get(4));
            assertTrue(
                    lines.get(5)
                            .matches("2\\.0\\.0 acknowledgement acknowledged after the handler returned,"
                                    + " latency p50 \\d+ us, p99 \\d+ us"),
                    lines.get(5));
            assertEquals(
                    "2.0.0 content with bare LF 1, bare CR 0, NUL 1, smuggling LF.LF 0, LF.CR 0, LF.CRLF 1, CR.LF 0,"
                            + " CR.CR 0, CR.CRLF 0, CRLF.LF 0, CRLF.CR 0",
                    lines.get(6));
        }
    }

    @Test
    void shouldStateNoFiguresToStrangers() throws IOException {
        final SmtpServer server = start(builder().trust(Network.parse("192.0.2.0/24")));
        final List<String> lines = server.status().status(false);
        assertEquals(List.of("Posthaste is in service"), lines);
        assertEquals(7, server.status().status(true).size());
        assertEquals("queue depth 0", server.status().status(true).get(3));
    }

    @Test
    void shouldCountWhatHappened() throws IOException {
        final SmtpServer server = start(builder().deliverTo(nothing()));
        try (RawClient client = RawClient.greeted(server.port());
                RawClient witness = RawClient.greeted(server.port())) {
            client.sends("NONSENSE").expects(500);
            client.mails("x").expects(250);
            client.sends("QUIT").expects(221);
            client.expectsEnd();
            Waiting.until(witness, "the close", () -> server.status().count(CloseReason.QUIT) == 1);
            final ServerStatus status = server.status();
            assertEquals(2, status.count(Counter.CONNECTIONS_ACCEPTED));
            assertEquals(1, status.count(Counter.TRANSACTIONS));
            assertEquals(3, status.count(Counter.CONTENT_OCTETS));
            assertEquals(2, status.replies(220));
            assertEquals(1, status.replies(354));
            assertEquals(1, status.replies(500));
            assertEquals(1, status.replies(221));
            assertEquals(1, status.openConnections());
            assertEquals(0, status.queueDepth());
        }
    }

    @Test
    void shouldGiveMemoryBackAfterEachMessage() throws IOException {
        final SmtpServer server = start(builder().deliverTo(nothing()));
        try (RawClient client = RawClient.greeted(server.port())) {
            final long base = server.status().memoryInUse();
            client.mails("x".repeat(900).concat("\r\n").repeat(2000)).expects(250);
            Waiting.until(client, "the blocks", () -> server.status().memoryInUse() == base);
        }
    }

    /** Without limits on conduct: a witness says NOOP until something has happened. */
    private static ServerBuilder builder() {
        return SmtpServer.builder()
                .hostname("mx.example")
                .listen("127.0.0.1", 0)
                .conduct(ConductLimits.NONE);
    }

    private static MessageHandler nothing() {
        return envelope -> assertFalse(envelope.id().isEmpty());
    }

    private SmtpServer start(final ServerBuilder builder) throws IOException {
        final SmtpServer server = builder.start();
        servers.add(server);
        return server;
    }

    private static boolean canListenOn(final InetAddress address) {
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            return socket.isBound();
        } catch (final IOException e) {
            return false;
        }
    }

    /** A message as the handler saw it. */
    private record Taken(String id, String peer, String hello, String from, List<String> recipients, String content) {
        static Taken of(final io.posthaste.envelope.Envelope envelope) throws IOException {
            return new Taken(
                    envelope.id(),
                    envelope.peer(),
                    envelope.hello(),
                    envelope.reversePath(),
                    envelope.recipients(),
                    new String(envelope.contentStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
