package io.posthaste.envelope;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A place among the addresses of an envelope: octets [start, end) of a buffer, read in place.
 *
 * <p>Reusable; valid while the envelope is the caller's. See {@link Envelope#firstRecipient}.
 */
public final class RecordCursor {
    ByteBuffer buffer;
    int blockIndex;
    int start;
    int end;

    /** The buffer the octets lie in; absolute access only. */
    public ByteBuffer buffer() {
        return buffer;
    }

    public int start() {
        return start;
    }

    public int end() {
        return end;
    }

    /** Octets of the record. */
    public int length() {
        return end - start;
    }

    /** Copies the octets behind the target's position. */
    public void putTo(final ByteBuffer target) {
        final int count = end - start;
        target.put(target.position(), buffer, start, count);
        target.position(target.position() + count);
    }

    /** The record as a string; allocates. */
    public String asString() {
        final byte[] octets = new byte[end - start];
        buffer.get(start, octets);
        return new String(octets, StandardCharsets.UTF_8);
    }
}
