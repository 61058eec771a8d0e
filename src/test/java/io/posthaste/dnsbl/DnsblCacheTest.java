package io.posthaste.dnsbl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.posthaste.dnsbl.FakeDns.Asked;
import io.posthaste.policy.Verdict;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is remembered, for how long, and how much of it. */
@Timeout(60)
final class DnsblCacheTest extends DnsblDialogue {
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
}
