package io.posthaste.relay;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Puts content as it goes over the wire, a buffer at a time: octet by octet within a chunk (RFC 3030), or behind DATA with
 * dots stuffed, lines ended by CRLF and nothing else, and the end of data (RFC 5321 sections 4.5.2 and 2.3.8).
 *
 * <p>A bare CR or LF, which may be there where the server is set to take them, becomes a CRLF behind DATA: passed on as it is
 * it could end the content for some server, and what follows would be its commands. One thread; owns the channel.
 */
final class ContentWriter implements Closeable {
    private static final int SOURCE_OCTETS = 16 * 1024;
    /** Octets that one octet of content becomes at the most: CR, LF, dot and itself; and the end of data. */
    private static final int LEAST_ROOM = 8;

    private final ReadableByteChannel content;
    private final boolean isChunk;
    private final ByteBuffer source = ByteBuffer.allocate(SOURCE_OCTETS).flip();
    private long left;

    private boolean isLineStart = true;
    private boolean isCarriageReturnPut;
    private boolean isEndPut;
    private boolean isRepaired;

    /**
     * @param octets that the channel has
     * @param isChunk whether they go as they are
     */
    ContentWriter(final ReadableByteChannel content, final long octets, final boolean isChunk) {
        this.content = content;
        this.left = octets;
        this.isChunk = isChunk;
    }

    /** Whether everything was put. */
    boolean isComplete() {
        return isEndPut;
    }

    /** Whether a bare CR or LF was made a CRLF. */
    boolean isRepaired() {
        return isRepaired;
    }

    /**
     * Puts as much as there is room for.
     *
     * @throws IOException the content cannot be read, or is not as long as it should be; what was put is no whole message
     */
    void putTo(final ByteBuffer out) throws IOException {
        while (!isEndPut && out.remaining() >= LEAST_ROOM) {
            if (!source.hasRemaining() && left > 0) {
                fill();
            }
            if (source.hasRemaining()) {
                if (isChunk) {
                    copy(out);
                } else {
                    stuff(out);
                }
            } else {
                putEnd(out);
            }
        }
    }

    @Override
    public void close() throws IOException {
        content.close();
    }

    private void fill() throws IOException {
        source.clear().limit((int) Math.min(SOURCE_OCTETS, left));
        final int count = content.read(source);
        if (count < 0) {
            throw new EOFException("the content ends " + left + " octets too early");
        }
        left -= count;
        source.flip();
        // The read that reaches the end is the one that tells whether the content is damaged.
        if (left == 0 && content.read(ByteBuffer.allocate(1)) > 0) {
            throw new IOException("the content is longer than it should be");
        }
    }

    private void copy(final ByteBuffer out) {
        final int count = Math.min(source.remaining(), out.remaining());
        out.put(out.position(), source, source.position(), count).position(out.position() + count);
        source.position(source.position() + count);
    }

    private void stuff(final ByteBuffer out) {
        while (source.hasRemaining() && out.remaining() >= LEAST_ROOM) {
            final byte octet = source.get();
            if (isCarriageReturnPut) {
                isCarriageReturnPut = false;
                out.put((byte) '\n');
                isLineStart = true;
                if (octet == '\n') {
                    continue;
                }
                isRepaired = true;
            }
            if (octet == '\r') {
                out.put(octet);
                isCarriageReturnPut = true;
            } else if (octet == '\n') {
                out.put((byte) '\r').put(octet);
                isLineStart = true;
                isRepaired = true;
            } else {
                if (isLineStart && octet == '.') {
                    out.put(octet);
                }
                out.put(octet);
                isLineStart = false;
            }
        }
    }

    /** The end of data; before it the end of a line that has none. */
    private void putEnd(final ByteBuffer out) {
        if (!isChunk) {
            if (isCarriageReturnPut) {
                out.put((byte) '\n');
                isRepaired = true;
            } else if (!isLineStart) {
                out.put((byte) '\r').put((byte) '\n');
            }
            out.put((byte) '.').put((byte) '\r').put((byte) '\n');
        }
        isEndPut = true;
    }
}
