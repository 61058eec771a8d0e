package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.Delivery;
import io.posthaste.dnsbl.DnsblSettings;
import io.posthaste.dnsbl.DnsblZone;
import io.posthaste.tls.TlsCertificates;
import io.posthaste.tls.TlsConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server one of whose threads cannot be started leaves nothing behind, whichever it is. */
@Timeout(60)
class FailedStartTest {
    /** Log, TLS, heap, look-ups, lists, delivery, parts, two reactors. */
    private static final int PARTS = 9;

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @TempDir
    private Path directory;

    private int port;
    private int tlsPort;

    @BeforeEach
    void choosePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = one.getLocalPort();
            tlsPort = other.getLocalPort();
        }
    }

    private SmtpServer start(final Consumer<Runnable> starter) throws IOException {
        final Path recipients = Files.writeString(directory.resolve("recipients"), "ann@here.example\n");
        final ServerConfig config = SmtpServer.builder()
                .listen("127.0.0.1", port)
                .listenTls(new InetSocketAddress("127.0.0.1", tlsPort))
                .tls(TlsConfig.selfSigned("mx.example"))
                .reactors(2)
                .logTransactions(true)
                .recipients(recipients)
                .dnsbl(DnsblSettings.of(List.of(DnsblZone.parse("bl.example")))
                        .withServers(List.of(new InetSocketAddress("127.0.0.1", port))))
                .config();
        final Destination destination = new Destination();
        destination.deliverTo(DeliveryFactory.parse("spool:" + directory.resolve("spool") + "?segment=8m&size=100m"));
        final AccessFiles access = new AccessFiles(config.access(), config.proxy());
        final TlsCertificates certificates =
                new TlsCertificates(config.tls().certificates(), config.tls().engine());
        final Delivery delivery =
                destination.open(config.hostname(), config.limits().messageOctets());
        return SmtpServer.start(config, certificates, access, delivery, starter);
    }

    @Test
    void shouldLeaveNothingBehindWhicheverPartDoesNotStart() throws IOException, InterruptedException {
        // What the machine keeps open from the first time on is open then.
        final AtomicInteger parts = new AtomicInteger();
        start(part -> {
                    parts.incrementAndGet();
                    part.run();
                })
                .stop(Duration.ofMillis(1));
        assertEquals(PARTS, parts.get());
        Waiting.untilNoServerThreads();
        final int descriptors = descriptors();
        for (int failing = 1; failing <= PARTS; failing++) {
            final String what = "part " + failing;
            final Error failure = new OutOfMemoryError("no thread, for a test");
            final int last = failing;
            final AtomicInteger started = new AtomicInteger();
            final Error thrown = assertThrows(
                    OutOfMemoryError.class,
                    () -> start(part -> {
                        if (started.incrementAndGet() == last) {
                            throw failure;
                        }
                        part.run();
                    }),
                    what);
            assertSame(failure, thrown, what);
            assertEquals(List.of(), List.of(thrown.getSuppressed()), what);
            assertEquals(List.of(), Waiting.serverThreads(), what);
            assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", port).close(), what);
            assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", tlsPort).close(), what);
            assertTrue(descriptors() <= descriptors, what);
        }
        // The addresses and the spool's lock are free.
        try (SmtpServer server = start(Runnable::run)) {
            try (RawClient client = RawClient.greeted(server.port())) {
                client.sends("NOOP").expects(250);
            }
            server.stop(Duration.ofMillis(1));
        }
        Waiting.untilNoServerThreads();
    }

    /** Sockets, selectors and files of this test that are open; 0 where the machine does not tell. */
    private int descriptors() throws IOException {
        int count = 0;
        if (!Files.isDirectory(DESCRIPTORS)) {
            return count;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(DESCRIPTORS)) {
            for (final Path entry : entries) {
                final String target = target(entry);
                if (target.startsWith("socket:")
                        || target.startsWith("anon_inode:")
                        || target.startsWith(directory.toRealPath().toString())) {
                    count++;
                }
            }
        }
        return count;
    }

    private static String target(final Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (final NoSuchFileException e) {
            return ""; // the one that the directory is read by
        }
    }
}
