package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * Finds where a command line ends (RFC 5321, 2.3.8 and 4.1.1), eight octets at a time. Any buffer order, any alignment.
 * Stateless.
 */
public final class LineScanner {
    /** There is no LF in the range. */
    public static final int NOT_FOUND = -1;

    private static final long LF = Swar.repeat('\n');

    private LineScanner() {}

    /**
     * The first LF in {@code [from, to)}.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from first octet looked at
     * @param to one past the last octet looked at; nothing behind it is read
     * @return index of the LF, or {@link #NOT_FOUND}
     */
    public static int indexOfLf(final ByteBuffer in, final int from, final int to) {
        int i = from;
        for (final int last = to - Swar.WORD; i <= last; i += Swar.WORD) {
            final long found = ~Swar.nonZero(Swar.word(in, i) ^ LF) & Swar.HIGH_BITS;
            if (found != 0) {
                return i + Swar.firstOctet(found);
            }
        }
        for (; i < to; i++) {
            if (in.get(i) == '\n') {
                return i;
            }
        }
        return NOT_FOUND;
    }
}
