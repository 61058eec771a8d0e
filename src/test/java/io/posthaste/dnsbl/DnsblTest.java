package io.posthaste.dnsbl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.posthaste.dnsbl.FakeDns.Asked;
import io.posthaste.policy.Question;
import io.posthaste.policy.Verdict;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients looked up in DNS lists: turn by turn, with a clock that the test sets and a DNS server that says what it wants. */
@Timeout(60)
final class DnsblTest {
    private static final String CLIENT = "192.0.2.99";
    private static final String NAME = "99.2.0.192.bl.example";
    private static final String REFUSAL = "550 5.7.1 Your address is on a DNS block list: 192.0.2.99 in bl.example";
    private static final Duration TIMEOUT = Duration.ofSeconds(6);
    private static final long BOUND_NS = TimeUnit.SECONDS.toNanos(20);

    private final List<String> reports = new ArrayList<>();
    private FakeDns dns;
    private long nowNs = 1_000;
    private Dnsbl dnsbl;

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

    private DnsblSettings settings(final String... zones) {
        return DnsblSettings.of(Stream.of(zones).map(DnsblZone::parse).toList())
                .withServers(List.of(dns.address()))
                .withTimeout(TIMEOUT);
    }

    private void furnish(final DnsblSettings settings) {
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

    private void closeAgent() {
        try {
            dnsbl.stop();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** One who asks. */
    private record Client(InetAddress clientAddress, String user, String recipient) implements Question {
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

    private static InetAddress address(final String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Client client(final String literal) {
        return new Client(address(literal), "", "ann@here.example");
    }

    private void connects(final String literal) throws IOException {
        assertEquals(
                Verdict.ACCEPT,
                dnsbl.onConnect(client(literal)).toCompletableFuture().join());
        works();
    }

    private CompletableFuture<Verdict> names(final String literal) throws IOException {
        final CompletableFuture<Verdict> answer =
                dnsbl.onRecipient(client(literal)).toCompletableFuture();
        works();
        return answer;
    }

    private void works() throws IOException {
        dnsbl.agent().doWork(0);
    }

    private void worksUntil(final BooleanSupplier condition) throws IOException {
        final long endNs = System.nanoTime() + BOUND_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - endNs < 0, "it takes too long");
            dnsbl.agent().doWork(100);
        }
    }

    private Verdict answerOf(final CompletableFuture<Verdict> answer) throws IOException {
        worksUntil(answer::isDone);
        return answer.join();
    }

    private void passes(final Duration time) throws IOException {
        nowNs += time.toNanos();
        works();
    }

    private static Duration attempt() {
        return TIMEOUT.dividedBy(Exchange.ATTEMPTS);
    }

    // ---- what lists say

    @Test
    void shouldRefuseRecipientsOfAListedClientWithTheReason() throws IOException {
        connects(CLIENT);
        dns.saysListed(dns.isAsked(NAME, FakeDns.A), "127.0.0.2");
        final CompletableFuture<Verdict> answer = names(CLIENT);
        assertFalse(answer.isDone());
        worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
        final Asked why = dns.isAsked(NAME, FakeDns.TXT);
        dns.sends(
                why,
                FakeDns.answer(why, 0, FakeDns.record(NAME, FakeDns.TXT, 60, FakeDns.text("See http", "://bl\r\n?"))));
        final Verdict verdict = answerOf(answer);
        assertEquals(550, verdict.code());
        assertEquals(REFUSAL + ": See http://bl???", verdict.toString());
        assertEquals(verdict, names(CLIENT).join(), "known now");
        assertEquals(0, dnsbl.statistics().remembered());
        connects(CLIENT);
        assertEquals(1, dnsbl.statistics().remembered());
        assertEquals(1, dnsbl.statistics().lookups());
        assertEquals(1, dnsbl.statistics().listed());
        assertEquals(2, dnsbl.statistics().refusals());
        assertEquals(0, dnsbl.statistics().failures());
    }

    @Test
    void shouldRefuseWithoutAReasonWhereThereIsNone() throws IOException {
        connects(CLIENT);
        dns.saysListed(dns.isAsked(), "127.0.0.2");
        final CompletableFuture<Verdict> answer = names(CLIENT);
        worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
        dns.saysNotListed(dns.isAsked(NAME, FakeDns.TXT));
        assertEquals(REFUSAL, answerOf(answer).toString());
    }

    @Test
    void shouldNotWaitLongForAReason() throws IOException {
        connects(CLIENT);
        dns.saysListed(dns.isAsked(), "127.0.0.2");
        final CompletableFuture<Verdict> answer = names(CLIENT);
        worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
        passes(attempt());
        assertTrue(answer.isDone());
        assertEquals(REFUSAL, answer.join().toString());
        assertEquals(0, dnsbl.statistics().failures(), "the list has answered");
        assertEquals(attempt().toNanos(), dnsbl.statistics().lookupNs());
    }

    @Test
    void shouldLetAClientInThatNoListHas() throws IOException {
        furnish(settings("bl.example", "other.example"));
        connects(CLIENT);
        final CompletableFuture<Verdict> answer = names(CLIENT);
        dns.saysNotListed(dns.isAsked(NAME, FakeDns.A));
        worksUntil(() -> dnsbl.agent().asking() == 1);
        assertFalse(answer.isDone(), "the other has not answered yet");
        final Asked other = dns.isAsked("99.2.0.192.other.example", FakeDns.A);
        dns.sends(other, FakeDns.answer(other, 0));
        assertTrue(answerOf(answer).isAccepted());
        assertEquals(0, dnsbl.statistics().listed());
        assertEquals(0, dnsbl.statistics().refusals());
    }

    @Test
    void shouldNotWaitForOtherListsWhenOneHasTheClient() throws IOException {
        furnish(settings("slow.example", "bl.example"));
        connects(CLIENT);
        dns.isAsked("99.2.0.192.slow.example", FakeDns.A);
        dns.saysListed(dns.isAsked(NAME, FakeDns.A), "127.0.0.2");
        worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
        dns.saysNotListed(dns.isAsked(NAME, FakeDns.TXT));
        assertEquals(REFUSAL, answerOf(names(CLIENT)).toString());
        assertEquals(0, dnsbl.agent().asking());
    }

    @ParameterizedTest
    @CsvSource({
        "bl.example, 127.0.0.2, true",
        "bl.example, 127.255.254.1, true",
        "bl.example=127.0.0.2, 127.0.0.2, true",
        "bl.example=127.0.0.2, 127.0.0.3, false",
        "bl.example=127.0.0.[2..4;10], 127.0.0.1, false",
        "bl.example=127.0.0.[2..4;10], 127.0.0.2, true",
        "bl.example=127.0.0.[2..4;10], 127.0.0.4, true",
        "bl.example=127.0.0.[2..4;10], 127.0.0.5, false",
        "bl.example=127.0.0.[2..4;10], 127.0.0.10, true",
        "bl.example=127.0.[0..1].[2;255], 127.0.1.255, true",
        "bl.example=127.0.[0..1].[2;255], 127.0.2.255, false",
    })
    void shouldCountTheAnswersThatAreMeant(final String zone, final String given, final boolean isListed)
            throws IOException {
        furnish(settings(zone));
        connects(CLIENT);
        dns.saysListed(dns.isAsked(NAME, FakeDns.A), given);
        final CompletableFuture<Verdict> answer = names(CLIENT);
        if (isListed) {
            worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
            dns.saysNotListed(dns.isAsked(NAME, FakeDns.TXT));
        }
        assertEquals(!isListed, answerOf(answer).isAccepted());
        assertEquals(0, dnsbl.statistics().failures());
    }

    @Test
    void shouldLookAtAllAddressesOfAnAnswer() throws IOException {
        furnish(settings("bl.example=127.0.0.9"));
        connects(CLIENT);
        final Asked asked = dns.isAsked();
        dns.sends(
                asked,
                FakeDns.answer(
                        asked,
                        0,
                        FakeDns.record(NAME, FakeDns.A, 60, FakeDns.octets("127.0.0.2")),
                        FakeDns.record(NAME, FakeDns.A, 60, FakeDns.octets("127.0.0.9"))));
        worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
    }

    /** A list that does not serve us, and a zone that was sold and answers everything. */
    @ParameterizedTest
    @ValueSource(strings = {"127.255.255.254", "198.51.100.1"})
    void shouldNotTakeEveryAnswerForOneOfAList(final String given) throws IOException {
        connects(CLIENT);
        dns.saysListed(dns.isAsked(), given);
        assertTrue(answerOf(names(CLIENT)).isAccepted());
        assertEquals(1, dnsbl.statistics().failures());
        assertTrue(reports.get(0).contains("none that a list gives"), reports::toString);
    }

    /** The example of RFC 5782 section 2.4. */
    @Test
    void shouldLookUpIpv6ByNibbles() throws IOException {
        connects("2001:db8:1:2:3:4:567:89ab");
        dns.saysListed(
                dns.isAsked("b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.bl.example", FakeDns.A),
                "127.0.0.2");
        worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
        dns.saysNotListed(dns.isAsked());
        assertEquals(
                REFUSAL.replace(CLIENT, "2001:db8:1:2:3:4:567:89ab"),
                answerOf(names("2001:db8:1:2:3:4:567:89ab")).toString());
    }

    // ---- who is not looked up

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.1.1",
                "100.64.0.1",
                "100.127.255.255",
                "::1",
                "fe80::1",
                "fd00::1",
                "203.0.113.7"
            })
    void shouldNotLookUpWhoIsExempt(final String literal) throws IOException {
        connects(literal);
        assertTrue(names(literal).join().isAccepted());
        assertEquals(0, dnsbl.statistics().lookups());
        assertEquals(0, dnsbl.entries());
    }

    @Test
    void shouldTakeRecipientsOfWhoHasLoggedInAndForThePostmaster() throws IOException {
        connects(CLIENT);
        dns.saysListed(dns.isAsked(), "127.0.0.2");
        final List<Client> taken = List.of(
                new Client(address(CLIENT), "ann", "bob@far.example"),
                new Client(address(CLIENT), "", "postmaster"),
                new Client(address(CLIENT), "", "PostMaster@here.example"));
        for (final Client one : taken) {
            assertTrue(dnsbl.onRecipient(one).toCompletableFuture().join().isAccepted(), "while it is asked: " + one);
        }
        worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
        dns.saysNotListed(dns.isAsked());
        assertFalse(answerOf(names(CLIENT)).isAccepted());
        for (final Client one : taken) {
            assertTrue(dnsbl.onRecipient(one).toCompletableFuture().join().isAccepted(), "when it is known: " + one);
        }
        assertFalse(dnsbl.onRecipient(new Client(address(CLIENT), "", "postmaster2@here.example"))
                .toCompletableFuture()
                .join()
                .isAccepted());
    }

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

    /** Who asked between the last look at the requests and the end. */
    @Test
    void shouldFreeWhoAsksBehindTheEnd() throws Exception {
        final List<Listing> forgotten = new ArrayList<>();
        final LookupAgent agent =
                new LookupAgent(settings("bl.example"), new DnsblStatistics(), forgotten::add, () -> nowNs);
        agent.open();
        agent.stop();
        final Listing listing = new Listing(InetAddress.getByName(CLIENT));
        agent.request(listing);
        assertTrue(listing.answer().getNow(Verdict.DEFER).isAccepted());
        assertEquals(1, forgotten.size(), "counted as no more under way");
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

    // ---- what is remembered

    @ParameterizedTest
    @CsvSource({"5, 60", "600, 600", "86400, 3600"})
    void shouldRememberAListedClientAsLongAsTheListSaysWithinBounds(final int ttl, final int seconds)
            throws IOException {
        connects(CLIENT);
        final Asked asked = dns.isAsked();
        dns.sends(asked, FakeDns.answer(asked, 0, FakeDns.record(NAME, FakeDns.A, ttl, FakeDns.octets("127.0.0.2"))));
        worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
        dns.saysNotListed(dns.isAsked());
        assertRemembered(seconds, false);
    }

    @ParameterizedTest
    @CsvSource({"5, 600, 60", "900, 600, 600", "86400, 86400, 3600"})
    void shouldRememberWhoIsNotListedAsLongAsTheZoneSays(final int ttl, final int minimum, final int seconds)
            throws IOException {
        connects(CLIENT);
        final Asked asked = dns.isAsked();
        dns.sends(asked, FakeDns.nothing(asked, FakeDns.NAME_ERROR, ttl, minimum));
        assertRemembered(seconds, true);
    }

    private void assertRemembered(final int seconds, final boolean isAccepted) throws IOException {
        assertEquals(isAccepted, answerOf(names(CLIENT)).isAccepted());
        passes(Duration.ofSeconds(seconds).minusNanos(1));
        assertEquals(isAccepted, names(CLIENT).join().isAccepted());
        assertEquals(1, dnsbl.statistics().lookups());
        passes(Duration.ofNanos(1));
        assertFalse(names(CLIENT).isDone());
        assertEquals(2, dnsbl.statistics().lookups());
    }

    @Test
    void shouldServeThousandsOfClientsWithinItsBounds() throws IOException {
        final int clients = 5_000;
        final int lookups = 64;
        final int entries = 300;
        furnish(settings("bl.example").withLookups(lookups).withCacheEntries(entries));
        for (int i = 0; i < lookups + 10; i++) {
            connects(literal(clients + i));
        }
        assertEquals(10, dnsbl.statistics().left());
        assertTrue(names(literal(clients + lookups)).join().isAccepted(), "let in at once");
        for (int i = 0; i < lookups; i++) {
            dns.saysNotListed(dns.isAsked());
        }
        worksUntil(() -> dnsbl.underWay() == 0);
        int refused = 0;
        for (int i = 0; i < clients; i++) {
            final String literal = literal(i);
            final boolean isListed = i % 7 == 0;
            connects(literal);
            final CompletableFuture<Verdict> answer = names(literal);
            if (isListed) {
                dns.saysListed(dns.isAsked(), "127.0.0.2");
                worksUntil(() -> dnsbl.agent().isAsking(FakeDns.TXT));
            }
            dns.saysNotListed(dns.isAsked());
            assertEquals(isListed, !answerOf(answer).isAccepted(), literal);
            refused += isListed ? 1 : 0;
            assertTrue(dnsbl.entries() <= entries + lookups, () -> "entries: " + dnsbl.entries());
        }
        assertEquals(refused, dnsbl.statistics().listed());
        assertEquals(entries, dnsbl.entries());
        assertEquals(0, dnsbl.agent().asking());
    }

    private static String literal(final int number) {
        return "198.18." + number / 256 + "." + number % 256;
    }

    @Test
    void shouldAllocateNothingForAClientThatIsKnown() throws IOException {
        connects(CLIENT);
        dns.saysNotListed(dns.isAsked());
        answerOf(names(CLIENT));
        final Client known = client(CLIENT);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final int rounds = 20_000;
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            final long before =
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            for (int i = 0; i < rounds; i++) {
                dnsbl.onConnect(known);
                dnsbl.onRecipient(known);
            }
            least = Math.min(
                    least,
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        final long octets = least;
        assertTrue(octets < rounds, () -> octets + " octets for " + rounds + " clients");
    }

    // ---- settings

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bl..example",
                "-bl.example",
                "bl.example=",
                "bl.example=127.0.0",
                "bl.example=127.0.0.256",
                "bl.example=127.0.0.[4..2]",
                "bl.example=127.0.0.[2",
                "bl.example=127.0.0.[2,3]",
                "a b.example"
            })
    void shouldTellWhatIsNoList(final String text) {
        assertThrows(IllegalArgumentException.class, () -> DnsblZone.parse(text));
    }

    @Test
    void shouldTellAZoneThatIsTooLong() {
        final String label = "a".repeat(63) + ".";
        DnsblZone.parse(label.repeat(2) + "a".repeat(61));
        assertThrows(IllegalArgumentException.class, () -> DnsblZone.parse(label.repeat(2) + "a".repeat(62)));
        assertThrows(IllegalArgumentException.class, () -> DnsblZone.parse("a".repeat(64) + ".example"));
    }

    @Test
    void shouldFindTheServersOfThisMachine() throws IOException {
        final Path file = java.nio.file.Files.createTempFile("resolv", ".conf");
        try {
            java.nio.file.Files.writeString(
                    file,
                    "# nameserver 192.0.2.1\nsearch here.example\nnameserver 192.0.2.53\n nameserver\t2001:db8::53\nnameserver name.example\n");
            assertEquals(
                    List.of(new InetSocketAddress("192.0.2.53", 53), new InetSocketAddress("2001:db8::53", 53)),
                    ResolvConf.servers(file));
            java.nio.file.Files.writeString(file, "search here.example\n");
            assertThrows(IllegalArgumentException.class, () -> ResolvConf.servers(file));
        } finally {
            java.nio.file.Files.delete(file);
        }
        assertThrows(IllegalArgumentException.class, () -> ResolvConf.servers(file), "there is none");
    }
}
