package io.posthaste.delivery.spool;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The layout of a record: a header, the envelope ({@link EnvelopeFormat}), the content. Big-endian.
 *
 * <pre>
 *    0  "PHR", type            4      24  where its batch begins    8
 *    4  CRC32C of 8 to 55      4      32  octets of the envelope    4
 *    8  generation             8      36  CRC32C of the envelope    4
 *   16  sequence               8      40  octets of the content     8
 *                                     48  CRC32C of the content     4
 *                                     52  zero                      4
 *   56  envelope, padded with zeros so that the record is a multiple of 8 octets
 *       content, unless it is large: that lies in a file of its own ({@link LargeNames})
 * </pre>
 *
 * <p>"Where its batch begins" is the offset in the segment up to which everything had been synced when the record was
 * written. It tells a torn end from damage: what is broken before it had been acknowledged. Pure functions.
 */
final class RecordFormat {
    static final int HEADER_OCTETS = 56;
    /** Records begin at multiples of this. */
    static final int ALIGNMENT = 8;
    /** Type: a message. */
    static final byte MESSAGE = 1;
    /** Type: a message whose content lies in a file of its own. */
    static final byte LARGE_MESSAGE = 2;

    static final int GENERATION_OFFSET = 8;

    private static final int MAGIC = 'P' << 24 | 'H' << 16 | 'R' << 8;
    private static final int CRC_OFFSET = 4;

    private RecordFormat() {}

    /**
     * Octets of the envelope with its padding.
     *
     * @param contentOctets that lie behind it
     */
    static int paddedEnvelope(final int envelopeOctets, final long contentOctets) {
        final long unpadded = HEADER_OCTETS + envelopeOctets + contentOctets;
        return envelopeOctets + (int) (-unpadded & (ALIGNMENT - 1));
    }

    /**
     * Puts a header at an offset.
     *
     * @param type {@link #MESSAGE} or {@link #LARGE_MESSAGE}
     * @param crc32c at hand; reset and used
     */
    static void putHeader(
            final ByteBuffer target,
            final int offset,
            final byte type,
            final long generation,
            final long sequence,
            final long batchStart,
            final int envelopeOctets,
            final int envelopeCrc,
            final long contentOctets,
            final int contentCrc,
            final CRC32C crc32c) {
        target.putInt(offset, MAGIC | type)
                .putLong(offset + GENERATION_OFFSET, generation)
                .putLong(offset + 16, sequence)
                .putLong(offset + 24, batchStart)
                .putInt(offset + 32, envelopeOctets)
                .putInt(offset + 36, envelopeCrc)
                .putLong(offset + 40, contentOctets)
                .putInt(offset + 48, contentCrc)
                .putInt(offset + 52, 0)
                .putInt(offset + CRC_OFFSET, headerCrc(target, offset, crc32c));
    }

    /** Whether a whole header of this generation lies at an offset with {@link #HEADER_OCTETS} octets behind it. */
    static boolean isHeader(final ByteBuffer source, final int offset, final long generation, final CRC32C crc32c) {
        return isMagic(source, offset)
                && generation(source, offset) == generation
                && source.getInt(offset + CRC_OFFSET) == headerCrc(source, offset, crc32c)
                && envelopeOctets(source, offset) >= 0
                && contentOctets(source, offset) >= 0;
    }

    /** Whether what lies at an offset looks like the beginning of a record, whole or not. */
    static boolean looksBegun(final ByteBuffer source, final int offset, final long generation) {
        return isMagic(source, offset) && generation(source, offset) == generation;
    }

    private static boolean isMagic(final ByteBuffer source, final int offset) {
        final int type = source.getInt(offset) ^ MAGIC;
        return type == MESSAGE || type == LARGE_MESSAGE;
    }

    static boolean isLarge(final ByteBuffer source, final int offset) {
        return source.getInt(offset) == (MAGIC | LARGE_MESSAGE);
    }

    static long generation(final ByteBuffer source, final int offset) {
        return source.getLong(offset + GENERATION_OFFSET);
    }

    static long sequence(final ByteBuffer source, final int offset) {
        return source.getLong(offset + 16);
    }

    static long batchStart(final ByteBuffer source, final int offset) {
        return source.getLong(offset + 24);
    }

    static int envelopeOctets(final ByteBuffer source, final int offset) {
        return source.getInt(offset + 32);
    }

    static int envelopeCrc(final ByteBuffer source, final int offset) {
        return source.getInt(offset + 36);
    }

    static long contentOctets(final ByteBuffer source, final int offset) {
        return source.getLong(offset + 40);
    }

    static int contentCrc(final ByteBuffer source, final int offset) {
        return source.getInt(offset + 48);
    }

    /** CRC32C of octets [from, to) of a buffer, whose position and limit are moved and put back. */
    static int crc(final ByteBuffer source, final int from, final int to, final CRC32C crc32c) {
        final int position = source.position();
        final int limit = source.limit();
        crc32c.reset();
        crc32c.update(source.limit(to).position(from));
        source.limit(limit).position(position);
        return (int) crc32c.getValue();
    }

    private static int headerCrc(final ByteBuffer source, final int offset, final CRC32C crc32c) {
        return crc(source, offset + GENERATION_OFFSET, offset + HEADER_OCTETS, crc32c);
    }
}
