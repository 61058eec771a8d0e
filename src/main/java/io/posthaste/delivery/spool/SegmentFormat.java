package io.posthaste.delivery.spool;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The layout of a segment: two copies of its header, then records. Big-endian.
 *
 * <pre>
 *      0  header            512 octets
 *   2048  header again      512 octets
 *   4096  records, one behind the other, each a multiple of 8 octets
 *
 *   header:   0  "PHSPOOL"            7      40  previous segment's number   8
 *             7  version              1      48  previous segment's end      8
 *             8  number               8      56  length of the host name     2
 *            16  generation           8      58  host name, UTF-8            up to 255
 *            24  begun, epoch ms      8          zeros
 *            32  first sequence       8     508  CRC32C of octets 0 to 507   4
 * </pre>
 *
 * The header lies in a page that no record shares, so that no later write can tear it. Pure functions.
 */
final class SegmentFormat {
    static final byte VERSION = 1;
    /** Octets of a header: a sector. */
    static final int HEADER_OCTETS = 512;
    /** Where the second copy of the header lies. */
    static final int COPY_OFFSET = 2048;
    /** Where the first record lies. */
    static final int RECORDS_OFFSET = 4096;

    private static final byte[] MAGIC = "PHSPOOL".getBytes(StandardCharsets.US_ASCII);
    private static final int HOSTNAME_OFFSET = 58;
    private static final int GREATEST_HOSTNAME = 255;
    private static final int CRC_OFFSET = HEADER_OCTETS - Integer.BYTES;

    private SegmentFormat() {}

    /** The octets before the first record: both copies of the header. Allocates; once a segment. */
    static ByteBuffer encode(final SegmentHeader header) {
        final ByteBuffer page = ByteBuffer.allocateDirect(RECORDS_OFFSET);
        putHeader(header, page.slice(0, HEADER_OCTETS));
        page.put(COPY_OFFSET, page, 0, HEADER_OCTETS);
        return page;
    }

    /** Reads the header from the first {@link #RECORDS_OFFSET} octets of a segment; null when neither copy is valid. */
    static SegmentHeader decode(final ByteBuffer page) {
        final SegmentHeader first = decodeCopy(page, 0);
        return first != null ? first : decodeCopy(page, COPY_OFFSET);
    }

    private static void putHeader(final SegmentHeader header, final ByteBuffer target) {
        final byte[] name = header.hostname().getBytes(StandardCharsets.UTF_8);
        final int nameLength = Math.min(name.length, GREATEST_HOSTNAME);
        target.put(MAGIC).put(VERSION);
        target.putLong(header.number()).putLong(header.generation()).putLong(header.begunEpochMs());
        target.putLong(header.firstSequence()).putLong(header.previousNumber()).putLong(header.previousEnd());
        target.putShort((short) nameLength).put(name, 0, nameLength);
        target.putInt(CRC_OFFSET, crc(target));
    }

    private static SegmentHeader decodeCopy(final ByteBuffer page, final int offset) {
        if (page.limit() < offset + HEADER_OCTETS) {
            return null;
        }
        final ByteBuffer header = page.slice(offset, HEADER_OCTETS);
        for (int i = 0; i < MAGIC.length; i++) {
            if (header.get(i) != MAGIC[i]) {
                return null;
            }
        }
        if (header.get(MAGIC.length) != VERSION || header.getInt(CRC_OFFSET) != crc(header)) {
            return null;
        }
        final byte[] name = new byte[header.getShort(HOSTNAME_OFFSET - Short.BYTES)];
        header.get(HOSTNAME_OFFSET, name);
        return new SegmentHeader(
                header.getLong(8),
                header.getLong(16),
                header.getLong(24),
                header.getLong(32),
                header.getLong(40),
                header.getLong(48),
                new String(name, StandardCharsets.UTF_8));
    }

    private static int crc(final ByteBuffer header) {
        final CRC32C crc = new CRC32C();
        crc.update(header.slice(0, CRC_OFFSET));
        return (int) crc.getValue();
    }
}
