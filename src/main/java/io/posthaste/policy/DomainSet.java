package io.posthaste.policy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;

/**
 * A set of domain names that is asked about octets in place: no string is made, the case of ASCII letters does not matter (RFC
 * 5321 section 2.4). An internationalised name is found in both its forms. Immutable; any thread.
 */
public final class DomainSet {
    private final byte[][] table;
    private final int mask;

    /** @param domains names or bracketed address literals */
    public DomainSet(final Collection<String> domains) {
        table = new byte[Integer.highestOneBit(Math.max(4, 4 * domains.size())) << 1][];
        mask = table.length - 1;
        for (final String domain : domains) {
            add(domain.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            final String otherForm = DomainNames.otherForm(domain);
            if (otherForm != null) {
                add(otherForm.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** Whether octets [from, to) are one of the names. */
    public boolean contains(final ByteBuffer in, final int from, final int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + lower(in.get(i));
        }
        for (int slot = spread(hash); table[slot] != null; slot = slot + 1 & mask) {
            if (matches(table[slot], in, from, to)) {
                return true;
            }
        }
        return false;
    }

    private void add(final byte[] domain) {
        int hash = 0;
        for (final byte octet : domain) {
            hash = 31 * hash + octet;
        }
        int slot = spread(hash);
        while (table[slot] != null) {
            slot = slot + 1 & mask;
        }
        table[slot] = domain;
    }

    private int spread(final int hash) {
        return (hash ^ hash >>> 16) & mask;
    }

    private static boolean matches(final byte[] domain, final ByteBuffer in, final int from, final int to) {
        if (domain.length != to - from) {
            return false;
        }
        for (int i = domain.length - 1; i >= 0; i--) {
            if (domain[i] != lower(in.get(from + i))) {
                return false;
            }
        }
        return true;
    }

    private static byte lower(final byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
    }
}
