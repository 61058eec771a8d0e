package io.posthaste.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Domains, and the recipients' policy over them. */
final class DomainSetTest {
    /** Asks for a name that lies in the middle of a buffer. */
    private static boolean contains(final DomainSet set, final String name) {
        final byte[] octets = ("<a@" + name + ">").getBytes(StandardCharsets.UTF_8);
        return set.contains(ByteBuffer.wrap(octets), 3, octets.length - 1);
    }

    private static boolean accepts(final RecipientPolicy policy, final String name) {
        return policy.decide(ByteBuffer.wrap(name.getBytes(StandardCharsets.ISO_8859_1)), 0, 0, name.length())
                == RecipientPolicy.Decision.TAKEN;
    }

    @Test
    void shouldContainItsNamesInAnyCase() {
        final DomainSet set = new DomainSet(List.of("example.org", "MX.Example.NET", "[192.0.2.1]"));
        for (final String name : new String[] {
            "example.org", "EXAMPLE.ORG", "eXample.oRg", "mx.example.net", "MX.EXAMPLE.NET", "[192.0.2.1]"
        }) {
            assertTrue(contains(set, name), name);
        }
    }

    @Test
    void shouldContainNothingElse() {
        final DomainSet set = new DomainSet(List.of("example.org"));
        for (final String name : new String[] {
            "",
            "example.or",
            "xample.org",
            "example.orgg",
            "sub.example.org",
            "example.org.",
            "example\u000eorg",
            "example.net"
        }) {
            assertFalse(contains(set, name), name);
        }
    }

    /** Case folding by a bit would take one for the other. */
    @Test
    void shouldNotFoldWhatIsNoLetter() {
        final DomainSet set = new DomainSet(List.of("[x]", "a@b"));
        assertFalse(contains(set, "{x}"));
        assertFalse(contains(set, "a`b"));
        assertTrue(contains(set, "[X]"));
    }

    @Test
    void shouldContainAnInternationalisedNameInBothForms() {
        for (final String written : List.of("b\u00fccher.example", "xn--bcher-kva.example", "XN--BCHER-KVA.Example")) {
            final DomainSet set = new DomainSet(List.of("a.example", written));
            assertTrue(contains(set, "b\u00fccher.example"), written);
            assertTrue(contains(set, "B\u00fcCHER.example"), written);
            assertTrue(contains(set, "xn--bcher-kva.example"), written);
            assertFalse(contains(set, "bucher.example"), written);
        }
    }

    @Test
    void shouldFindEveryNameOfMany() {
        for (final int size : new int[] {0, 1, 2, 3, 4, 5, 100, 10_000}) {
            final List<String> names = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                names.add("host" + i + ".example");
            }
            names.addAll(names.subList(0, size / 2));
            final DomainSet set = new DomainSet(names);
            for (final String name : names) {
                assertTrue(contains(set, name), name);
            }
            assertFalse(contains(set, "host" + size + ".example"));
            assertFalse(contains(set, ""));
        }
    }

    @Test
    void shouldTakeTheDomainsNamedAndTheBarePostmaster() {
        final RecipientPolicy policy = RecipientPolicy.ofDomains(List.of("example.org"));
        assertTrue(accepts(policy, "Example.org"));
        assertTrue(accepts(policy, ""));
        assertFalse(accepts(policy, "example.net"));
    }

    @Test
    void shouldTakeEverythingWithAnAsterisk() {
        assertEquals(RecipientPolicy.ACCEPT_ALL, RecipientPolicy.ofDomains(List.of("example.org", "*")));
        assertTrue(accepts(RecipientPolicy.ACCEPT_ALL, "anything.test"));
    }

    @Test
    void shouldTakeOnlyThePostmasterWithoutDomains() {
        final RecipientPolicy policy = RecipientPolicy.ofDomains(List.of());
        assertTrue(accepts(policy, ""));
        assertFalse(accepts(policy, "example.org"));
    }
}
