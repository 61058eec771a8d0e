package io.posthaste.delivery.spool;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.NoSuchFileException;
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
    /** The file with a large content; null when it lies in the segment. */
    private final Path largeFile;

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
        largeFile = scanner.isLarge() ? scanner.largeFile() : null;
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

    /** Whether its content lies in a file of its own. */
    public boolean isLarge() {
        return largeFile != null;
    }

    /** The file that its content lies in, with others' or alone. */
    public Path contentFile() {
        return largeFile == null ? segment : largeFile;
    }

    /**
     * The content as it came, dot-stuffing undone: {@link #contentOctets()} octets and then the end. It is checked while it is
     * read: the read that would reach the end throws an IOException when it is damaged, or the server used the segment
     * again; what was read until then is not the content. May be opened again; the caller closes it.
     *
     * @throws IOException it is gone
     */
    public ReadableByteChannel openContent() throws IOException {
        if (largeFile != null) {
            try {
                return content(FileChannel.open(largeFile, StandardOpenOption.READ), 0);
            } catch (final NoSuchFileException e) {
                throw new IOException(envelope.id() + " is gone: its segment was used again", e);
            }
        }
        final FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ);
        try {
            final SegmentHeader present = SegmentFile.readHeader(channel);
            if (present == null || present.generation() != header.generation()) {
                throw new IOException(envelope.id() + " is gone: its segment was used again");
            }
        } catch (final IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return content(channel, contentOffset);
    }

    private StoredContent content(final FileChannel channel, final long from) {
        return new StoredContent(channel, envelope.id(), from, contentOctets, contentCrc);
    }

    /**
     * Writes the content, as {@link #openContent()} reads it.
     *
     * @throws IOException what was written is not the content: it is damaged, or the server used the segment again
     */
    public void writeContentTo(final OutputStream out) throws IOException {
        final ByteBuffer piece = ByteBuffer.allocate(PIECE_OCTETS);
        try (ReadableByteChannel content = openContent()) {
            while (content.read(piece) >= 0) {
                out.write(piece.array(), 0, piece.position());
                piece.clear();
            }
        }
    }
}
