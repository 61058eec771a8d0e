package io.posthaste.jmh;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Baseline: content in one array on the heap that doubles when it is full. */
final class GrowingContent {
    private static final int FIRST_OCTETS = 4 * 1024;

    private byte[] octets = new byte[FIRST_OCTETS];
    private int length;

    int length() {
        return length;
    }

    /** Appends octets [from, to) of a buffer. */
    void append(final ByteBuffer source, final int from, final int to) {
        final int count = to - from;
        if (length + count > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(2 * octets.length, length + count));
        }
        source.get(from, octets, length, count);
        length += count;
    }
}
