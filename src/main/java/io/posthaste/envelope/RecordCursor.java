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
    /** The whole record, of which [start, end) may be a part. */
    int recordStart;

    int recordEnd;
    int start;
    int end;

    void place(final ByteBuffer in, final int index, final int from, final int to) {
        buffer = in;
        blockIndex = index;
        recordStart = from;
        recordEnd = to;
        start = from;
        end = to;
    }

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
