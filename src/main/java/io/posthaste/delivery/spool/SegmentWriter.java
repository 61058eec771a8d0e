package io.posthaste.delivery.spool;

import io.posthaste.envelope.Envelope;
import io.posthaste.memory.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * Writes records into one segment after another: gathers headers and envelopes of its own and the blocks of the contents as
 * they are, and hands them to the file in as few writes as there are vectors to fill.
 *
 * <p>Between {@link #append} and {@link #sync} it borrows the blocks. A failure of any method but {@link #abandon} is final:
 * the segment must be abandoned. Allocates only when an envelope is longer than any before. The delivery thread only.
 */
final class SegmentWriter {
    private static final int HEADS_OCTETS = 256 * 1024;
    /** Buffers of one gathering write; more the system does not take. */
    private static final int VECTOR_LENGTH = 1024;

    private final SpoolFiles files;
    private final EnvelopeFormat envelopes;
    private final CRC32C crc32c = new CRC32C();

    // Staged: headers with envelopes lie in heads; headViews are windows on them.
    private final ByteBuffer[] vector = new ByteBuffer[VECTOR_LENGTH];
    private ByteBuffer[] headViews;
    private ByteBuffer heads;
    private int vectorLength;
    private int headCount;

    // The open segment; null when there is none.
    private Segment segment;
    private long generation;
    private long position;
    private long syncedEnd;

    SegmentWriter(final SpoolFiles files, final EnvelopeFormat envelopes) {
        this.files = files;
        this.envelopes = envelopes;
        allocateHeads(HEADS_OCTETS);
    }

    /** Begins a prepared segment, which is the writer's from now on. Its header becomes durable with the first batch. */
    void begin(final Segment next, final SegmentHeader header) throws IOException {
        segment = next;
        generation = header.generation();
        next.channel().position(0);
        reset();
        vector[vectorLength++] = SegmentFormat.encode(header);
        flush();
        position = SegmentFormat.RECORDS_OFFSET;
        syncedEnd = position;
    }

    boolean isOpen() {
        return segment != null;
    }

    /** Whether a record of so many octets fits into the open segment. */
    boolean hasRoom(final long octets) {
        return segment != null && octets <= segment.octets() - position;
    }

    /** The number of the open segment. */
    long segmentNumber() {
        return segment.number();
    }

    /** Where the records that were synced end. */
    long syncedEnd() {
        return syncedEnd;
    }

    /**
     * Adds a record, for which there is room.
     *
     * @param envelopeOctets with padding
     */
    void append(
            final Envelope envelope,
            final long sequence,
            final long storedEpochMs,
            final int envelopeOctets,
            final long contentOctets)
            throws IOException {
        stageHead(
                RecordFormat.MESSAGE,
                envelope,
                sequence,
                storedEpochMs,
                envelopeOctets,
                contentOctets,
                contentCrc(envelope));
        stageContent(envelope);
        position += contentOctets;
    }

    /** Adds a record of a message whose content lies in a file, for which record there is room. */
    void appendLarge(
            final Envelope envelope,
            final long sequence,
            final long storedEpochMs,
            final int envelopeOctets,
            final LargeFile content)
            throws IOException {
        stageHead(
                RecordFormat.LARGE_MESSAGE,
                envelope,
                sequence,
                storedEpochMs,
                envelopeOctets,
                content.octets(),
                content.crc());
    }

    private void stageHead(
            final byte type,
            final Envelope envelope,
            final long sequence,
            final long storedEpochMs,
            final int envelopeOctets,
            final long contentOctets,
            final int contentCrc)
            throws IOException {
        final int headOctets = RecordFormat.HEADER_OCTETS + envelopeOctets;
        if (heads.remaining() < headOctets || vectorLength == VECTOR_LENGTH) {
            flush();
            if (heads.capacity() < headOctets) {
                allocateHeads(2 * headOctets);
            }
        }
        final int head = heads.position();
        final int end = head + headOctets;
        heads.position(head + RecordFormat.HEADER_OCTETS);
        envelopes.put(envelope, storedEpochMs, heads);
        while (heads.position() < end) {
            heads.put((byte) 0);
        }
        final int envelopeCrc = RecordFormat.crc(heads, head + RecordFormat.HEADER_OCTETS, end, crc32c);
        RecordFormat.putHeader(
                heads,
                head,
                type,
                generation,
                sequence,
                syncedEnd,
                envelopeOctets,
                envelopeCrc,
                contentOctets,
                contentCrc,
                crc32c);
        vector[vectorLength++] = headViews[headCount++].limit(end).position(head);
        position += headOctets;
    }

    /** Writes what is staged and makes all of the segment durable. */
    void sync() throws IOException {
        flush();
        files.force(segment.channel());
        syncedEnd = position;
    }

    /** Closes the segment, all of which is durable. */
    void close() throws IOException {
        final Segment closed = segment;
        segment = null;
        closed.close();
    }

    /**
     * Gives the segment up after a failure: what was not synced is cut off, as far as the disk still obeys, and the segment
     * is never written to again. What went wrong with that is added to the reason.
     */
    void abandon(final Throwable reason) {
        final FileChannel channel = segment.channel();
        segment = null;
        reset();
        try (channel) {
            files.truncate(channel, syncedEnd);
            files.forceAll(channel);
        } catch (final IOException | RuntimeException | Error e) {
            if (e != reason) {
                reason.addSuppressed(e);
            }
        }
    }

    private int contentCrc(final Envelope envelope) {
        crc32c.reset();
        for (Block block = envelope.contentHead(); block != null; block = block.next()) {
            crc32c.update(block.ioView(0, block.length()));
        }
        return (int) crc32c.getValue();
    }

    private void stageContent(final Envelope envelope) throws IOException {
        for (Block block = envelope.contentHead(); block != null; block = block.next()) {
            if (vectorLength == VECTOR_LENGTH) {
                flush();
            }
            vector[vectorLength++] = block.ioView(0, block.length());
        }
    }

    private void flush() throws IOException {
        int from = 0;
        final int to = vectorLength;
        while (true) {
            while (from < to && !vector[from].hasRemaining()) {
                from++;
            }
            if (from == to) {
                break;
            }
            if (files.write(segment.channel(), vector, from, to) <= 0) {
                throw new IOException("the segment takes no more octets");
            }
        }
        reset();
    }

    private void reset() {
        vectorLength = 0;
        headCount = 0;
        heads.clear();
    }

    /** All or nothing: what is written must not be seen through windows on what was there before. */
    private void allocateHeads(final int octets) {
        final ByteBuffer newHeads = ByteBuffer.allocateDirect(octets);
        final ByteBuffer[] newViews = new ByteBuffer[VECTOR_LENGTH];
        for (int i = 0; i < VECTOR_LENGTH; i++) {
            newViews[i] = newHeads.duplicate();
        }
        heads = newHeads;
        headViews = newViews;
    }
}
