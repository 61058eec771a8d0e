package io.posthaste.dnsbl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.dnsbl.FakeDns.Asked;
import io.posthaste.policy.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lists say of a client, and who is not looked up. */
@Timeout(60)
final class DnsblTest extends DnsblDialogue {
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
}
