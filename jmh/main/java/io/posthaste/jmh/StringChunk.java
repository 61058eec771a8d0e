package io.posthaste.jmh;

import java.nio.ByteBuffer;

/** Baseline: the arguments of BDAT by way of a String. */
final class StringChunk {
    private StringChunk() {}

    /** Octets of the chunk, negative when it is not the last. */
    static long read(final ByteBuffer in, final int from, final int to) {
        return read(Octets.asString(in, from, to));
    }

    static long read(final String arguments) {
        final String[] words = arguments.trim().split(" ");
        final long size = Long.parseLong(words[0]);
        if (words.length == 1) {
            return -size;
        }
        if (words.length > 2 || !words[1].equalsIgnoreCase("LAST")) {
            throw new IllegalArgumentException(arguments);
        }
        return size;
    }
}
