package io.posthaste.dnsbl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.dnsbl.FakeDns.Asked;
import io.posthaste.policy.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failures of our own (no memory, say): whoever waits is let in, and the next client is looked up. */
@Timeout(60)
final class LookupFailureTest {
    private static final String CLIENT = "192.0.2.99";
    private static final long PATIENCE_S = 20;

    private final DnsblStatistics statistics = new DnsblStatistics();
    private final List<Listing> completions = new ArrayList<>();
    private final List<String> reports = new ArrayList<>();
    private long nowNs = 1_000;
    private FakeDns dns;
    private LookupAgent agent;

    @BeforeEach
    void listen() throws IOException {
        dns = new FakeDns();
    }

    @AfterEach
    void close() {
        if (agent != null) {
            agent.onClose();
        }
        dns.close();
    }

    /** Not of memory: JUnit itself would not survive one that gets through. */
    private static Error failure() {
        return new InternalError("for a test");
    }

    private DnsblSettings settings() {
        return DnsblSettings.of(List.of(DnsblZone.parse("bl.example")))
                .withServers(List.of(dns.address(), dns.address()))
                .withTimeout(DnsblDialogue.TIMEOUT);
    }

    /** @param failing which of the ids, counted from 1, cannot be made */
    private void furnish(final int failing) {
        final Random ids = new Random() {
            private int given;

            @Override
            public int nextInt(final int bound) {
                if (++given == failing) {
                    throw failure();
                }
                return super.nextInt(bound);
            }
        };
        agent = new LookupAgent(
                settings(), statistics, completions::add, () -> nowNs, new ConcurrentLinkedQueue<>(), ids);
        agent.open();
        agent.reportTo(new FailureReports(nowNs, reports::add));
    }

    private Listing asks() throws IOException {
        final Listing listing = new Listing(InetAddress.getByName(CLIENT));
        agent.request(listing);
        agent.doWork(0);
        return listing;
    }

    private void worksUntilKnown(final Listing listing) throws IOException {
        final long endNs = System.nanoTime() + DnsblDialogue.BOUND_NS;
        while (!listing.isKnown()) {
            assertTrue(System.nanoTime() - endNs < 0, "it takes too long");
            agent.doWork(100);
        }
    }

    private static void assertLetIn(final Listing listing) {
        assertTrue(listing.answer().getNow(Verdict.DEFER).isAccepted());
    }

    private void assertGoesOn() throws IOException {
        assertEquals(1, completions.size(), "once");
        assertEquals(0, agent.asking());
        assertEquals(1, statistics.failures());
        assertEquals(
                List.of("a client could not be looked up in DNS lists: java.lang.InternalError: for a test;"
                        + " clients are let in meanwhile"),
                reports);
        final Listing next = asks();
        dns.saysNotListed(dns.isAsked());
        worksUntilKnown(next);
        assertLetIn(next);
        assertEquals(1, statistics.failures());
    }

    @Test
    void shouldLetAClientInThatCannotBeAskedAbout() throws IOException {
        furnish(1);
        assertLetIn(asks());
        assertGoesOn();
    }

    @Test
    void shouldLetAClientInThatCannotBeAskedAboutAgain() throws IOException {
        furnish(2);
        final Listing listing = asks();
        dns.isAsked();
        nowNs += DnsblDialogue.attempt().toNanos();
        agent.doWork(0);
        assertLetIn(listing);
        assertGoesOn();
    }

    @Test
    void shouldLetAClientInWhenTheNextServerCannotBeAsked() throws IOException {
        furnish(2);
        final Listing listing = asks();
        final Asked asked = dns.isAsked();
        dns.sends(asked, FakeDns.answer(asked, FakeDns.SERVER_FAILURE));
        worksUntilKnown(listing);
        assertLetIn(listing);
        assertGoesOn();
    }

