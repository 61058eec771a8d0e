package io.posthaste.wire;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The PROXY protocol's version 2.
 *
 * <pre>
 *  0            12        13       14      16          16 + addresses        16 + length
 *  | signature  | 2, cmd  | family | length | addresses | type length value … |
 * </pre>
 *
 * <p>What is behind LOCAL, and behind a family UNSPEC, whose addresses have no known length, is passed over unread. Addresses
 * of datagrams and of UNIX sockets are passed over, too: the protocol lets a receiver fall back so. One thread.
 */
final class BinaryProxyHeader {
    private static final int VERSION_AT = 12;
    private static final int FAMILY_AT = 13;
    private static final int LENGTH_AT = 14;
    private static final int FIXED_LENGTH = 16;

    private static final int VERSION = 2;
    private static final int LOCAL = 0;
    private static final int PROXY = 1;

    private static final int UNSPEC = 0;
    private static final int STREAM = 1;
    private static final int DATAGRAM = 2;
    private static final int INET = 1;
    private static final int INET6 = 2;
    private static final int UNIX = 3;
    private static final int PORTS_LENGTH = 4;
    private static final int UNIX_LENGTH = 216;

    private static final int FIELD_LENGTH = 3;
    private static final int AUTHORITY = 0x02;
    private static final int CHECKSUM = 0x03;
    private static final int UNIQUE_ID = 0x05;
    private static final int TLS = 0x20;
    private static final int TLS_VERSION = 0x21;
    private static final int TLS_CLIENT_NAME = 0x22;
    private static final int CHECKSUM_LENGTH = 4;
    /** The flags and the outcome of the verification, before the fields within. */
    private static final int TLS_FIXED_LENGTH = 5;
    /** A certificate on this connection, or in the session that it continues. */
    private static final int CERTIFICATE_FLAGS = 0x02 | 0x04;

    private static final int NONE = -1;

    private final CRC32C checksum = new CRC32C();

    /** As {@link ProxyHeader#parse}; the signature is there. */
    int parse(final ByteBuffer in, final int from, final int to, final ProxyHeader header) {
        if (to - from < FIXED_LENGTH) {
            return ProxyHeader.INCOMPLETE;
        }
        final int command = in.get(from + VERSION_AT) & 0x0F;
        final int family = in.get(from + FAMILY_AT) >> 4 & 0x0F;
        final int transport = in.get(from + FAMILY_AT) & 0x0F;
        if ((in.get(from + VERSION_AT) >> 4 & 0x0F) != VERSION
                || command > PROXY
                || command == PROXY && (family > UNIX || transport > DATAGRAM)) {
            return ProxyHeader.MALFORMED;
        }
        final int end = from + FIXED_LENGTH + unsignedShort(in, from + LENGTH_AT);
        if (end - from > ProxyHeader.LIMIT) {
            return ProxyHeader.TOO_LONG;
        }
        if (to < end) {
            return ProxyHeader.INCOMPLETE;
        }
        if (command == LOCAL) {
            header.local();
            return end;
        }
        if (family == UNSPEC) {
            return end;
        }
        final int addressLength = family == INET ? ProxyHeader.IPV4_LENGTH : ProxyHeader.IPV6_LENGTH;
        final int addresses = from + FIXED_LENGTH;
        final int fields = addresses + (family == UNIX ? UNIX_LENGTH : 2 * addressLength + PORTS_LENGTH);
        if (fields > end) {
            return ProxyHeader.MALFORMED;
        }
        if (transport == STREAM && family <= INET6) {
            in.get(addresses, header.source, 0, addressLength);
            header.sourceLength(addressLength);
        }
        return readFields(in, from, fields, end, header);
    }

    private int readFields(
            final ByteBuffer in, final int from, final int fields, final int end, final ProxyHeader header) {
        int checksumAt = NONE;
        int position = fields;
        while (position < end) {
            final int value = position + FIELD_LENGTH;
            final int next = fieldEnd(in, position, end);
            if (next < 0) {
                return ProxyHeader.MALFORMED;
            }
            switch (in.get(position)) {
                case AUTHORITY -> header.text(ProxyHeader.Text.AUTHORITY, value, next);
                case UNIQUE_ID -> header.text(ProxyHeader.Text.UNIQUE_ID, value, next);
                case CHECKSUM -> {
                    if (next - value != CHECKSUM_LENGTH || checksumAt != NONE) {
                        return ProxyHeader.MALFORMED;
                    }
                    checksumAt = value;
                }
                case TLS -> {
                    if (!isTlsRead(in, value, next, header)) {
                        return ProxyHeader.MALFORMED;
                    }
                }
                default -> {}
            }
            position = next;
        }
        return checksumAt == NONE || isChecksumRight(in, from, checksumAt, end) ? end : ProxyHeader.WRONG_CHECKSUM;
    }

    private static boolean isTlsRead(final ByteBuffer in, final int from, final int end, final ProxyHeader header) {
        int position = from + TLS_FIXED_LENGTH;
        if (position > end) {
            return false;
        }
        final boolean hasCertificate = (in.get(from) & CERTIFICATE_FLAGS) != 0;
        if (hasCertificate && unsignedShort(in, from + 1) == 0 && unsignedShort(in, from + 3) == 0) {
            header.verified();
        }
        while (position < end) {
            final int next = fieldEnd(in, position, end);
            if (next < 0) {
                return false;
            }
            switch (in.get(position)) {
                case TLS_VERSION -> header.text(ProxyHeader.Text.TLS_VERSION, position + FIELD_LENGTH, next);
                case TLS_CLIENT_NAME -> header.text(ProxyHeader.Text.CLIENT_NAME, position + FIELD_LENGTH, next);
                default -> {}
            }
            position = next;
        }
        return true;
    }

    /** The index behind a field, or {@link #NONE} when it goes beyond the end. */
    private static int fieldEnd(final ByteBuffer in, final int position, final int end) {
        if (end - position < FIELD_LENGTH) {
            return NONE;
        }
        final int next = position + FIELD_LENGTH + unsignedShort(in, position + 1);
        return next > end ? NONE : next;
    }

    /** CRC32C over the whole header, with its own four octets taken for zeros. */
    private boolean isChecksumRight(final ByteBuffer in, final int from, final int checksumAt, final int end) {
        checksum.reset();
        for (int i = from; i < end; i++) {
            checksum.update(i >= checksumAt && i < checksumAt + CHECKSUM_LENGTH ? 0 : in.get(i));
        }
        final long said = (long) unsignedShort(in, checksumAt) << 16 | unsignedShort(in, checksumAt + 2);
        return checksum.getValue() == said;
    }

    /** In network order, whatever the buffer's is. */
    private static int unsignedShort(final ByteBuffer in, final int index) {
        return (in.get(index) & 0xFF) << 8 | in.get(index + 1) & 0xFF;
    }
}
