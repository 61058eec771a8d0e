package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.Network;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom a server believes a header of the PROXY protocol, over real sockets; what becomes of the others. */
@Timeout(60)
class ProxyServerTest {
    private static final String HEADER = "PROXY TCP4 198.51.100.7 127.0.0.1 51234 25";

    private final BlockingQueue<String> peers = new LinkedBlockingQueue<>();

    @AfterEach
    void nothingRuns() throws InterruptedException {
        Waiting.untilNoServerThreads();
    }

    private ServerBuilder builder() {
        return SmtpServer.builder()
                .accept("*")
                .listen("127.0.0.1", 0)
                .deliverTo(envelope -> peers.add(envelope.peer() + " " + envelope.via()));
    }

    @Test
    void shouldBelieveTrustedNetworksOnly() throws Exception {
        try (SmtpServer server =
                builder().proxyProtocol(Network.parse("127.0.0.1/32")).start()) {
            try (RawClient client = RawClient.connect(server.port())) {
                client.sends(HEADER, "EHLO client.example").expects(220);
                client.expects(250);
                client.mails("Hi.").expects(250);
                assertEquals(
                        "198.51.100.7 Via[balancer=/127.0.0.1, authority=null, uniqueId=null, tlsVersion=null,"
                                + " clientName=null]",
                        peers.poll(10, TimeUnit.SECONDS));
            }
        }
        try (SmtpServer server =
                builder().proxyProtocol(Network.parse("192.0.2.0/24")).start()) {
            try (RawClient client = RawClient.connect(server.port())) {
                client.sends(HEADER).expects(220);
                client.expects(500);
                client.sends("EHLO client.example").expects(250);
                client.mails("Hi.").expects(250);
                assertEquals("127.0.0.1 null", peers.poll(10, TimeUnit.SECONDS));
                assertEquals(0, server.status().count(Counter.PROXY_HEADERS));
            }
        }
    }

    @Test
    void shouldShowFiguresToTheTrustedClientAndNotToItsBalancer() throws Exception {
        try (SmtpServer server = builder()
                .proxyProtocol(Network.parse("127.0.0.0/8"))
                .trust(Network.parse("203.0.113.0/24"))
                .start()) {
            assertEquals(1, status(server, HEADER).size(), "loopback relayed somebody from outside");
            assertEquals(1, status(server, "PROXY UNKNOWN").size(), "loopback relayed nobody knows whom");
            final List<String> shown = status(server, HEADER.replace("198.51.100.7", "203.0.113.7"));
            assertTrue(
                    shown.toString().contains("relayed 3, health checks 0, PROXY headers refused 0"), shown::toString);
        }
    }

    private static List<String> status(final SmtpServer server, final String header) throws IOException {
        try (RawClient client = RawClient.connect(server.port())) {
            client.sends(header).expects(220);
            return client.sends("HELP STATUS").expects(211);
        }
    }

    @Test
    void shouldCloseABalancerThatSendsNoHeaderInTime() throws Exception {
        try (SmtpServer server = builder()
                .proxyProtocol(Network.parse("127.0.0.1"))
                .proxyTimeout(Duration.ofMillis(300))
                .start()) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = RawClient.connect(server.port())) {
                    client.expectsEnd();
                }
            }
            assertEquals(3, server.status().count(CloseReason.PROXY_HEADER_TIMEOUT));
            assertEquals(3, server.status().count(Counter.PROXY_HEADERS_REFUSED));
        }
    }
}
