package io.posthaste.dnsbl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.Via;
import io.posthaste.policy.Question;
import io.posthaste.policy.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Look-ups of clients in lists, step by step, by a server of the DNS that says what a test wants and a clock that stands still. */
abstract class DnsblDialogue {
    static final String CLIENT = "192.0.2.99";
    static final String NAME = "99.2.0.192.bl.example";
    static final String REFUSAL = "550 5.7.1 Your address is on a DNS block list: 192.0.2.99 in bl.example";
    static final Duration TIMEOUT = Duration.ofSeconds(6);
    static final long BOUND_NS = TimeUnit.SECONDS.toNanos(20);

    final List<String> reports = new ArrayList<>();
    FakeDns dns;
    long nowNs = 1_000;
    Dnsbl dnsbl;

    @BeforeEach
    void listen() throws IOException {
        dns = new FakeDns();
        furnish(settings("bl.example"));
    }

    @AfterEach
    void close() {
        closeAgent();
        assertEquals(0, dnsbl.underWay());
        dns.close();
    }

    DnsblSettings settings(final String... zones) {
        return DnsblSettings.of(Stream.of(zones).map(DnsblZone::parse).toList())
                .withServers(List.of(dns.address()))
                .withTimeout(TIMEOUT);
    }

    void furnish(final DnsblSettings settings) {
        if (dnsbl != null) {
            closeAgent();
        }
        dnsbl = new Dnsbl(
                settings,
                address -> address.getHostAddress().startsWith("203.0.113."),
                () -> nowNs,
                Path.of("missing"));
        dnsbl.agent().open();
        dnsbl.agent().reportTo(new FailureReports(nowNs, reports::add));
    }

    void closeAgent() {
        try {
            dnsbl.stop();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** One who asks. */
    record Client(InetAddress clientAddress, String user, String recipient) implements Question {
        @Override
        public Via via() {
            return null;
        }

        @Override
        public String helloName() {
            return "client.example";
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public String sender() {
            return "";
        }
    }

    static InetAddress address(final String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Client client(final String literal) {
        return new Client(address(literal), "", "ann@here.example");
    }

    void connects(final String literal) throws IOException {
        assertEquals(
                Verdict.ACCEPT,
                dnsbl.onConnect(client(literal)).toCompletableFuture().join());
        works();
    }

    CompletableFuture<Verdict> names(final String literal) throws IOException {
        final CompletableFuture<Verdict> answer =
                dnsbl.onRecipient(client(literal)).toCompletableFuture();
        works();
        return answer;
    }

    void works() throws IOException {
        dnsbl.agent().doWork(0);
    }

    void worksUntil(final BooleanSupplier condition) throws IOException {
        final long endNs = System.nanoTime() + BOUND_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - endNs < 0, "it takes too long");
            dnsbl.agent().doWork(100);
        }
    }

    Verdict answerOf(final CompletableFuture<Verdict> answer) throws IOException {
        worksUntil(answer::isDone);
        return answer.join();
    }

    void passes(final Duration time) throws IOException {
        nowNs += time.toNanos();
        works();
    }

    static Duration attempt() {
        return TIMEOUT.dividedBy(Exchange.ATTEMPTS);
    }
}