    /** It is listed all the same. */
    @Test
    void shouldRefuseWithoutAReasonThatCannotBeAskedFor() throws IOException {
        furnish(2);
        final Listing listing = asks();
        dns.saysListed(dns.isAsked(), "127.0.0.2");
        worksUntilKnown(listing);
        assertEquals(DnsblDialogue.REFUSAL, listing.answer().join().toString());
        assertGoesOn();
    }

    @Test
    void shouldAnswerThoughAFailureCannotBeReported() throws IOException {
        furnish(0);
        agent.reportTo(new FailureReports(nowNs, line -> {
            throw failure();
        }));
        final Listing listing = asks();
        for (int i = 0; i < Exchange.ATTEMPTS; i++) {
            nowNs += DnsblDialogue.attempt().toNanos();
            agent.doWork(0);
        }
        assertLetIn(listing);
        assertEquals(1, completions.size());
    }

    @Test
    void shouldAnswerThoughNothingCanBeRemembered() throws IOException {
        agent = new LookupAgent(
                settings(),
                statistics,
                forgotten -> {
                    throw failure();
                },
                () -> nowNs,
                new ConcurrentLinkedQueue<>(),
                new Random());
        agent.open();
        agent.reportTo(new FailureReports(nowNs, reports::add));
        final Listing listing = asks();
        dns.saysNotListed(dns.isAsked());
        worksUntilKnown(listing);
        assertLetIn(listing);
        assertEquals(1, reports.size());
    }

    @Test
    void shouldLetAClientInThatCannotBeRequested() throws IOException {
        agent = new LookupAgent(
                settings(),
                statistics,
                completions::add,
                () -> nowNs,
                new ConcurrentLinkedQueue<>() {
                    private static final long serialVersionUID = 1;

                    @Override
                    public boolean add(final Listing listing) {
                        throw failure();
                    }
                },
                new Random());
        agent.open();
        final Listing listing = asks();
        assertLetIn(listing);
        assertEquals(List.of(listing), completions, "it is forgotten and looked up again");
        assertTrue(listing.isExpired(nowNs));
        assertEquals(1, statistics.failures());
    }

    /** Who asked between the last look at the requests and the end. */
    @Test
    void shouldFreeWhoAsksBehindTheEnd() throws IOException {
        furnish(0);
        agent.requestStop();
        agent.onClose();
        final Listing listing = new Listing(InetAddress.getByName(CLIENT));
        agent.request(listing);
        assertLetIn(listing);
        assertEquals(1, completions.size(), "counted as no more under way");
    }

    @Test
    void shouldGoOnAfterAnErrorAndRestBeforehand() throws Exception {
        final List<String> events = new ArrayList<>();
        final AtomicInteger readings = new AtomicInteger();
        agent = new LookupAgent(
                settings(),
                statistics,
                completions::add,
                () -> {
                    final int reading = readings.getAndIncrement();
                    if (reading == 1 || reading == 2) {
                        events.add("fails");
                        throw failure();
                    }
                    return System.nanoTime();
                },
                new ConcurrentLinkedQueue<>(),
                new Random());
        final AtomicInteger rests = new AtomicInteger();
        final LookupThread thread = new LookupThread(agent, () -> {
            events.add("rests");
            LockSupport.unpark(Thread.currentThread()); // it need not last here
            return rests.getAndIncrement() * LookupThread.FAILURE_PAUSE_NS;
        });
        final Listing listing = new Listing(InetAddress.getByName(CLIENT));
        agent.request(listing);
        dns.serve();
        thread.start();
        try {
            assertTrue(listing.answer().get(PATIENCE_S, TimeUnit.SECONDS).isAccepted());
        } finally {
            thread.stop();
        }
        assertEquals(List.of("fails", "rests", "rests", "fails", "rests", "rests"), events);
        assertEquals(1, dns.questions());
        assertEquals(0, statistics.failures());
        assertTrue(agent.isStopped());
        assertFalse(Thread.getAllStackTraces().keySet().stream()
                .anyMatch(one -> one.getName().equals("posthaste-dnsbl")));
    }
}
