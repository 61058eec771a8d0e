package io.posthaste.dnsbl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.dnsbl.FakeDns.Asked;
import io.posthaste.policy.Verdict;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No answer, and what is none: the client is let in. */
@Timeout(60)
final class DnsblFaultTest extends DnsblDialogue {
    private static final Duration MOMENT = Duration.ofMillis(100);

    // ---- no answer

    @Test
    void shouldAskThriceAndThenLetTheClientIn() throws IOException {
        connects(CLIENT);
        final CompletableFuture<Verdict> answer = names(CLIENT);
        final Set<Object> from = new HashSet<>();
        for (int i = 0; i < Exchange.ATTEMPTS; i++) {
            assertFalse(answer.isDone());
            from.add(dns.isAsked(NAME, FakeDns.A).from());
            passes(attempt());
        }
        assertTrue(answer.join().isAccepted());
        assertEquals(1, from.size(), "the same question again, whose late answer still counts");
        assertEquals(1, dnsbl.statistics().failures());
        assertEquals(0, dnsbl.underWay());
        assertEquals(
                List.of("no answer of the DNS list bl.example about " + NAME
                        + ": none within 6000 ms; clients are let in meanwhile"),
                reports);
        connects(CLIENT);
        assertEquals(1, dnsbl.statistics().lookups(), "not at once again");
        passes(DnsblSettings.DEFAULT_LEAST_TTL);
        connects(CLIENT);
        assertEquals(2, dnsbl.statistics().lookups());
    }

    @Test
    void shouldTakeTheAnswerToAnyAttempt() throws IOException {
        connects(CLIENT);
        final Asked first = dns.isAsked();
        passes(attempt());
        final Asked second = dns.isAsked();
        assertTrue(Arrays.equals(first.octets(), second.octets()));
        dns.saysListed(first, "127.0.0.2");
        worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
    }

    @ParameterizedTest
    @ValueSource(ints = {FakeDns.SERVER_FAILURE, FakeDns.REFUSED, 1, 4})
    void shouldLetTheClientInWhenTheServerCannotAnswer(final int rcode) throws IOException {
        connects(CLIENT);
        final Asked asked = dns.isAsked();
        dns.sends(asked, FakeDns.answer(asked, rcode));
        assertTrue(answerOf(names(CLIENT)).isAccepted());
        assertEquals(1, dnsbl.statistics().failures());
        assertTrue(reports.get(0).contains("RCODE " + rcode), reports::toString);
    }

    @Test
    void shouldAskTheNextServerAtOnceWhenOneCannotAnswer() throws IOException {
        try (FakeDns second = new FakeDns()) {
            furnish(settings("bl.example").withServers(List.of(dns.address(), second.address())));
            connects(CLIENT);
            final Asked first = dns.isAsked();
            dns.sends(first, FakeDns.answer(first, FakeDns.SERVER_FAILURE));
            dnsbl.agent().doWork(1000);
            final Asked next = second.isAsked(NAME, FakeDns.A);
            second.sends(next, FakeDns.answer(next, FakeDns.SERVER_FAILURE));
            assertTrue(answerOf(names(CLIENT)).isAccepted());
            assertEquals(1, dnsbl.statistics().failures(), "once for the list, not for each server");
        }
    }

    @Test
    void shouldAskTheOthersAsOftenAsIfTheOneThatCannotAnswerWereNotThere() throws IOException {
        try (FakeDns second = new FakeDns()) {
            furnish(settings("bl.example").withServers(List.of(dns.address(), second.address())));
            connects(CLIENT);
            final CompletableFuture<Verdict> answer = names(CLIENT);
            cannotAnswer(dns.isAsked(NAME, FakeDns.A));
            for (int i = 1; i < Exchange.ATTEMPTS; i++) {
                second.isAsked(NAME, FakeDns.A);
                passes(attempt());
                assertFalse(answer.isDone());
            }
            second.saysListed(second.isAsked(NAME, FakeDns.A), "127.0.0.2");
            worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
            cannotAnswer(dns.isAsked(NAME, FakeDns.TXT));
            second.isAsked(NAME, FakeDns.TXT);
            assertEquals(0, dnsbl.statistics().failures());
        }
    }

    private void cannotAnswer(final Asked asked) throws IOException {
        cannotAnswer(dns, asked);
    }

    private void cannotAnswer(final FakeDns server, final Asked asked) throws IOException {
        server.sends(asked, FakeDns.answer(asked, FakeDns.SERVER_FAILURE));
        final long endNs = System.nanoTime() + BOUND_NS;
        while (dnsbl.agent().doWork(100) == 0) {
            assertTrue(System.nanoTime() - endNs < 0, "it does not come");
        }
    }

