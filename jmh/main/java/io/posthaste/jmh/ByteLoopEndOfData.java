package io.posthaste.jmh;

import java.nio.ByteBuffer;

/** Baseline: the end of content by one octet, one transition. As strict about bare CR and LF as the real one. */
final class ByteLoopEndOfData {
    private static final int LINE_START = 0;
    private static final int MID_LINE = 1;
    private static final int AFTER_CR = 2;
    private static final int AFTER_DOT = 3;
    private static final int AFTER_DOT_CR = 4;

    private ByteLoopEndOfData() {}

    /** Octets of the content in [from, to), dots undone; -1 when its end is missing or a CR or LF is bare. */
    static int contentOctets(final ByteBuffer in, final int from, final int to) {
        int state = LINE_START;
        int dots = 0;
        for (int i = from; i < to; i++) {
            final byte octet = in.get(i);
            switch (state) {
                case LINE_START:
                    if (octet == '.') {
                        state = AFTER_DOT;
                    } else if (octet == '\r') {
                        state = AFTER_CR;
                    } else if (octet == '\n') {
                        return -1;
                    } else {
                        state = MID_LINE;
                    }
                    break;
                case MID_LINE:
                    if (octet == '\r') {
                        state = AFTER_CR;
                    } else if (octet == '\n') {
                        return -1;
                    }
                    break;
                case AFTER_CR:
                    if (octet != '\n') {
                        return -1;
                    }
                    state = LINE_START;
                    break;
                case AFTER_DOT:
                    if (octet == '\r') {
                        state = AFTER_DOT_CR;
                    } else if (octet == '\n') {
                        return -1;
                    } else {
                        dots++;
                        state = MID_LINE;
                    }
                    break;
                default:
                    return octet == '\n' ? i - 2 - from - dots : -1;
            }
        }
        return -1;
    }
}
