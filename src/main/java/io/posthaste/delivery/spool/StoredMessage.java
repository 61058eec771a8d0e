package io.posthaste.delivery.spool;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** A message that was found in a spool; its content stays there until it is asked for. Any thread. */
public final class StoredMessage {
    private static final int PIECE_OCTETS = 64 * 1024;

    private final Path segment;
    private final SegmentHeader header;
    private final long sequence;
    private final long offset;
    private final StoredEnvelope envelope;
    private final long contentOffset;
    private final long contentOctets;
    private final int contentCrc;

    /** From the scanner that stands on it. */
    StoredMessage(final Path segment, final SegmentHeader header, final SegmentScanner scanner) throws IOException {
        this.segment = segment;
        this.header = header;
        sequence = scanner.sequence();
        offset = scanner.offset();
        contentOffset = scanner.contentOffset();
        contentOctets = scanner.contentOctets();
        contentCrc = scanner.contentCrc();
        envelope = scanner.envelope();
    }

    public StoredEnvelope envelope() {
        return envelope;
    }

    /** Its number in the spool, by the order of writing, from 1, without gaps. */
    public long sequence() {
        return sequence;
    }

    /** Number of the segment it lies in. */
    public long segmentNumber() {
        return header.number();
    }

    /** Where in the segment its record begins. */
    public long offset() {
        return offset;
    }

    /** Name of the server that took it. */
    public String hostname() {
        return header.hostname();
    }

    /** Octets of the content. */
    public long contentOctets() {
        return contentOctets;
    }

    /**
     * Writes the content, as it came, dot-stuffing undone.
     *
     * @throws IOException what was written is not the content: it is damaged, or the server used the segment again
     */
    public void writeContentTo(final OutputStream out) throws IOException {
        final CRC32C crc = new CRC32C();
        final ByteBuffer piece = ByteBuffer.allocate(PIECE_OCTETS);
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ)) {
            final SegmentHeader present = SegmentFile.readHeader(channel);
            if (present == null || present.generation() != header.generation()) {
                throw new IOException(envelope.id() + " is gone: its segment was used again");
            }
            long left = contentOctets;
            while (left > 0) {
                piece.clear().limit((int) Math.min(PIECE_OCTETS, left));
                final int count = channel.read(piece, contentOffset + contentOctets - left);
                if (count < 0) {
                    throw new EOFException(envelope.id() + " is cut off: its segment ends early");
                }
                crc.update(piece.array(), 0, count);
                out.write(piece.array(), 0, count);
                left -= count;
            }
        }
        if ((int) crc.getValue() != contentCrc) {
            throw new IOException(envelope.id() + " is damaged, or its segment was used again while it was read");
        }
    }
}
