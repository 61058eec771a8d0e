package io.posthaste.delivery.spool;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

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

    /** What tells this life of the segment from others. */
    public long segmentGeneration() {
        return header.generation();
    }

    /** Octets of the content. */
    public long contentOctets() {
        return contentOctets;
    }

    /**
     * Opens the content, as it came, dot-stuffing undone: so many octets and then the end. The caller closes it.
     *
     * <p>The read that takes the last octets throws an IOException when it is damaged, or the server has used the segment
     * again: what was read is then not the content.
     */
    public ReadableByteChannel openContent() throws IOException {
        final FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ);
        try {
            final SegmentHeader present = SegmentFile.readHeader(channel);
            if (present == null || present.generation() != header.generation()) {
                throw new IOException(envelope.id() + " is gone: its segment was used again");
            }
            return new ContentChannel(envelope.id(), channel, contentOffset, contentOctets, contentCrc);
        } catch (final IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Writes the content, as it came, dot-stuffing undone.
     *
     * @throws IOException what was written is not the content: it is damaged, or the server used the segment again
     */
    public void writeContentTo(final OutputStream out) throws IOException {
        final ByteBuffer piece = ByteBuffer.allocate((int) Math.max(1, Math.min(PIECE_OCTETS, contentOctets)));
        try (ReadableByteChannel content = openContent()) {
            while (content.read(piece) >= 0) {
                out.write(piece.array(), 0, piece.position());
                piece.clear();
            }
        }
    }
}
