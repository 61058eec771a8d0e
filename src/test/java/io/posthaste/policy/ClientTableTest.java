package io.posthaste.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is counted as whom, how much each may have, and what is forgotten when there is no room. */
final class ClientTableTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long MADE_NS = -5 * SECOND_NS;
    private static final ClientLimits NONE = ClientLimits.NONE;

    private long nowNs = MADE_NS;

    private ClientTable table(final ClientLimits limits) {
        return new ClientTable(limits, 100, MADE_NS);
    }

    /** So small that every client is looked for in all of it. */
    private ClientTable smallTable(final ClientLimits limits) {
        return new ClientTable(
                limits, ClientTable.PROBES, new ClientKeys(limits.prefixIpv4(), limits.prefixIpv6(), 1, 2), MADE_NS);
    }

    private static InetAddress address(final String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static InetAddress client(final int number) {
        return address("10." + number / 65_536 + "." + number / 256 % 256 + "." + number % 256);
    }

    private int admit(final ClientTable table, final String literal) {
        return table.admit(address(literal), nowNs);
    }

    /** As long as a connection is open, and until what it has used up is unused again: a fifth of a minute here. */
    @Test
    void shouldTellHowManyClientsItHas() {
        final ClientTable table = table(NONE.withConnectionsPerMinute(5).withConnections(2));
        assertEquals(4096, table.places());
        assertEquals(0, table.taken(nowNs));
        final int place = admit(table, "192.0.2.1");
        admit(table, "192.0.2.1");
        table.leave(admit(table, "2001:db8::1"));
        assertEquals(2, table.taken(nowNs));
        nowNs += 12 * SECOND_NS;
        assertEquals(1, table.taken(nowNs), "the other has gone, and may begin as many as ever");
        table.leave(place);
        table.leave(place);
        assertEquals(1, table.taken(nowNs), "two in a fifth of a minute were one too many for that");
        nowNs += 12 * SECOND_NS;
        assertEquals(0, table.taken(nowNs));
        assertEquals(0, ClientTable.OFF.places());
        assertEquals(0, ClientTable.OFF.taken(nowNs));
    }

    @Test
    void shouldAllowSoManyConnectionsAndAgainWhenOneIsGone() {
        final ClientTable table = table(NONE.withConnections(2));
        final int place = admit(table, "192.0.2.1");
        assertTrue(place >= 0);
        assertEquals(place, admit(table, "192.0.2.1"));
        assertEquals(ClientTable.TOO_MANY, admit(table, "192.0.2.1"));
        assertTrue(admit(table, "192.0.2.2") >= 0, "somebody else");
        table.leave(place);
        assertEquals(place, admit(table, "192.0.2.1"));
        assertEquals(ClientTable.TOO_MANY, admit(table, "192.0.2.1"));
        assertEquals(3, table.open());
    }

    @Test
    void shouldAllowAMinutesWorthAtOnceAndThenTheRate() {
        final ClientTable table = table(NONE.withConnectionsPerMinute(6));
        for (int i = 0; i < 6; i++) {
            table.leave(admit(table, "192.0.2.1"));
        }
        assertEquals(ClientTable.TOO_FAST, admit(table, "192.0.2.1"));
        assertTrue(admit(table, "192.0.2.2") >= 0);
        nowNs += 10 * SECOND_NS - 1;
        assertEquals(ClientTable.TOO_FAST, admit(table, "192.0.2.1"));
        nowNs += 1;
        assertTrue(admit(table, "192.0.2.1") >= 0);
        assertEquals(ClientTable.TOO_FAST, admit(table, "192.0.2.1"));
        nowNs += 120 * SECOND_NS;
        for (int i = 0; i < 6; i++) {
            assertTrue(admit(table, "192.0.2.1") >= 0, "no more than a minute's worth is saved up");
        }
        assertEquals(ClientTable.TOO_FAST, admit(table, "192.0.2.1"));
        assertEquals(8, table.open(), "what was refused is not counted");
    }

    @Test
    void shouldCountMessagesAndRecipientsOverAllConnectionsOfAClient() {
        final ClientTable table = table(NONE.withMessagesPerMinute(2).withRecipientsPerMinute(3));
        final int first = admit(table, "192.0.2.1");
        final int second = admit(table, "192.0.2.1");
        final int other = admit(table, "192.0.2.2");
        assertTrue(table.tryMessage(first, nowNs) && table.tryMessage(second, nowNs));
        assertFalse(table.tryMessage(first, nowNs) || table.tryMessage(second, nowNs));
        assertTrue(table.tryMessage(other, nowNs));
        assertTrue(table.tryRecipient(first, nowNs)
                && table.tryRecipient(second, nowNs)
                && table.tryRecipient(first, nowNs));
        assertFalse(table.tryRecipient(second, nowNs));
        nowNs += 20 * SECOND_NS;
        assertTrue(table.tryRecipient(second, nowNs));
        assertFalse(table.tryMessage(second, nowNs));
    }

    @Test
    void shouldLetNobodyTryToLogInWhoFailedTooOften() {
        final ClientTable table = table(NONE.withAuthFailuresPerMinute(3));
        final int place = admit(table, "192.0.2.1");
        final int same = admit(table, "192.0.2.1");
        final int other = admit(table, "192.0.2.2");
        for (int i = 0; i < 3; i++) {
            assertTrue(table.mayAuthenticate(same, nowNs), "asking costs nothing");
            assertTrue(table.mayAuthenticate(place, nowNs));
            table.authenticationFailed(place, nowNs);
        }
        assertFalse(table.mayAuthenticate(same, nowNs));
        assertTrue(table.mayAuthenticate(other, nowNs));
        assertTrue(table.tryMessage(place, nowNs));
        nowNs += 20 * SECOND_NS;
        assertTrue(table.mayAuthenticate(same, nowNs));
        // Two at once, both of which were let begin.
        table.authenticationFailed(place, nowNs);
        table.authenticationFailed(same, nowNs);
        nowNs += 20 * SECOND_NS;
        assertFalse(table.mayAuthenticate(same, nowNs));
        nowNs += 20 * SECOND_NS;
        assertTrue(table.mayAuthenticate(same, nowNs));
        table.leave(place);
        table.leave(same);
        assertTrue(table.mayAuthenticate(ClientTable.EXEMPT, nowNs));
    }

    /** Coming back as a new connection buys nothing. */
    @Test
    void shouldRememberAClientThatHasLeft() {
        final ClientTable table = table(NONE.withMessagesPerMinute(1));
        final int place = admit(table, "192.0.2.1");
        assertTrue(table.tryMessage(place, nowNs));
        table.leave(place);
        for (int i = 2; i < 200; i++) {
            table.leave(table.admit(client(i), nowNs));
        }
        final int again = admit(table, "192.0.2.1");
        assertFalse(table.tryMessage(again, nowNs));
        nowNs += 60 * SECOND_NS;
        assertTrue(table.tryMessage(again, nowNs));
    }

    @ParameterizedTest
    @CsvSource({
        "32, 64, 192.0.2.1, 192.0.2.2, false",
        "24, 64, 192.0.2.1, 192.0.2.255, true",
        "24, 64, 192.0.2.1, 192.0.3.1, false",
        "1, 64, 1.2.3.4, 126.0.0.1, true",
        "1, 64, 1.2.3.4, 128.0.0.1, false",
        "32, 64, 2001:db8::1, 2001:db8::ffff:0:0:1, true",
        "32, 64, 2001:db8::1, 2001:db8:0:1::1, false",
        "32, 48, 2001:db8::1, 2001:db8:0:1::1, true",
        "32, 48, 2001:db8::1, 2001:db8:1::1, false",
        "32, 65, 2001:db8::1, 2001:db8::8000:0:0:1, false",
        "32, 65, 2001:db8::1, 2001:db8::7fff:0:0:1, true",
        "32, 128, 2001:db8::1, 2001:db8::2, false",
        "32, 128, 2001:db8::1, 2001:db8::1, true",
        "32, 1, 2001:db8::1, 7fff::, true",
        "32, 1, 2001:db8::1, 8000::, false",
        "32, 64, 0.0.0.0, ::, false",
    })
    void shouldTakeAddressesWithTheSamePrefixForOneClient(
            final int ipv4, final int ipv6, final String one, final String other, final boolean expected) {
        final ClientTable table = table(NONE.withConnections(1).withPrefixes(ipv4, ipv6));
        assertTrue(admit(table, one) >= 0);
        assertEquals(expected, admit(table, other) == ClientTable.TOO_MANY);
    }

    /** An address within IPv6 that stands for one of IPv4 is that one. */
    @Test
    void shouldTakeAMappedAddressForTheOneItStandsFor() {
        final ClientTable table = table(NONE.withConnections(1));
        assertTrue(admit(table, "192.0.2.1") >= 0);
        assertEquals(ClientTable.TOO_MANY, admit(table, "::ffff:192.0.2.1"));
    }

    @Test
    void shouldNotCountExemptNetworks() {
        final ClientTable table = table(NONE.withConnections(1)
                .withMessagesPerMinute(1)
                .withExempt(List.of(Network.parse("192.0.2.0/24"), Network.parse("::1"))));
        for (int i = 0; i < 3; i++) {
            assertEquals(ClientTable.EXEMPT, admit(table, "192.0.2.7"));
            assertEquals(ClientTable.EXEMPT, admit(table, "::1"));
            assertTrue(table.tryMessage(ClientTable.EXEMPT, nowNs));
            table.leave(ClientTable.EXEMPT);
        }
        assertTrue(admit(table, "192.0.3.7") >= 0);
        assertEquals(ClientTable.TOO_MANY, admit(table, "192.0.3.7"));
    }

    @Test
    void shouldTakeNoMemoryWithoutLimitsAndAFixedAmountWithThem() {
        assertEquals(0, table(NONE).octets());
        assertEquals(ClientTable.EXEMPT, admit(table(NONE), "192.0.2.1"));
        final ClientLimits noLogins = ClientLimits.DEFAULTS.withAuthFailuresPerMinute(Integer.MAX_VALUE);
        assertEquals(4L << 20, new ClientTable(noLogins, 20_000, MADE_NS).octets());
        assertEquals(5L << 20, new ClientTable(ClientLimits.DEFAULTS, 20_000, MADE_NS).octets());
    }

    /** Of each client of a full table, so that whatever lies behind a place would be another's. */
    @Test
    void shouldTouchNobodyByFailedLoginsThatAreNotCounted() {
        final ClientTable table = smallTable(
                NONE.withConnections(100).withMessagesPerMinute(60).withAuthFailuresPerMinute(Integer.MAX_VALUE));
        final List<Integer> places = new ArrayList<>();
        for (int i = 0; i < ClientTable.PROBES; i++) {
            places.add(table.admit(client(i), nowNs));
        }
        for (final int place : places) {
            assertTrue(place >= 0);
            for (int i = 0; i < 1000; i++) {
                table.authenticationFailed(place, nowNs);
            }
        }
        assertEquals(ClientTable.PROBES, table.open());
        for (final int place : places) {
            assertTrue(table.mayAuthenticate(place, nowNs));
            assertTrue(table.tryMessage(place, nowNs));
        }
    }

    // No room

    @Test
    void shouldUseThePlacesOfClientsOfWhomNothingHoldsAnyMore() {
        final ClientTable table = smallTable(NONE.withMessagesPerMinute(60));
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < ClientTable.PROBES; i++) {
                final int place = table.admit(client(100 * round + i), nowNs);
                assertTrue(table.tryMessage(place, nowNs));
                table.leave(place);
            }
            nowNs += SECOND_NS;
        }
        assertEquals(0, table.forgotten());
    }

    @Test
    void shouldForgetTheOneThatWouldBeUnusedSoonest() {
        final ClientTable table = smallTable(NONE.withMessagesPerMinute(60));
        for (int i = 0; i < ClientTable.PROBES; i++) {
            final int place = table.admit(client(i), nowNs);
            for (int message = 0; message < 30 + (i + 5) % ClientTable.PROBES; message++) {
                assertTrue(table.tryMessage(place, nowNs));
            }
            table.leave(place);
        }
        final int least = ClientTable.PROBES - 5;
        final int newcomer = table.admit(client(100), nowNs);
        assertEquals(1, table.forgotten());
        for (int message = 0; message < 60; message++) {
            assertTrue(table.tryMessage(newcomer, nowNs), "it begins with nothing used up");
        }
        assertFalse(table.tryMessage(newcomer, nowNs));
        // All others are remembered: each has what it had.
        for (int i = 0; i < ClientTable.PROBES; i++) {
            if (i == least) {
                continue;
            }
            final int place = table.admit(client(i), nowNs);
            int left = 0;
            while (table.tryMessage(place, nowNs)) {
                left++;
            }
            assertEquals(30 - (i + 5) % ClientTable.PROBES, left, "client " + i);
            table.leave(place);
        }
        assertEquals(1, table.forgotten());
    }

    @Test
    void shouldNeverForgetAClientThatIsConnected() {
        final ClientTable table = smallTable(NONE.withConnections(1));
        for (int i = 0; i < ClientTable.PROBES; i++) {
            assertTrue(table.admit(client(i), nowNs) >= 0);
        }
        assertEquals(ClientTable.NO_PLACE, table.admit(client(100), nowNs));
        assertTrue(table.tryMessage(ClientTable.NO_PLACE, nowNs));
        table.leave(ClientTable.NO_PLACE);
        for (int i = 0; i < ClientTable.PROBES; i++) {
            assertEquals(ClientTable.TOO_MANY, table.admit(client(i), nowNs));
        }
    }

    /** From as many networks as one pleases: the table stays as it is, and who is connected keeps the limits. */
    @Test
    void shouldHoldTheLimitsOfOneWhileAMillionOthersPass() {
        final ClientTable table = new ClientTable(NONE.withConnections(2).withMessagesPerMinute(6000), 1000, MADE_NS);
        final long octets = table.octets();
        final int place = admit(table, "192.0.2.1");
        for (int i = 0; i < 1_000_000; i++) {
            final int passing = table.admit(client(i), nowNs);
            assertTrue(passing >= 0 && table.tryMessage(passing, nowNs));
            table.leave(passing);
            nowNs += 1000;
        }
        assertEquals(place, admit(table, "192.0.2.1"));
        assertEquals(ClientTable.TOO_MANY, admit(table, "192.0.2.1"));
        assertEquals(octets, table.octets());
        assertEquals(2, table.open());
        assertTrue(table.forgotten() > 0);
    }

    // Keys

    @Test
    void shouldSpreadNeighboursAndHideWhoIsBesideWhom() {
        final ClientKeys keys = new ClientKeys(32, 64, 1, 2);
        final ClientKeys others = new ClientKeys(32, 64, 1, 3);
        final int[] places = new int[64];
        for (int i = 0; i < 64_000; i++) {
            places[(int) keys.of(client(i)) & 63]++;
            assertNotEquals(keys.of(client(i)), others.of(client(i)));
        }
        for (final int count : places) {
            assertTrue(count > 800 && count < 1200, "clients in one place of 64: " + count);
        }
        assertEquals(keys.of(client(7)), new ClientKeys(32, 64, 1, 2).of(client(7)));
    }

    // Threads

    /** As many reactors as there may be, few clients: at no time more than is allowed, and none is left. */
    @Test
    void shouldNeverAllowMoreWhenManyThreadsAsk() throws InterruptedException {
        final int clients = 3;
        final int most = 5;
        final ClientTable table = new ClientTable(NONE.withConnections(most).withRecipientsPerMinute(1000), 100, nowNs);
        final AtomicInteger[] open = new AtomicInteger[clients];
        final AtomicInteger[] recipients = new AtomicInteger[clients];
        for (int i = 0; i < clients; i++) {
            open[i] = new AtomicInteger();
            recipients[i] = new AtomicInteger();
        }
        final AtomicInteger violations = new AtomicInteger();
        final List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            final int seed = t;
            threads.add(new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    final int client = (seed + i) % clients;
                    final int place = table.admit(client(client), nowNs);
                    if (place >= 0) {
                        violations.addAndGet(open[client].incrementAndGet() > most ? 1 : 0);
                        if (table.tryRecipient(place, nowNs)) {
                            recipients[client].incrementAndGet();
                        }
                        open[client].decrementAndGet();
                        table.leave(place);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (final Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, violations.get());
        assertEquals(0, table.open());
        for (int i = 0; i < clients; i++) {
            assertEquals(1000, recipients[i].get());
        }
        final int place = table.admit(client(0), nowNs);
        assertTrue(place >= 0);
        assertEquals(1, table.open());
    }

    /** In a table too small for all of them, places change hands all the time; what is counted comes back to nothing. */
    @Test
    void shouldLoseNoConnectionWhilePlacesChangeHands() throws InterruptedException {
        final ClientTable table = smallTable(NONE.withConnections(4).withMessagesPerMinute(100));
        final List<Thread> threads = new ArrayList<>();
        final AtomicInteger taken = new AtomicInteger();
        for (int t = 0; t < 8; t++) {
            final int seed = t;
            threads.add(new Thread(() -> {
                for (int i = 0; i < 50_000; i++) {
                    final int place = table.admit(client((seed * 31 + i) % 64), MADE_NS + i * 1000L);
                    taken.addAndGet(place >= 0 ? 1 : 0);
                    table.tryMessage(place, MADE_NS + i * 1000L);
                    table.leave(place);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (final Thread thread : threads) {
            thread.join();
        }
        assertTrue(taken.get() > 0);
        assertEquals(0, table.open());
    }

    // Cost

    @Test
    void shouldAllocateNothingForMessagesAndRecipients() {
        final ClientTable table = table(ClientLimits.DEFAULTS);
        final int place = admit(table, "192.0.2.1");
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 10 && least > 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20_000; i++) {
                nowNs += 1000;
                table.tryMessage(place, nowNs);
                table.tryRecipient(place, nowNs);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
    }

    @Test
    void shouldRefuseLimitsThatMakeNoSense() {
        assertThrows(IllegalArgumentException.class, () -> NONE.withConnections(0));
        assertThrows(IllegalArgumentException.class, () -> NONE.withMessagesPerMinute(-1));
        assertThrows(IllegalArgumentException.class, () -> NONE.withPrefixes(0, 64));
        assertThrows(IllegalArgumentException.class, () -> NONE.withPrefixes(33, 64));
        assertThrows(IllegalArgumentException.class, () -> NONE.withPrefixes(32, 129));
    }
}
