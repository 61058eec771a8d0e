package io.posthaste.policy;

import java.net.InetAddress;
import java.security.SecureRandom;

/**
 * Numbers for clients: the same for addresses with the same prefix, and otherwise such that nobody outside can tell which
 * clients' numbers lie close together (SipHash-1-3 with a key of this process). Immutable; any thread.
 */
final class ClientKeys {
    private static final int OCTETS_OF_IPV4 = 4;

    private final long key0;
    private final long key1;
    private final long maskIpv4;
    private final long maskHigh;
    private final long maskLow;

    ClientKeys(final int prefixIpv4, final int prefixIpv6) {
        this(prefixIpv4, prefixIpv6, new SecureRandom());
    }

    private ClientKeys(final int prefixIpv4, final int prefixIpv6, final SecureRandom random) {
        this(prefixIpv4, prefixIpv6, random.nextLong(), random.nextLong());
    }

    ClientKeys(final int prefixIpv4, final int prefixIpv6, final long key0, final long key1) {
        this.key0 = key0;
        this.key1 = key1;
        maskIpv4 = -1L << Integer.SIZE - prefixIpv4;
        maskHigh = -1L << Math.max(0, Long.SIZE - prefixIpv6);
        // A shift by 64 would be one by 0.
        maskLow = prefixIpv6 <= Long.SIZE ? 0 : -1L << 2 * Long.SIZE - prefixIpv6;
    }

    long of(final InetAddress address) {
        final byte[] octets = address.getAddress();
        return octets.length == OCTETS_OF_IPV4
                ? sipHash(bits(octets, 0, OCTETS_OF_IPV4) & maskIpv4, 0, octets.length)
                : sipHash(
                        bits(octets, 0, Long.BYTES) & maskHigh,
                        bits(octets, Long.BYTES, 2 * Long.BYTES) & maskLow,
                        octets.length);
    }

    private static long bits(final byte[] octets, final int from, final int to) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            bits = bits << Byte.SIZE | octets[i] & 0xFF;
        }
        return bits;
    }

    /** SipHash with one round a word and three at the end, of three words. */
    private long sipHash(final long first, final long second, final long third) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        for (int round = 0; round < 6; round++) {
            final long word = round == 0 ? first : round == 1 ? second : round == 2 ? third : 0;
            v2 ^= round == 3 ? 0xFF : 0;
            v3 ^= word;
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
