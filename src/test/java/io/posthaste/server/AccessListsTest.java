package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.Counter;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lists of a running server. */
@Timeout(60)
class AccessListsTest {
    @TempDir
    private Path directory;

    private Path file(final String name, final String... lines) throws IOException {
        return Files.write(directory.resolve(name), List.of(lines));
    }

    private static void until(final String what, final Waiting.Condition condition) throws IOException {
        final long deadlineNs = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "waited in vain: " + what);
        }
    }

    private static ServerBuilder builder() {
        return SmtpServer.builder().listen("127.0.0.1", 0);
    }

    @Test
    void shouldTakeTheRecipientsOfTheFileAndFollowIt() throws Exception {
        final Path file = file("recipients", "ann@a.example", "@b.example");
        try (SmtpServer server = builder()
                        .recipients(file)
                        .recipientDelimiter('+')
                        .reloadLists(Duration.ofMillis(20))
                        .start();
                RawClient client = RawClient.greeted(server.port())) {
            client.sends(
                    "MAIL FROM:<>",
                    "RCPT TO:<Ann+x@a.example>",
                    "RCPT TO:<bob@a.example>",
                    "RCPT TO:<bob@b.example>",
                    "RCPT TO:<ann@c.example>",
                    "RCPT TO:<postmaster>");
            for (final int code : new int[] {250, 250, 550, 250, 550, 250}) {
                client.expects(code);
            }
            assertEquals(1, server.status().count(Counter.RECIPIENTS_UNKNOWN));
            assertEquals(1, server.status().count(Counter.RELAY_DENIED));

            Files.move(file("next", "bob@a.example"), file, StandardCopyOption.ATOMIC_MOVE);
            // Each time another session: one transaction does not take recipients for as long as it may take.
            until("the new list is in force", () -> {
                try (RawClient other = RawClient.greeted(server.port())) {
                    other.sends("MAIL FROM:<>", "RCPT TO:<ann@a.example>").expects(250);
                    return other.readLine().startsWith("550 5.1.1");
                }
            });
            client.sends("RCPT TO:<bob@a.example>", "QUIT");
            client.expects(250);
            client.expects(221);
        }
    }

    /** Each file has its figures, under the same names. */
    @Test
    void shouldTellItsStatusWithManyFiles() throws Exception {
        final Path list = file("list", "@server.example");
        try (SmtpServer server = builder()
                        .tls(TlsConfig.of(
                                TlsFixtures.file(directory, "ec.crt"), TlsFixtures.file(directory, "ec-pkcs8.key")))
                        .recipients(list)
                        .blockSenders(list)
                        .start();
                RawClient client = RawClient.greeted(server.port())) {
            assertFalse(client.sends("HELP STATUS").expects(211).isEmpty());
            assertEquals(0, server.status().count(Counter.INTERNAL_ERRORS));
        }
    }

    /** Long before anybody would look at the files again. */
    @Test
    void shouldReadAllListsWhenItIsAskedTo() throws Exception {
        final Path recipients = file("recipients", "ann@a.example");
        final Path senders = file("senders", "news@pest.example");
        try (SmtpServer server = builder()
                        .recipients(recipients)
                        .blockSenders(senders)
                        .reloadLists(Duration.ofHours(1))
                        .start();
                RawClient client = RawClient.greeted(server.port())) {
            assertTrue(server.isReloadable());
            file("recipients", "bob@a.example");
            file("senders", "nonsense");
            server.reload();
            until(
                    "both files have been read",
                    () -> figure(server, "reloads", "recipients") == 1
                            && figure(server, "reload_failures", "block_senders") == 1);
            assertEquals(0, figure(server, "reload_faults", "recipients"));
            assertEquals(1, figure(server, "reload_faults", "block_senders"));
            client.sends("MAIL FROM:<news@pest.example>").expects(550);
            client.sends("MAIL FROM:<>", "RCPT TO:<bob@a.example>", "RCPT TO:<ann@a.example>");
            client.expects(250);
            client.expects(250);
            client.expects(550);
        }
        try (SmtpServer server = builder().start()) {
            assertFalse(server.isReloadable());
            server.reload();
        }
    }

    private static long figure(final SmtpServer server, final String name, final String what) {
        return server.status().figures().stream()
                .filter(figure -> figure.name().equals(name) && figure.target().equals(what))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void shouldRefuseSenders() throws Exception {
        final Path file = file("senders", "news@pest.example", "@spam.example", ".spam.example");
        try (SmtpServer server = builder().blockSenders(file).start();
                RawClient client = RawClient.greeted(server.port())) {
            for (final String sender : List.of("News@pest.example", "x@spam.example", "x@a.b.spam.example")) {
                client.sends("MAIL FROM:<" + sender + ">");
                assertTrue(client.expects(550).get(0).startsWith("5.7.1"), sender);
            }
            for (final String sender : List.of("", "x@pest.example", "x@nospam.example")) {
                client.sends("MAIL FROM:<" + sender + ">", "RSET");
                client.expects(250);
                client.expects(250);
            }
            assertEquals(3, server.status().count(Counter.SENDERS_BLOCKED));
        }
    }

    @Test
    void shouldRefuseNetworksInPlaceOfTheGreeting() throws Exception {
        final Path blocked = file("blocked", "127.0.0.0/8");
        final Path allowed = file("allowed", "# nobody yet");
        try (SmtpServer server = builder()
                .blockNetworks(blocked)
                .allowNetworks(allowed)
                .reloadLists(Duration.ofMillis(20))
                .tls(TlsConfig.selfSigned("localhost"))
                .listenTls(new InetSocketAddress("127.0.0.1", 0))
                .start()) {
            try (RawClient client = RawClient.connect(server.port())) {
                assertTrue(client.expects(554).get(0).startsWith("5.7.1"));
                client.sends("EHLO a", "QUIT");
                client.expects(503);
                client.expects(221);
            }
            try (Socket secure =
                    new Socket("127.0.0.1", server.tlsAddresses().get(0).getPort())) {
                assertEquals(-1, secure.getInputStream().read(), "closed before any handshake");
            }
            until("both are counted", () -> server.status().count(Counter.NETWORKS_BLOCKED) == 2);
            Files.move(file("next", "127.0.0.1"), allowed, StandardCopyOption.ATOMIC_MOVE);
            until("the exception is in force", () -> {
                try (RawClient client = RawClient.connect(server.port())) {
                    return client.readLine().startsWith("220");
                }
            });
        }
    }

    @Test
    void shouldNotStartWithABadFile() throws IOException {
        final Path bad = file("bad", "x@y.example", "nonsense");
        for (final ServerBuilder builder : List.of(
                builder().recipients(bad),
                builder().blockSenders(bad),
                builder().blockNetworks(bad),
                builder().allowNetworks(file("fine")),
                builder().recipientDelimiter('+'),
                builder().recipients(file("fine")).recipientDelimiter('@'))) {
            assertThrows(IllegalArgumentException.class, builder::start);
        }
    }
}
