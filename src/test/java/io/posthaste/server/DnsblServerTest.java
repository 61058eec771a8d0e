package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.Figure;
import io.posthaste.dnsbl.DnsblSettings;
import io.posthaste.dnsbl.DnsblZone;
import io.posthaste.dnsbl.FakeDns;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients on a DNS list, from a balancer's header to the reply, over real sockets. */
@Timeout(60)
class DnsblServerTest {
    @TempDir
    private Path directory;

    private FakeDns dns;

    @BeforeEach
    void serveNames() throws IOException {
        dns = new FakeDns();
        dns.lists("99.2.0.192.bl.example", "spam was seen");
        dns.lists("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example", "");
        dns.serve();
    }

    @AfterEach
    void nothingRuns() throws InterruptedException {
        dns.close();
        Waiting.untilNoServerThreads();
    }

    private ServerBuilder builder() {
        return SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .accept("here.example")
                .proxyProtocol(Network.parse("127.0.0.1"))
                .dnsbl(DnsblSettings.of(List.of(DnsblZone.parse("bl.example")))
                        .withServers(List.of(dns.address()))
                        .withTimeout(Duration.ofSeconds(20)));
    }

    private static RawClient connect(final SmtpServer server, final String family, final String address)
            throws IOException {
        final RawClient client = RawClient.connect(server.port());
        client.sends("PROXY " + family + " " + address + (family.equals("TCP4") ? " 127.0.0.1" : " ::1") + " 5000 25");
        client.expects(220);
        client.sends("EHLO client.example", "MAIL FROM:<a@client.example>");
        client.expects(250);
        client.expects(250);
        return client;
    }

    private static long figure(final SmtpServer server, final String name) {
        return server.status().figures().stream()
                .filter(figure -> figure.name().equals(name))
                .mapToLong(Figure::value)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldRefuseRecipientsOfAListedClientButThePostmaster() throws Exception {
        try (SmtpServer server = builder().start()) {
            for (int i = 0; i < 3; i++) {
                try (RawClient client = connect(server, "TCP4", "192.0.2.99")) {
                    client.sends("RCPT TO:<ann@here.example>", "RCPT TO:<postmaster@here.example>", "DATA");
                    assertEquals(
                            List.of(
                                    "5.7.1 Your address is on a DNS block list: 192.0.2.99 in bl.example: spam was seen"),
                            client.expects(550));
                    client.expects(250);
                    client.expects(354);
                    client.sends("I am none.", ".", "QUIT");
                    client.expects(250);
                    client.expects(221);
                }
            }
            assertEquals(1, figure(server, "dnsbl_lookups"), "then it is known");
            assertEquals(1, figure(server, "dnsbl_listed"));
            assertEquals(3, figure(server, "dnsbl_refusals"));
            assertEquals(1, figure(server, "dnsbl_entries"));
            assertEquals(3, server.status().count(Counter.POLICY_REFUSALS));
            assertTrue(server.status().status(true).toString().contains("DNS lists: looked up 1, listed 1"));
        }
        assertEquals(2, dns.questions(), "whether, and why");
    }

    @Test
    void shouldTellIpv6ClientsApart() throws Exception {
        try (SmtpServer server = builder().start()) {
            try (RawClient client = connect(server, "TCP6", "2001:db8::1")) {
                client.sends("RCPT TO:<ann@here.example>");
                assertEquals(
                        List.of("5.7.1 Your address is on a DNS block list: 2001:db8:0:0:0:0:0:1 in bl.example"),
                        client.expects(550));
            }
            try (RawClient client = connect(server, "TCP6", "2001:db8::2")) {
                client.sends("RCPT TO:<ann@here.example>").expects(250);
            }
        }
    }

    @Test
    void shouldTakeMailFromOthersAndFromAllowedNetworksAndBalancersThemselves() throws Exception {
        final Path allowed = Files.writeString(directory.resolve("allowed"), "192.0.2.96/28\n");
        try (SmtpServer server = builder().allowNetworks(allowed).start();
                RawClient other = connect(server, "TCP4", "198.51.100.1");
                RawClient exempt = connect(server, "TCP4", "192.0.2.99");
                RawClient unknown = RawClient.connect(server.port())) {
            other.sends("RCPT TO:<ann@here.example>").expects(250);
            exempt.sends("RCPT TO:<ann@here.example>").expects(250);
            unknown.sends("PROXY UNKNOWN", "EHLO client.example", "MAIL FROM:<>", "RCPT TO:<ann@here.example>");
            unknown.expects(220);
            unknown.expects(250);
            unknown.expects(250);
            unknown.expects(250);
            assertEquals(1, figure(server, "dnsbl_lookups"));
            assertEquals(0, figure(server, "dnsbl_listed"));
        }
        assertEquals(1, dns.questions());
    }

    @Test
    void shouldLetClientsInWhenNoDnsServerAnswers() throws Exception {
        dns.close();
        try (SmtpServer server = builder().start();
                RawClient client = connect(server, "TCP4", "192.0.2.99")) {
            client.sends("RCPT TO:<ann@here.example>").expects(250);
            assertEquals(1, figure(server, "dnsbl_failures"));
        }
    }

    @Test
    void shouldWantAPolicyTimeoutThatIsLongerThanThatOfTheLists() {
        final String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> builder().policyTimeout(Duration.ofSeconds(20)).start())
                .getMessage();
        assertTrue(message.contains("--policy-timeout, now 20000 ms, must be longer"), message);
    }
}
