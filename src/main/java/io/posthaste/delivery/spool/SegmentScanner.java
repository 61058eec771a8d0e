package io.posthaste.delivery.spool;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** Looks at single records of a segment, through a window that moves over the file. One thread. */
final class SegmentScanner {
    private static final int WINDOW_OCTETS = 256 * 1024;

    /** What lies at an offset. */
    enum Finding {
        /** A record, all of it. */
        WHOLE,
        /** The beginning of a record, or all of one with wrong octets in it. */
        BROKEN,
        /** Nothing of this generation. */
        NOTHING
    }

    private final FileChannel channel;
    private final Path spool;
    private final long number;
    private final long generation;
    private final CRC32C crc32c = new CRC32C();
    private ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_OCTETS).limit(0);
    private long windowOffset;
    private long readLimit = Long.MAX_VALUE;

    // The record last found whole.
    private long offset;
    private long sequence;
    private long batchStart;
    private boolean isLarge;
    private int envelopeOctets;
    private long contentOctets;
    private int contentCrc;

    /**
     * @param channel of the segment
     * @param spool the directory with the segment, for large contents
     */
    SegmentScanner(final FileChannel channel, final Path spool, final SegmentHeader header) {
        this.channel = channel;
        this.spool = spool;
        number = header.number();
        generation = header.generation();
    }

    /** Octets from here on may still change: none of them is kept in the window beyond the look that asks for them. */
    void readLimit(final long end) {
        readLimit = end;
    }

    /**
     * Looks at what lies at an offset.
     *
     * @param end where the segment ends; a record that reaches beyond is not whole
     * @param withContent whether the content's checksum is to be checked, too
     */
    Finding look(final long at, final long end, final boolean withContent) throws IOException {
        if (end - at < RecordFormat.HEADER_OCTETS) {
            return Finding.NOTHING;
        }
        int place = load(at, RecordFormat.HEADER_OCTETS);
        if (!RecordFormat.isHeader(window, place, generation, crc32c)) {
            return RecordFormat.looksBegun(window, place, generation) ? Finding.BROKEN : Finding.NOTHING;
        }
        final int envelope = RecordFormat.envelopeOctets(window, place);
        final boolean large = RecordFormat.isLarge(window, place);
        final long content = RecordFormat.contentOctets(window, place);
        if ((large ? 0 : content) > end - at - RecordFormat.HEADER_OCTETS - envelope) {
            return Finding.BROKEN;
        }
        place = load(at, RecordFormat.HEADER_OCTETS + envelope);
        offset = at;
        sequence = RecordFormat.sequence(window, place);
        batchStart = RecordFormat.batchStart(window, place);
        envelopeOctets = envelope;
        isLarge = large;
        contentOctets = content;
        contentCrc = RecordFormat.contentCrc(window, place);
        final int envelopeCrc = RecordFormat.envelopeCrc(window, place);
        final int from = place + RecordFormat.HEADER_OCTETS;
        if (RecordFormat.crc(window, from, from + envelope, crc32c) != envelopeCrc) {
            return Finding.BROKEN;
        }
        return withContent && !isContentWhole() ? Finding.BROKEN : Finding.WHOLE;
    }

    /** The next offset in [from, end) at which a whole header of this generation lies; -1 when there is none. */
    long nextHeader(final long from, final long end) throws IOException {
        long at = from;
        while (end - at >= RecordFormat.HEADER_OCTETS) {
            final int place = load(at, RecordFormat.HEADER_OCTETS);
            if (RecordFormat.isHeader(window, place, generation, crc32c)) {
                return at;
            }
            at += RecordFormat.ALIGNMENT;
        }
        return -1;
    }

    /** Where the record last found whole begins. */
    long offset() {
        return offset;
    }

    /** Its octets. */
    long length() {
        return RecordFormat.HEADER_OCTETS + envelopeOctets + (isLarge ? 0 : contentOctets);
    }

    long sequence() {
        return sequence;
    }

    long batchStart() {
        return batchStart;
    }

    /** Whether its content lies in a file of its own. */
    boolean isLarge() {
        return isLarge;
    }

    /** The file of a large content. */
    Path largeFile() throws IOException {
        return LargeNames.committed(spool, number, envelope().id());
    }

    /** Where its content begins, if it is not large. */
    long contentOffset() {
        return offset + RecordFormat.HEADER_OCTETS + envelopeOctets;
    }

    long contentOctets() {
        return contentOctets;
    }

    int contentCrc() {
        return contentCrc;
    }

    /** Its envelope; allocates. */
    StoredEnvelope envelope() throws IOException {
        final int place = load(offset + RecordFormat.HEADER_OCTETS, envelopeOctets);
        try {
            return EnvelopeFormat.read(window.slice(place, envelopeOctets));
        } catch (final RuntimeException e) {
            throw new IOException("the envelope at " + offset + " cannot be read, though its checksum is right", e);
        }
    }

    private boolean isContentWhole() throws IOException {
        if (isLarge) {
            return isLargeFileWhole();
        }
        crc32c.reset();
        long at = contentOffset();
        final long to = at + contentOctets;
        while (at < to) {
            final int count = (int) Math.min(WINDOW_OCTETS, to - at);
            final int place = load(at, count);
            crc32c.update(window.duplicate().limit(place + count).position(place));
            at += count;
        }
        return (int) crc32c.getValue() == contentCrc;
    }

    private boolean isLargeFileWhole() throws IOException {
        try (FileChannel file = FileChannel.open(largeFile(), StandardOpenOption.READ)) {
            final ByteBuffer piece = ByteBuffer.allocate(WINDOW_OCTETS);
            crc32c.reset();
            while (file.read(piece) >= 0) {
                crc32c.update(piece.flip());
                piece.clear();
            }
            return file.position() == contentOctets && (int) crc32c.getValue() == contentCrc;
        } catch (final NoSuchFileException e) {
            return false;
        }
    }

    /** Makes octets [at, at + count) of the file lie in the window and returns where in it. */
    private int load(final long at, final int count) throws IOException {
        if (at < windowOffset || at + count > windowOffset + window.limit()) {
            if (window.capacity() < count) {
                window = ByteBuffer.allocateDirect(count);
            }
            window.clear().limit((int) Math.max(count, Math.min(window.capacity(), readLimit - at)));
            windowOffset = at;
            try {
                while (window.position() < count) {
                    if (channel.read(window, at + window.position()) < 0) {
                        throw new EOFException("the segment ends before " + (at + count));
                    }
                }
            } catch (final Throwable e) {
                window.limit(0); // what lies in it is of another place
                throw e;
            }
            window.flip();
        }
        return (int) (at - windowOffset);
    }
}
