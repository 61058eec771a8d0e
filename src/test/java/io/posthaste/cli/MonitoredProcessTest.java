package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.posthaste.monitor.HttpGet;
import io.posthaste.server.RawClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process that is watched over HTTP. */
@Timeout(60)
final class MonitoredProcessTest {
    @TempDir
    private Path directory;

    /** The delay is long: what comes within it comes in any case before its end. */
    @Test
    void shouldNotBeReadyBeforeItDrains() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                directory,
                Map.of("POSTHASTE_METRICS", "127.0.0.1:0"),
                "serve",
                "--listen=127.0.0.1:0",
                "--deliver=spool:s?size=32m&segment=8m",
                "--max-message-size=1m",
                "--drain-delay=5s")) {
            final InetSocketAddress monitor = monitorOf(server);
            final int port = server.port();
            try (RawClient idle = RawClient.greeted(port)) {
                assertEquals(200, HttpGet.get(monitor, "/readyz").statusCode());
                server.terminate();
                while (HttpGet.get(monitor, "/readyz").statusCode() == 200) {
                    Thread.onSpinWait();
                }
                assertEquals("stopping\n", HttpGet.get(monitor, "/readyz").body());
                assertEquals(200, HttpGet.get(monitor, "/healthz").statusCode());
                try (RawClient late = RawClient.greeted(port)) {
                    late.mails("taken while the balancer takes notice").expects(250);
                    late.sends("QUIT").expects(221);
                }
                assertEquals(1, HttpGet.scrape(monitor).value("posthaste_spool_messages_total"));
                idle.expects(421);
                idle.expectsEnd();
            }
            assertEquals(143, server.exitCode());
        }
    }

    @Test
    void shouldLogOneObjectALineWhenThatIsWanted() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                directory,
                Map.of("POSTHASTE_LOG_FORMAT", "json"),
                "serve",
                "--listen=127.0.0.1:0",
                // A Java virtual machine of 24 or later warns in words of its own of native code off the class path.
                "--tls-engine=jdk",
                "--tls-self-signed")) {
            final int port = server.port();
            try (RawClient client = RawClient.greeted(port)) {
                client.mails("one").expects(250);
            }
            JsonObject transaction;
            do {
                transaction = JsonParser.object().from(server.errorLine(""));
            } while (!"accepted".equals(transaction.getString("outcome")));
            assertEquals("a@client.example", transaction.getString("from"));
            assertEquals(List.of("b@server.example"), transaction.getArray("to"));
            assertEquals(5, transaction.getInt("size"));
            server.terminate();
            assertEquals(143, server.exitCode());
            for (final String line : server.errorLines()) {
                JsonParser.object().from(line);
            }
        }
    }

    @Test
    void shouldNotStartWhenTheAddressIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerProcess server = ServerProcess.start(
                        directory,
                        Map.of(),
                        "sink",
                        "--listen=127.0.0.1:0",
                        "--metrics=127.0.0.1:" + taken.getLocalPort())) {
            assertEquals(1, server.exitCode());
            assertEquals(
                    "posthaste: cannot listen on 127.0.0.1:" + taken.getLocalPort()
                            + " for --metrics: Address already in use",
                    server.errorLine("cannot listen"));
        }
    }

    /** The line of the log that says where metrics are. */
    private static InetSocketAddress monitorOf(final ServerProcess server) throws InterruptedException {
        final String line = server.errorLine("metrics at http://");
        assertTrue(line.endsWith("/metrics"), line);
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(line.replaceAll(".*:(\\d+)/metrics", "$1")));
    }
}
