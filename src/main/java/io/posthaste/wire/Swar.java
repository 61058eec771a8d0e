package io.posthaste.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Eight octets in one register: loads and tests. The load ignores {@link ByteBuffer#order()}, so every kernel built on it
 * works on any buffer; the octet at the lowest index is always the least significant one. Bounds are checked by the
 * buffer. Stateless.
 */
final class Swar {
    /** Octets in one word. */
    static final int WORD = Long.BYTES;

    /** The most significant bit of each octet: where the tests below leave their answer. */
    static final long HIGH_BITS = 0x8080808080808080L;

    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long SEVEN_BITS = 0x7F7F7F7F7F7F7F7FL;
    private static final VarHandle WORDS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Swar() {}

    /**
     * The eight octets from {@code index}, which must all lie below the buffer's limit.
     *
     * @param in buffer, direct or not, of either order
     * @param index of the first octet, at any alignment
     * @return the octets, the first one least significant
     */
    static long word(final ByteBuffer in, final int index) {
        return (long) WORDS.get(in, index);
    }

    /**
     * A word that holds the same octet eight times.
     *
     * @param octet 0 to 0x7F
     * @return the word
     */
    static long repeat(final int octet) {
        return octet * LOW_BITS;
    }

    /**
     * Exact test for zero octets: no carry leaves an octet.
     *
     * @param word any
     * @return a word whose high bits are <em>clear</em> where an octet of {@code word} is zero and set elsewhere; the
     *     other bits mean nothing
     */
    static long nonZero(final long word) {
        return ((word & SEVEN_BITS) + SEVEN_BITS) | word;
    }

    /**
     * Cheap test for octets below a bound. It is exact about whether there is one and which is the first; octets after
     * the first may be marked wrongly.
     *
     * @param word any
     * @param repeatedBound {@link #repeat} of the bound, 1 to 0x80
     * @return a word whose high bits are set where an octet is below the bound; the other bits mean nothing
     */
    static long below(final long word, final long repeatedBound) {
        return (word - repeatedBound) & ~word;
    }

    /**
     * The place of the first marked octet.
     *
     * @param highBits a word with at least one high bit set and no other bits
     * @return 0 to 7
     */
    static int firstOctet(final long highBits) {
        return Long.numberOfTrailingZeros(highBits) >>> 3;
    }
}
