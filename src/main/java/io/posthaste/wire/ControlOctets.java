package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * Finds octets that no command line may hold: the controls but for HTAB, and DEL (RFC 5321 sections 2.4 and 4.1.2). A CR
 * inside a line is one of them. Stateless.
 */
public final class ControlOctets {
    private static final int SPACE = 0x20;
    private static final int DELETE = 0x7f;
    private static final long SPACES = Swar.repeat(SPACE);
    private static final long DELETES = Swar.repeat(DELETE);

    private ControlOctets() {}

    /**
     * Whether there is one in {@code [from, to)}.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     */
    public static boolean isAnyIn(final ByteBuffer in, final int from, final int to) {
        int i = from;
        for (final int last = to - Swar.WORD; i <= last; i += Swar.WORD) {
            final long word = Swar.word(in, i);
            final long deleted = word ^ DELETES;
            final long suspects = (word - SPACES & ~word | deleted - Swar.repeat(1) & ~deleted) & Swar.HIGH_BITS;
            if (suspects != 0 && isAnyOneByOne(in, i, i + Swar.WORD)) {
                return true;
            }
        }
        return isAnyOneByOne(in, i, to);
    }

    private static boolean isAnyOneByOne(final ByteBuffer in, final int from, final int to) {
        for (int i = from; i < to; i++) {
            final byte octet = in.get(i);
            if (octet >= 0 && octet < SPACE && octet != '\t' || octet == DELETE) {
                return true;
            }
        }
        return false;
    }
}
