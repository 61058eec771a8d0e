package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * The fast half of {@link EndOfData}: steps over content in which nothing happens. Stateless.
 *
 * <p>Content is ordinary as long as every CR is followed by LF, every LF is preceded by CR, no LF is followed by a dot,
 * and no octet is NUL. The first three are relations between neighbours, so a word, the word one octet on and the word two
 * octets on answer them for eight octets at once, whatever the length and alignment of the lines; there is no branch per
 * line. Most blocks hold no octet below 0x0E at all and need the first loads only; that is why a block whose first octet
 * is LF also looks back, at a block that may have been passed so.
 */
final class OrdinaryContent {
    /** Octets judged in one step. */
    static final int BLOCK = 2 * Swar.WORD;

    /** Octets behind a block that its judgement depends on. */
    private static final int LOOK_AHEAD = 2;

    private static final long CR = Swar.repeat('\r');
    private static final long LF = Swar.repeat('\n');
    private static final long DOT = Swar.repeat('.');
    private static final long AFTER_CR = Swar.repeat('\r' + 1);

    private OrdinaryContent() {}

    /**
     * Steps over whole blocks of ordinary content.
     *
     * @param in borrowed for the call
     * @param from where to start: not an LF, and not a dot at the start of a line
     * @param to nothing from here on is read
     * @return where it stopped, at most {@link #BLOCK} + 2 octets before the first octet that is not ordinary, or before
     *     {@code to}; everything before is ordinary
     */
    static int skip(final ByteBuffer in, final int from, final int to) {
        final int last = to - BLOCK - LOOK_AHEAD;
        int i = from;
        for (; i <= last; i += BLOCK) {
            final long first = Swar.word(in, i);
            final long second = Swar.word(in, i + Swar.WORD);
            final long candidates = Swar.below(first, AFTER_CR) | Swar.below(second, AFTER_CR);
            if ((candidates & Swar.HIGH_BITS) != 0) {
                final long disorder = disorder(in, i, first) | disorder(in, i + Swar.WORD, second);
                if ((disorder & Swar.HIGH_BITS) != 0 || (first & 0xFF) == '\n' && in.get(i - 1) != '\r') {
                    break;
                }
            }
        }
        return i;
    }

    /** High bits are set where a CR lacks its LF, an LF lacks its CR, a dot starts the next line, or a NUL is. */
    private static long disorder(final ByteBuffer in, final int index, final long word) {
        final long notCr = Swar.nonZero(word ^ CR);
        final long notLfNext = Swar.nonZero(Swar.word(in, index + 1) ^ LF);
        final long notDotThen = Swar.nonZero(Swar.word(in, index + 2) ^ DOT);
        return (notCr ^ notLfNext) | ~((notLfNext | notDotThen) & Swar.nonZero(word));
    }
}
