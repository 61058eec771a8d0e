package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * The fast half of {@link EndOfData}: steps over content in which nothing happens. Stateless.
 *
 * <p>Content is ordinary as long as every CR is followed by LF, every LF is preceded by CR, no LF is followed by a dot,
 * and no octet is NUL. So only octets below 0x0E need a look: CR, LF, NUL, and controls such as HTAB that mean nothing
 * here. They are searched for four words at a time, and the search goes on right behind each line ending: lines of one
 * length then take the same turns, which a processor learns to predict.
 */
final class OrdinaryContent {
    /** Octets searched in one step. */
    private static final int STRIDE = 4 * Swar.WORD;

    private static final long AFTER_CR = Swar.repeat('\r' + 1);

    private static final int CRLF = '\n' << Byte.SIZE | '\r';
    private static final int CRLF_MASK = 0xFFFF;
    private static final int DOT_THIRD = '.' << 2 * Byte.SIZE;
    private static final int THIRD_MASK = 0xFF << 2 * Byte.SIZE;

    private OrdinaryContent() {}

    /**
     * Steps over ordinary content.
     *
     * @param in borrowed for the call
     * @param from where to start: not an LF, and not a dot at the start of a line
     * @param to nothing from here on is read
     * @return the first octet that is not ordinary (for a dot: the CR of the line ending before it), or a place less than
     *     40 octets before {@code to}; everything before is ordinary, and it is not between a CR and its LF
     */
    static int skip(final ByteBuffer in, final int from, final int to) {
        final int last = to - STRIDE - Swar.WORD;
        int i = from;
        while (i <= last) {
            final long first = control(in, i);
            final long second = control(in, i + Swar.WORD);
            final long third = control(in, i + 2 * Swar.WORD);
            final long fourth = control(in, i + 3 * Swar.WORD);
            if ((((first | second) | (third | fourth)) & Swar.HIGH_BITS) == 0) {
                i += STRIDE;
                continue;
            }
            i += firstOctet(first, second, third, fourth);
            final long word = Swar.word(in, i);
            if ((word & CRLF_MASK) == CRLF && (word & THIRD_MASK) != DOT_THIRD) {
                i += 2;
            } else if (isLineEndingOrNul((int) word & 0xFF)) {
                break;
            } else {
                i++;
            }
        }
        while (i <= to - Swar.WORD && (control(in, i) & Swar.HIGH_BITS) == 0) {
            i += Swar.WORD;
        }
        return i;
    }

    /** High bits: octets below 0x0E; exact about the first. */
    private static long control(final ByteBuffer in, final int index) {
        return Swar.below(Swar.word(in, index), AFTER_CR);
    }

    /** Where the first of four words' marked octets is; there is one. */
    private static int firstOctet(final long first, final long second, final long third, final long fourth) {
        if ((first & Swar.HIGH_BITS) != 0) {
            return Swar.firstOctet(first & Swar.HIGH_BITS);
        }
        if ((second & Swar.HIGH_BITS) != 0) {
            return Swar.WORD + Swar.firstOctet(second & Swar.HIGH_BITS);
        }
        if ((third & Swar.HIGH_BITS) != 0) {
            return 2 * Swar.WORD + Swar.firstOctet(third & Swar.HIGH_BITS);
        }
        return 3 * Swar.WORD + Swar.firstOctet(fourth & Swar.HIGH_BITS);
    }

    private static boolean isLineEndingOrNul(final int octet) {
        return octet == '\r' || octet == '\n' || octet == 0;
    }
}
