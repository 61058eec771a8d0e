package io.posthaste.policy;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks from a file, each as {@link Network#parse} takes it. Ranges in order, those that touch made one: a look-up is a
 * binary search. IPv4 and IPv6 are apart. Immutable; any thread.
 */
public final class NetworkSet {
    /** No networks. */
    public static final NetworkSet EMPTY = new NetworkSet(List.of());

    private static final int V4_OCTETS = 4;

    private final Ranges v4;
    private final Ranges v6;
    private final int size;

    NetworkSet(final List<Network> networks) {
        v4 = Ranges.of(networks, V4_OCTETS);
        v6 = Ranges.of(networks, 4 * V4_OCTETS);
        size = networks.size();
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException it cannot be read, or a line is wrong; the message is for the operator
     */
    public static NetworkSet read(final Path file) {
        final List<Network> networks = new ArrayList<>();
        ListFile.read(file, line -> networks.add(Network.parse(line)));
        return new NetworkSet(networks);
    }

    /** Networks that were named. */
    public int size() {
        return size;
    }

    /** Whether the address lies in one of the networks. */
    public boolean contains(final InetAddress address) {
        if (size == 0) {
            return false;
        }
        final byte[] octets = address.getAddress();
        return (octets.length == V4_OCTETS ? v4 : v6).contains(high(octets), low(octets));
    }

    @Override
    public String toString() {
        return size + " networks";
    }

    /** The first eight of 16 octets; 0 for four. */
    private static long high(final byte[] octets) {
        return octets.length == V4_OCTETS ? 0 : number(octets, 0, 2 * V4_OCTETS);
    }

    /** The last eight of 16 octets, or the four. */
    private static long low(final byte[] octets) {
        return octets.length == V4_OCTETS ? number(octets, 0, V4_OCTETS) : number(octets, 2 * V4_OCTETS, 4 * V4_OCTETS);
    }

    private static long number(final byte[] octets, final int from, final int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value << 8 | octets[i] & 0xFF;
        }
        return value;
    }

    private static int compare(final long oneHigh, final long oneLow, final long otherHigh, final long otherLow) {
        final int high = Long.compareUnsigned(oneHigh, otherHigh);
        return high != 0 ? high : Long.compareUnsigned(oneLow, otherLow);
    }

    /** First and last address of a range, as two numbers each. */
    private record Range(long firstHigh, long firstLow, long lastHigh, long lastLow) implements Comparable<Range> {
        static Range of(final Network network) {
            final byte[] first = network.prefix().clone();
            final byte[] last = first.clone();
            for (int bit = network.prefixBits(); bit < 8 * first.length; bit++) {
                final int mask = 0x80 >> bit % 8;
                first[bit / 8] &= (byte) ~mask;
                last[bit / 8] |= (byte) mask;
            }
            return new Range(high(first), low(first), high(last), low(last));
        }

        @Override
        public int compareTo(final Range other) {
            final int first = compare(firstHigh, firstLow, other.firstHigh, other.firstLow);
            return first != 0 ? first : compare(lastHigh, lastLow, other.lastHigh, other.lastLow);
        }

        boolean meets(final Range next) {
            return compare(next.firstHigh, next.firstLow, lastHigh, lastLow) <= 0;
        }

        Range with(final Range next) {
            return compare(next.lastHigh, next.lastLow, lastHigh, lastLow) <= 0
                    ? this
                    : new Range(firstHigh, firstLow, next.lastHigh, next.lastLow);
        }
    }

    /** Disjoint, in order: four numbers each. */
    private record Ranges(long[] numbers) {
        private static final int NUMBERS = 4;

        static Ranges of(final List<Network> networks, final int octets) {
            final List<Range> merged = new ArrayList<>();
            networks.stream()
                    .filter(network -> network.prefix().length == octets)
                    .map(Range::of)
                    .sorted()
                    .forEach(range -> append(merged, range));
            final long[] numbers = new long[NUMBERS * merged.size()];
            int i = 0;
            for (final Range range : merged) {
                numbers[i++] = range.firstHigh;
                numbers[i++] = range.firstLow;
                numbers[i++] = range.lastHigh;
                numbers[i++] = range.lastLow;
            }
            return new Ranges(numbers);
        }

        private static void append(final List<Range> merged, final Range range) {
            final int last = merged.size() - 1;
            if (last >= 0 && merged.get(last).meets(range)) {
                merged.set(last, merged.get(last).with(range));
            } else {
                merged.add(range);
            }
        }

        boolean contains(final long high, final long low) {
            int from = 0;
            int to = numbers.length / NUMBERS;
            while (from < to) {
                final int middle = (from + to) >>> 1;
                if (compare(numbers[NUMBERS * middle], numbers[NUMBERS * middle + 1], high, low) <= 0) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            final int found = NUMBERS * (from - 1);
            return from > 0 && compare(high, low, numbers[found + 2], numbers[found + 3]) <= 0;
        }
    }
}
