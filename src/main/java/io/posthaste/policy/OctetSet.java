package io.posthaste.policy;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A set of short octet strings that is asked about octets in place: no string is made, nothing allocated, and ASCII letters
 * match in either case. One array holds all octets, another where each begins: about {@value #TABLE_OCTETS} octets and one
 * more beside its own for each entry, and no object. Immutable; any thread.
 */
final class OctetSet {
    /** The longest entry. */
    static final int LONGEST = 255;

    /** What an entry takes in the table, between its half and its whole. */
    private static final int TABLE_OCTETS = 8;

    private static final int LEAST_SLOTS = 4;
    private static final int EMPTY = 0;

    /** Each entry: its length, then its octets in lower case. The first octet is unused, so that 0 is no place. */
    private final byte[] octets;
    /** Places by hash, open addressing, at most half full. */
    private final int[] table;

    private final int size;

    private OctetSet(final byte[] octets, final int[] table, final int size) {
        this.octets = octets;
        this.table = table;
        this.size = size;
    }

    /** Entries. */
    int size() {
        return size;
    }

    /** Octets of memory, but for some tens. */
    long memoryOctets() {
        return octets.length + 4L * table.length;
    }

    /** Whether octets [from, to) are in the set. */
    boolean contains(final ByteBuffer in, final int from, final int to) {
        return contains(in, from, to, to, to, false);
    }

    /**
     * Whether octets [from, to) and [secondFrom, secondTo) together are in the set.
     *
     * @param isQuoted whether a backslash in the first range only quotes what is behind it
     */
    boolean contains(
            final ByteBuffer in,
            final int from,
            final int to,
            final int secondFrom,
            final int secondTo,
            final boolean isQuoted) {
        int hash = 0;
        int length = 0;
        for (int i = from; i < to; i++) {
            if (isQuoted && in.get(i) == '\\') {
                i++;
            }
            hash = 31 * hash + lower(in.get(i));
            length++;
        }
        for (int i = secondFrom; i < secondTo; i++) {
            hash = 31 * hash + lower(in.get(i));
        }
        length += secondTo - secondFrom;
        final int mask = table.length - 1;
        for (int slot = spread(hash) & mask; table[slot] != EMPTY; slot = slot + 1 & mask) {
            final int place = table[slot];
            if ((octets[place] & 0xFF) == length && matches(place + 1, in, from, to, secondFrom, secondTo, isQuoted)) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(
            final int place,
            final ByteBuffer in,
            final int from,
            final int to,
            final int secondFrom,
            final int secondTo,
            final boolean isQuoted) {
        int at = place;
        for (int i = from; i < to; i++) {
            if (isQuoted && in.get(i) == '\\') {
                i++;
            }
            if (octets[at++] != lower(in.get(i))) {
                return false;
            }
        }
        for (int i = secondFrom; i < secondTo; i++) {
            if (octets[at++] != lower(in.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Sums of small octets lie close together; entries are to lie anywhere. */
    private static int spread(final int hash) {
        final int mixed = hash * 0x9E3779B1;
        return mixed ^ mixed >>> 15;
    }

    static byte lower(final byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
    }

    /** Collects entries; one thread. */
    static final class Builder {
        private static final int FIRST_OCTETS = 1024;

        private byte[] octets = new byte[FIRST_OCTETS];
        private int used = 1;
        private int[] table = new int[LEAST_SLOTS];
        private int size;

        /** Adds octets [from, to), 1 to {@value #LONGEST} of them; again does nothing. */
        void add(final byte[] in, final int from, final int to) {
            final int length = to - from;
            if (length < 1 || length > LONGEST) {
                throw new IllegalArgumentException("an entry has 1 to " + LONGEST + " octets, not " + length);
            }
            reserve(1 + length);
            octets[used] = (byte) length;
            int hash = 0;
            for (int i = 0; i < length; i++) {
                final byte octet = lower(in[from + i]);
                octets[used + 1 + i] = octet;
                hash = 31 * hash + octet;
            }
            if (2 * (size + 1) > table.length) {
                grow();
            }
            if (insert(table, hash, used)) {
                used += 1 + length;
                size++;
            }
        }

        OctetSet build() {
            return new OctetSet(Arrays.copyOf(octets, used), table, size);
        }

        private boolean insert(final int[] target, final int hash, final int place) {
            final int mask = target.length - 1;
            int slot = spread(hash) & mask;
            while (target[slot] != EMPTY) {
                if (isSame(target[slot], place)) {
                    return false;
                }
                slot = slot + 1 & mask;
            }
            target[slot] = place;
            return true;
        }

        private boolean isSame(final int one, final int other) {
            final int oneEnd = one + 1 + (octets[one] & 0xFF);
            final int otherEnd = other + 1 + (octets[other] & 0xFF);
            return Arrays.equals(octets, one, oneEnd, octets, other, otherEnd);
        }

        private void reserve(final int count) {
            if (octets.length - used < count) {
                final long wanted = Math.max(octets.length * 3L / 2, used + (long) count);
                octets = Arrays.copyOf(octets, Math.toIntExact(Math.min(Integer.MAX_VALUE - 8, wanted)));
                if (octets.length - used < count) {
                    throw new IllegalArgumentException("more octets than one set can hold");
                }
            }
        }

        private void grow() {
            final int[] larger = new int[2 * table.length];
            for (final int place : table) {
                if (place != EMPTY) {
                    insert(larger, hashOf(place), place);
                }
            }
            table = larger;
        }

        private int hashOf(final int place) {
            final int end = place + 1 + (octets[place] & 0xFF);
            int hash = 0;
            for (int i = place + 1; i < end; i++) {
                hash = 31 * hash + octets[i];
            }
            return hash;
        }
    }
}
