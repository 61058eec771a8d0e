package io.posthaste.jmh;

import java.nio.ByteBuffer;

/** Baseline: a command line's end and its control octets in one pass, octet by octet. As strict as the real two. */
final class ByteLoopLines {
    private static final int SPACE = 0x20;
    private static final int DELETE = 0x7f;

    private ByteLoopLines() {}

    /** Index of the LF of the line that starts at {@code from}; -1 when it is missing, bare, or behind a control octet. */
    static int indexOfEnd(final ByteBuffer in, final int from, final int to) {
        for (int i = from; i < to; i++) {
            final byte octet = in.get(i);
            if (octet >= 0 && octet < SPACE && octet != '\t' || octet == DELETE) {
                return octet == '\r' && i + 1 < to && in.get(i + 1) == '\n' ? i + 1 : -1;
            }
        }
        return -1;
    }
}