    /** What servers take to refuse is the look-up's time, and each of them may refuse late. */
    @Test
    void shouldNotTakeLongerWhenServersRefuseLate() throws IOException {
        try (FakeDns second = new FakeDns();
                FakeDns third = new FakeDns()) {
            furnish(settings("bl.example").withServers(List.of(dns.address(), second.address(), third.address())));
            final long begunNs = nowNs;
            connects(CLIENT);
            final CompletableFuture<Verdict> answer = names(CLIENT);
            for (final FakeDns refusing : List.of(dns, second)) {
                final Asked asked = refusing.isAsked(NAME, FakeDns.A);
                passes(attempt().minus(MOMENT));
                cannotAnswer(refusing, asked);
            }
            third.isAsked(NAME, FakeDns.A);
            passes(attempt());
            third.isAsked(NAME, FakeDns.A);
            passes(MOMENT.multipliedBy(2).minusNanos(1));
            assertFalse(answer.isDone(), "there is time left");
            passes(Duration.ofNanos(1));
            assertTrue(answer.isDone());
            assertTrue(answer.join().isAccepted());
            assertEquals(TIMEOUT.toNanos(), nowNs - begunNs);
            assertEquals(1, dnsbl.statistics().failures());
        }
    }

    /** The reason, too, has its time only, and a list that has just been asked does not keep it waiting. */
    @Test
    void shouldNotWaitLongForAReasonThatServersRefuseLate() throws IOException {
        try (FakeDns second = new FakeDns()) {
            furnish(settings("bl.example").withServers(List.of(dns.address(), second.address())));
            final long begunNs = nowNs;
            connects(CLIENT);
            final CompletableFuture<Verdict> answer = names(CLIENT);
            for (int i = 1; i < Exchange.ATTEMPTS; i++) {
                passes(attempt());
            }
            dns.isAsked(NAME, FakeDns.A);
            passes(attempt().minusNanos(1));
            second.isAsked(NAME, FakeDns.A);
            dns.saysListed(dns.isAsked(NAME, FakeDns.A), "127.0.0.2");
            worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
            final Asked why = dns.isAsked(NAME, FakeDns.TXT);
            passes(MOMENT);
            connects("192.0.2.1");
            passes(attempt().minus(MOMENT.multipliedBy(2)));
            cannotAnswer(why);
            second.isAsked(NAME, FakeDns.TXT);
            assertFalse(answer.isDone());
            passes(MOMENT);
            assertTrue(answer.isDone());
            assertEquals(REFUSAL, answer.join().toString());
            assertEquals(settings("bl.example").longestWait().minusNanos(1), Duration.ofNanos(nowNs - begunNs));
        }
    }

    @Test
    void shouldAskNobodyElseWhenTheTimeIsOver() throws IOException {
        final List<InetSocketAddress> servers = List.of(dns.address(), dns.address(), dns.address());
        try (Selector selector = Selector.open();
                Exchange exchange = new Exchange(
                        0,
                        new Lookup(new Listing(address(CLIENT)), 0),
                        DnsblZone.parse("bl.example"),
                        DnsName.encode(NAME),
                        FakeDns.A,
                        Exchange.ATTEMPTS,
                        1_000)) {
            exchange.send(servers, selector, 1, 600);
            assertEquals(600, exchange.deadlineNs());
            assertTrue(exchange.mayTryAgain(600));
            assertTrue(exchange.onRefusal(servers, 999));
            exchange.send(servers, selector, 2, 1_599);
            assertEquals(1_000, exchange.deadlineNs());
            assertFalse(exchange.mayTryAgain(1_000));
            assertFalse(exchange.onRefusal(servers, 1_000), "though there is another");
        }
    }

    @Test
    void shouldAskTheNextServerWhenOneIsSilent() throws IOException {
        try (FakeDns second = new FakeDns()) {
            furnish(settings("bl.example").withServers(List.of(dns.address(), second.address())));
            connects(CLIENT);
            final Asked first = dns.isAsked();
            passes(attempt());
            final Asked next = second.isAsked(NAME, FakeDns.A);
            assertNotEquals(first.from(), next.from(), "another socket");
            second.saysNotListed(next);
            assertTrue(answerOf(names(CLIENT)).isAccepted());
            assertEquals(0, dnsbl.statistics().failures());
        }
    }

    @Test
    void shouldSeeThatNobodyListens() throws IOException {
        dns.close();
        connects(CLIENT);
        assertTrue(answerOf(names(CLIENT)).isAccepted());
        assertEquals(1, dnsbl.statistics().failures());
    }

