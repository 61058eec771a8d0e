package io.posthaste.loadtest;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What carries a connection's octets, both ways; the one place they pass through. Never blocks. Engine thread only.
 *
 * <p>A wire that recodes may hold octets: those that the socket has not taken, and those that were not asked for yet.
 */
interface Wire extends Closeable {
    /** Reads what there is; returns the number of octets, 0 if there is none yet, -1 at the end of the stream. */
    int read(ByteBuffer input) throws IOException;

    /**
     * Writes what it holds, then as much as is taken of {@code count} buffers, in order; returns the number of octets of
     * the latter.
     */
    long write(ByteBuffer[] parts, int from, int count) throws IOException;

    /** Whether the socket has taken all that {@link #write} took. */
    default boolean isFlushed() {
        return true;
    }

    /** Whether {@link #read} is to be called again although the selector may have nothing to say. */
    default boolean hasInput() {
        return false;
    }

    /** Says that no more will be written, where there are words for it; to be called once nothing is unsent. */
    default void shutDown() throws IOException {}
}
