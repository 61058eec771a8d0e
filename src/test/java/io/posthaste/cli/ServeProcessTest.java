package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.posthaste.server.RawClient;
import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: what it prints, where it puts mail, and how it ends. */
@Timeout(60)
class ServeProcessTest {
    @TempDir
    private Path directory;

    @Test
    void shouldDrainAtSigterm() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                directory, Map.of(), "serve", "--listen", "127.0.0.1:0", "--hostname", "mx.example", "--reactors=2")) {
            final String announcement = server.outputLine();
            assertTrue(
                    announcement.matches("posthaste: listening on 127\\.0\\.0\\.1:\\d+, delivering to maildir:\\./mail"
                            + " \\(acknowledged after fsync\\)"),
                    announcement);
            final int port = Integer.parseInt(announcement.replaceAll(".*127\\.0\\.0\\.1:(\\d+),.*", "$1"));
            try (RawClient client = RawClient.greeted(port);
                    RawClient idle = RawClient.greeted(port)) {
                client.begins("a@client.example", "b@server.example").sends("first half");
                server.terminate();
                idle.expects(421);
                idle.expectsEnd();
                idle.hangsUp();
                assertTrue(server.isAlive());
                client.sends("second half", ".");
                final String id = client.expects(250).get(0).replace("2.0.0 OK id=", "");
                client.expects(421);
                client.expectsEnd();
                client.hangsUp();
                assertEquals(143, server.exitCode());

                final List<Path> files = messages(directory.resolve("mail"));
                assertEquals(1, files.size());
                assertTrue(files.get(0).getFileName().toString().contains("." + id + "."), files.toString());
                assertTrue(Files.readString(files.get(0)).endsWith("first half\r\nsecond half\r\n"));
                assertEquals(null, server.outputLine(), "one line of output is the contract");
                // Serve logs transactions, unless told otherwise.
                final String line = server.errorLine("outcome=accepted");
                assertTrue(line.contains("id=" + id + " outcome=accepted code=250 peer=127.0.0.1"), line);
            }
        }
    }

    @Test
    void shouldCutOffAtTheEndOfTheDrainTimeout() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                directory, Map.of(), "sink", "--listen", "127.0.0.1:0", "--drain-timeout", "300ms")) {
            try (RawClient client = RawClient.greeted(server.port())) {
                client.sends("MAIL FROM:<a@client.example>").expects(250);
                server.terminate();
                client.expects(421);
                client.expectsEnd();
                assertEquals(143, server.exitCode());
                assertTrue(server.errorLine("transactions were cut off").contains("WARN"));
            }
        }
    }

    @Test
    void shouldLogTheTransactionsOfASinkWhenTheEnvironmentAsksForIt() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                directory, Map.of("POSTHASTE_LOG_TRANSACTIONS", "true"), "sink", "--listen", "127.0.0.1:0")) {
            mailOne(server.port());
            assertTrue(server.errorLine("outcome=accepted").contains("from=\"a@client.example\""));
        }
    }

    @Test
    void shouldNotLogTheTransactionsOfAServerWhenTheEnvironmentForbidsIt() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                directory,
                Map.of("POSTHASTE_LOG_TRANSACTIONS", "false", "POSTHASTE_LISTEN", "127.0.0.1:0"),
                "serve",
                "--deliver",
                "discard:")) {
            mailOne(server.port());
            server.terminate();
            assertEquals(143, server.exitCode());
            assertEquals(List.of(), server.errorLines());
        }
    }

    @Test
    void shouldNotLogTheTransactionsOfASink() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of(), "sink", "--listen", "127.0.0.1:0")) {
            mailOne(server.port());
            server.terminate();
            assertEquals(143, server.exitCode());
            assertEquals(List.of(), server.errorLines());
        }
    }

    @Test
    void shouldExitWith2AndCreateNothing() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, Map.of(), "serve", "--listen", "0.0.0.0:0")) {
            assertEquals(2, server.exitCode());
            assertEquals(1, server.errorLines().size(), server.errorLines().toString());
            assertEquals(null, server.outputLine());
            assertFalse(Files.exists(directory.resolve("mail")));
        }
    }

    private static void mailOne(final int port) throws IOException {
        try (RawClient client = RawClient.greeted(port)) {
            client.mails("x").expects(250);
            client.sends("QUIT").expects(221);
            client.expectsEnd();
        }
    }

    private static List<Path> messages(final Path maildir) throws IOException {
        try (Stream<Path> files = Files.list(maildir.resolve("new"))) {
            return files.toList();
        }
    }

    /** As where the optional jars were not put beside the runnable one. */
    @Test
    void shouldDoWithoutBoringSslWhereItIsMissing() throws Exception {
        try (ServerProcess server = startWithoutBoringSsl("auto")) {
            final String announcement = server.outputLine();
            assertTrue(announcement.endsWith(", TLS by the JDK"), announcement);
            assertTrue(
                    server.errorLine("TLS by the JDK (BoringSSL is not used: ").contains("lib-tls"));
        }
        try (ServerProcess server = startWithoutBoringSsl("boringssl")) {
            assertEquals(2, server.exitCode());
            assertTrue(server.errorLine("posthaste: BoringSSL cannot be used: ").contains("lib-tls"));
        }
    }

    /** As where the optional jar was not put beside the runnable one. */
    @Test
    void shouldSayWhatIsMissingForKafka() throws Exception {
        for (final String[] arguments : new String[][] {
            {"--deliver=spool:spool?size=200m", "--forward=kafka://127.0.0.1:1/mail"},
            {"--deliver=kafka://127.0.0.1:1/mail"}
        }) {
            final List<String> all = new ArrayList<>(List.of("serve", "--listen=127.0.0.1:0"));
            all.addAll(List.of(arguments));
            try (ServerProcess server =
                    ServerProcess.startWithout("kafka-clients", directory, all.toArray(String[]::new))) {
                assertEquals(1, server.exitCode());
                final List<String> errors = server.errorLines();
                assertEquals(1, errors.size(), errors::toString);
                assertTrue(errors.get(0).contains("lib-kafka"), errors::toString);
            }
        }
    }

    @Test
    void shouldForwardFromASpoolOnly() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(directory, Map.of(), "serve", "--listen=127.0.0.1:0", "--forward=maildir:copy")) {
            assertEquals(2, server.exitCode());
            assertTrue(server.errorLine("posthaste: --forward needs a spool to forward from: give --deliver spool:DIR,"
                                    + " not maildir:./mail")
                            .length()
                    > 0);
        }
    }

    private ServerProcess startWithoutBoringSsl(final String engine) throws IOException {
        return ServerProcess.startWithout(
                "netty-tcnative",
                directory,
                "serve",
                "--listen=127.0.0.1:0",
                "--tls-self-signed",
                "--tls-engine=" + engine);
    }

    @Test
    void shouldLoadCertificatesAtSighup() throws Exception {
        assumeFalse(isHangupIgnored(), "SIGHUP is ignored here, as nohup does, and so by every server that is started");
        TlsFixtures.file(directory, "ec.crt", "mx.crt");
        TlsFixtures.file(directory, "ec-pkcs8.key", "mx.key");
        try (ServerProcess server = ServerProcess.start(
                directory,
                Map.of(),
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--tls-cert=mx.crt",
                "--tls-key=mx.key",
                "--tls-reload=1h")) {
            try (RawClient client = RawClient.greeted(server.port())) {
                server.errorLine("for ec.test");
                TlsFixtures.file(directory, "rsa.crt", "mx.crt");
                TlsFixtures.file(directory, "rsa-pkcs8.key", "mx.key");
                server.hangUp();
                server.errorLine("certificates in force: mx.crt for rsa.test");
                client.sends("NOOP").expects(250);
            }
        }
    }

    @Test
    void shouldReadListsAtSighupThoughThereIsNoTls() throws Exception {
        assumeFalse(isHangupIgnored(), "SIGHUP is ignored here, as nohup does, and so by every server that is started");
        final Path recipients = Files.writeString(directory.resolve("recipients"), "ann@a.example\n");
        try (ServerProcess server = ServerProcess.start(
                directory, Map.of(), "serve", "--listen=127.0.0.1:0", "--recipients=recipients", "--list-reload=1h")) {
            try (RawClient client = RawClient.greeted(server.port())) {
                client.sends("MAIL FROM:<>", "RCPT TO:<bob@a.example>").expects(250);
                client.expects(550);
                Files.writeString(recipients, "nonsense\n");
                server.hangUp();
                server.errorLine("--recipients: the new version is not taken, the one before stays in force: ");
                Files.writeString(recipients, "bob@a.example\n");
                server.hangUp();
                server.errorLine("--recipients recipients is read anew: ");
                client.sends("RCPT TO:<bob@a.example>").expects(250);
            }
        }
    }

    private static boolean isHangupIgnored() throws IOException {
        final Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) != 0);
    }
}