    @Test
    void shouldReportFailuresOnceInTenSeconds() throws IOException {
        dns.close();
        for (int i = 1; i <= 5; i++) {
            final String literal = "192.0.2." + i;
            connects(literal);
            answerOf(names(literal));
        }
        assertEquals(1, reports.size());
        nowNs += FailureReports.INTERVAL_NS;
        connects(CLIENT);
        answerOf(names(CLIENT));
        assertEquals(2, reports.size());
        assertTrue(reports.get(1).endsWith("; 4 more without an answer since the last line"), reports::toString);
        assertEquals(6, dnsbl.statistics().failures());
    }

    @Test
    void shouldFreeWhoWaitsWhenItIsClosed() throws Exception {
        connects(CLIENT);
        final CompletableFuture<Verdict> asked = names(CLIENT);
        final CompletableFuture<Verdict> requested =
                dnsbl.onRecipient(client("192.0.2.1")).toCompletableFuture();
        dnsbl.stop();
        assertTrue(asked.join().isAccepted());
        assertTrue(requested.join().isAccepted());
    }

    /** For whatever a client is not known: nobody looks it up any more. */
    @Test
    void shouldLetInBehindTheEndWhoIsNotKnown() throws IOException {
        connects(CLIENT);
        dnsbl.agent().requestStop();
        final CompletableFuture<Verdict> answer =
                dnsbl.onRecipient(client(CLIENT)).toCompletableFuture();
        assertTrue(answer.getNow(Verdict.DEFER).isAccepted());
    }

    // ---- what is no answer

    @Test
    void shouldPassOverWhatAnswersAnotherQuestion() throws IOException {
        connects(CLIENT);
        final Asked asked = dns.isAsked();
        final byte[] right = FakeDns.answer(asked, FakeDns.NAME_ERROR);
        final byte[] otherId = right.clone();
        otherId[1] ^= 1;
        final byte[] otherName = right.clone();
        otherName[13] ^= 1;
        final byte[] otherType = right.clone();
        otherType[asked.octets().length - 3] = (byte) FakeDns.TXT;
        final byte[] noQuestion = right.clone();
        noQuestion[5] = 0;
        final List<byte[]> foreign = List.of(
                otherId, otherName, otherType, noQuestion, asked.octets(), new byte[1], Arrays.copyOf(right, 12));
        for (final byte[] one : foreign) {
            dns.sends(asked, one);
        }
        worksUntil(() -> dnsbl.statistics().foreign() == foreign.size());
        dns.saysListed(asked, "127.0.0.2");
        worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
        assertEquals(0, dnsbl.statistics().failures());
    }

    @Test
    void shouldTakeNothingFromElsewhere() throws IOException {
        connects(CLIENT);
        final Asked asked = dns.isAsked();
        final byte[] forged = FakeDns.answer(asked, FakeDns.NAME_ERROR);
        try (DatagramSocket other = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))) {
            other.send(new DatagramPacket(forged, forged.length, asked.from()));
        }
        dns.saysListed(asked, "127.0.0.2");
        worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
        assertEquals(0, dnsbl.statistics().foreign(), "the kernel has not let it through");
    }

    @Test
    void shouldNotRepeatIdsOrPorts() throws IOException {
        final Set<Integer> ids = new HashSet<>();
        final Set<Object> ports = new HashSet<>();
        for (int i = 1; i <= 100; i++) {
            connects("198.51.100." + i);
            final Asked asked = dns.isAsked();
            ids.add((asked.octets()[0] & 0xFF) << 8 | asked.octets()[1] & 0xFF);
            ports.add(asked.from());
        }
        assertTrue(ids.size() > 90, ids::toString);
        assertTrue(ports.size() > 90, ports::toString);
    }

    @Test
    void shouldLetTheClientInWhenTheAnswerIsDamaged() throws IOException {
        connects(CLIENT);
        final Asked asked = dns.isAsked();
        final byte[] whole = FakeDns.answer(asked, 0, FakeDns.record(NAME, FakeDns.A, 60, FakeDns.octets("127.0.0.2")));
        dns.sends(asked, Arrays.copyOf(whole, whole.length - 1));
        assertTrue(answerOf(names(CLIENT)).isAccepted());
        assertEquals(1, dnsbl.statistics().failures());
        assertTrue(reports.get(0).contains("malformed"), reports::toString);
    }

    @Test
    void shouldNotTakeATruncatedAnswerForNo() throws IOException {
        connects(CLIENT);
        final Asked asked = dns.isAsked();
        dns.sends(asked, FakeDns.message(asked, 0x8180 | FakeDns.TRUNCATED, 0, 0));
        assertTrue(answerOf(names(CLIENT)).isAccepted());
        assertEquals(1, dnsbl.statistics().failures());
    }
}
