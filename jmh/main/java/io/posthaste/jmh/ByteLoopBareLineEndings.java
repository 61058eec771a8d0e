package io.posthaste.jmh;

import java.nio.ByteBuffer;

/** Baseline: bare CR and LF counted octet by octet. */
final class ByteLoopBareLineEndings {
    private ByteLoopBareLineEndings() {}

    /** CR without LF and LF without CR in [from, to); a CR as its last octet counts. */
    static int count(final ByteBuffer in, final int from, final int to) {
        int count = 0;
        boolean afterCr = false;
        for (int i = from; i < to; i++) {
            final byte octet = in.get(i);
            if (afterCr != (octet == '\n')) {
                count++;
            }
            afterCr = octet == '\r';
        }
        return afterCr ? count + 1 : count;
    }
}
