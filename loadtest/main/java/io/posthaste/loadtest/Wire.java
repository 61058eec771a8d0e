package io.posthaste.loadtest;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What carries a connection's octets, both ways; the one place they pass through. Never blocks. Engine thread only.
 */
interface Wire extends Closeable {
    /** Reads what there is; returns the number of octets, 0 if there is none yet, -1 at the end of the stream. */
    int read(ByteBuffer input) throws IOException;

    /** Writes as much as is taken of {@code count} buffers, in order; returns the number of octets. */
    long write(ByteBuffer[] parts, int from, int count) throws IOException;
}
