package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.envelope.Envelope;
import io.posthaste.policy.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps a server from starting: one clear line, and nothing left behind. */
@Timeout(30)
class SmtpServerStartTest {
    @AfterEach
    void nothingRuns() throws InterruptedException {
        Waiting.untilNoServerThreads();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "2, 1", "2, 2"})
    void shouldRefuseAnAddressThatAnotherServerHas(final int firstReactors, final int secondReactors)
            throws IOException, InterruptedException {
        try (SmtpServer first = loopback(0).reactors(firstReactors).start()) {
            final int threads = Waiting.serverThreads().size();
            final IOException failure = assertThrows(
                    IOException.class,
                    () -> loopback(first.port()).reactors(secondReactors).start());
            assertOneLine(failure, "cannot listen on 127.0.0.1:" + first.port() + ": Address already in use");
            assertEquals(threads, Waiting.serverThreads().size());
            try (RawClient client = RawClient.greeted(first.port())) {
                client.mails("x").expects(250);
            }
            stopAtOnce(first);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldRefuseAnAddressThatAnotherProgramHas(final int reactors) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            final IOException failure = assertThrows(
                    IOException.class,
                    () -> loopback(other.getLocalPort()).reactors(reactors).start());
            assertOneLine(failure, "cannot listen on 127.0.0.1:" + other.getLocalPort() + ": Address already in use");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldRefuseTheSameAddressTwice(final int reactors) throws IOException {
        final int port = freePort();
        final IOException failure = assertThrows(
                IOException.class,
                () -> loopback(port)
                        .listen("127.0.0.1", port)
                        .reactors(reactors)
                        .start());
        assertOneLine(failure, "cannot listen on 127.0.0.1:" + port + ": Address already in use");
        assertFree(port);
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, ::", "::, 0.0.0.0", "127.0.0.1, 0.0.0.0", "::, ::1", "::, ::"})
    void shouldRefuseAnAddressBesideOneThatTakesItToo(final String earlier, final String later) {
        final IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> SmtpServer.builder()
                        .accept("example.org")
                        .listen(earlier, 25)
                        .listen("127.0.0.1", 26)
                        .listen(later, 25)
                        .config());
        assertTrue(failure.getMessage().contains(":25 cannot both be listened on: 0.0.0.0, [::] and *"));
    }

    /** Which the refusal above says, and the example of a configuration goes by. */
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "*"})
    void shouldTakeEveryAddressAtOne(final String host) throws IOException, InterruptedException {
        try (SmtpServer server = SmtpServer.builder()
                .accept("server.example")
                .listen(HostPort.parse(host + ":0"))
                .start()) {
            for (final String address : hasIpv6() ? List.of("127.0.0.1", "::1") : List.of("127.0.0.1")) {
                try (Socket client = new Socket(address, server.port())) {
                    client.setSoTimeout(10_000);
                    assertEquals('2', client.getInputStream().read(), address);
                }
            }
            stopAtOnce(server);
        }
    }

    private static boolean hasIpv6() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (final SocketException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldLeaveNothingOpenWhenALaterAddressFails(final int reactors) throws IOException {
        final int free = freePort();
        final WatchedDelivery delivery = new WatchedDelivery();
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThrows(
                    IOException.class,
                    () -> loopback(free)
                            .listen("127.0.0.1", other.getLocalPort())
                            .reactors(reactors)
                            .logTransactions(true)
                            .deliverTo(delivery)
                            .start());
        }
        assertFree(free);
        assertTrue(delivery.closed, "a server owns its delivery, also one that does not start");
    }

    @Test
    void shouldStartAgainOnItsPortAfterAStop() throws IOException, InterruptedException {
        final int port;
        try (SmtpServer first = loopback(0).reactors(2).start();
                RawClient client = RawClient.greeted(first.port())) {
            port = first.port();
            client.mails("x").expects(250);
            stopAtOnce(first);
        }
        try (SmtpServer second = loopback(port).reactors(2).start();
                RawClient client = RawClient.greeted(second.port())) {
            client.mails("x").expects(250);
            client.hangsUp();
            stopAtOnce(second);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void shouldRefuseToTakeMailForEveryDomainFromEveryone(final String host) {
        final IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> SmtpServer.builder()
                        .listen("127.0.0.1", 0)
                        .listen(host, 0)
                        .start());
        assertOneLine(failure, "listening on ");
        assertTrue(failure.getMessage().contains("--accept DOMAIN"), failure.getMessage());
    }

    @Test
    void shouldListenBeyondLoopbackForItsDomains() throws IOException, InterruptedException {
        try (SmtpServer server = SmtpServer.builder()
                .listen("0.0.0.0", 0)
                .accept("server.example")
                .start()) {
            try (RawClient client = RawClient.greeted(server.port())) {
                client.mails("x").expects(250);
            }
            stopAtOnce(server);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRefuseAHostThatIsUnknown(final boolean withDomain) {
        final ServerBuilder builder =
                SmtpServer.builder().listen(InetSocketAddress.createUnresolved("unknown.invalid", 25));
        if (withDomain) {
            builder.accept("server.example");
        }
        final IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, builder::start);
        assertOneLine(failure, "the host of 'unknown.invalid:25' is unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "user@server.example", "*.server.example", "server.example.", "a b", "a..b"})
    void shouldRefuseADomainThatNoRecipientCanHave(final String domain) {
        final IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class, () -> loopback(0).accept(domain).start());
        assertOneLine(failure, "'" + domain + "' is not a domain to accept: ");
    }

    @Test
    void shouldTakeAnInternationalisedDomainInBothForms() throws IOException, InterruptedException {
        try (SmtpServer server = loopback(0).accept("b\u00fccher.example").start()) {
            try (RawClient client = RawClient.greeted(server.port())) {
                client.begins("a@client.example", "b@xn--bcher-kva.example");
            }
            stopAtOnce(server);
        }
    }

    @Test
    void shouldTakeAddressLiteralsAsDomains() throws IOException, InterruptedException {
        try (SmtpServer server = loopback(0).accept("[127.0.0.1]").start()) {
            try (RawClient client = RawClient.greeted(server.port())) {
                client.begins("a@client.example", "b@[127.0.0.1]");
            }
            stopAtOnce(server);
        }
    }

    @Test
    void shouldRefuseSettingsThatContradictEachOther() {
        refused(loopback(0).hostname("no host"), "'no host' is not a host name");
        refused(loopback(0).reactors(0), "reactors must be 1 to 1024, not 0");
        refused(loopback(0).reactors(1025), "reactors must be 1 to 1024, not 1025");
        refused(loopback(0).memory(1 << 20), "memory must be at least 4m for each of the 1 reactors");
        refused(loopback(0).maxConnections(0), "max-connections must be at least 1, not 0");
        refused(loopback(0).queueCapacity(1), "queue capacity must be at least 2, not 1");
    }

    @Test
    void shouldRefuseMemoryTooSmallForAMessageBeforeItTouchesTheDelivery(@TempDir final Path directory) {
        final Path maildir = directory.resolve("mail");
        refused(
                loopback(0).memory(16 << 20).deliverTo("maildir:" + maildir),
                "a message of 36700160 octets does not fit into half of a reactor's memory (16777216 octets)");
        assertFalse(Files.exists(maildir), "wrong settings create nothing");
        final WatchedDelivery delivery = new WatchedDelivery();
        refused(loopback(0).memory(16 << 20).deliverTo(delivery), "a message of 36700160 octets does not fit");
        assertFalse(delivery.closed, "it stays the caller's");
    }

    @Test
    void shouldTakeLargeMessagesWithLittleMemoryWhenNoneIsKept() throws IOException, InterruptedException {
        try (SmtpServer server = loopback(0).memory(4 << 20).start()) {
            try (RawClient client = RawClient.greeted(server.port())) {
                client.mails("x".repeat(998).concat("\r\n").repeat(8000)).expects(250);
            }
            stopAtOnce(server);
        }
    }

    @Test
    void shouldHaveRoomForLargeMessagesByDefault() throws IOException, InterruptedException {
        try (SmtpServer server = loopback(0)
                .limits(Limits.DEFAULTS.withMessageOctets(1L << 30))
                .deliverTo(new WatchedDelivery())
                .start()) {
            assertTrue(server.status().status(true).get(4).endsWith(" of 2147483648 octets"));
            stopAtOnce(server);
        }
    }

    @Test
    void shouldSayWhyAMaildirCannotBeOpened(@TempDir final Path directory) throws IOException {
        final Path file = Files.createFile(directory.resolve("file"));
        final int port = freePort();
        final IOException failure = assertThrows(
                IOException.class,
                () -> loopback(port).deliverTo("maildir:" + file).start());
        assertOneLine(failure, "cannot deliver to maildir:" + file + ": ");
        assertFree(port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "maildir", "maildir:", "maildir: ", "mbox:/tmp/x", "discard", "discard:x", "maildir:a\0b"})
    void shouldRefuseADeliveryThatIsNone(final String uri) {
        final IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> loopback(0).deliverTo(uri));
        assertOneLine(failure, "");
    }

    private static void refused(final ServerBuilder builder, final String start) {
        assertOneLine(assertThrows(IllegalArgumentException.class, builder::start), start);
    }

    private static void assertOneLine(final Exception failure, final String start) {
        assertTrue(failure.getMessage().startsWith(start), failure.getMessage());
        assertEquals(1, failure.getMessage().lines().count(), failure.getMessage());
    }

    /** Not even half open: a listener left behind would still own the port. */
    private static void assertFree(final int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            assertEquals(port, socket.getLocalPort());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static ServerBuilder loopback(final int port) {
        return SmtpServer.builder().listen("127.0.0.1", port);
    }

    private static void stopAtOnce(final SmtpServer server) throws IOException, InterruptedException {
        server.stop(java.time.Duration.ofMillis(1));
    }

    /** Knows whether it was closed. */
    private static final class WatchedDelivery implements Delivery {
        private volatile boolean closed;

        @Override
        public AcknowledgementLevel acknowledgementLevel() {
            return AcknowledgementLevel.NONE;
        }

        @Override
        public String description() {
            return "watched:";
        }

        @Override
        public void append(final Envelope envelope) {
            // Nothing to keep.
        }

        @Override
        public void commit() {
            // Nothing to make durable.
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
