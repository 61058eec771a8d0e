package io.posthaste.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** The little of ASN.1's distinguished encoding (X.690) that keys and a self-signed certificate need. */
final class Der {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int UTF8_STRING = 0x0c;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private static final int LONG_LENGTH = 0x80;
    private static final int GREATEST_LENGTH_OCTETS = 3;

    private Der() {}

    /** An element: tag, length, and the contents one behind the other. */
    static byte[] element(final int tag, final byte[]... contents) {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (final byte[] content : contents) {
            body.writeBytes(content);
        }
        final ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (body.size() < LONG_LENGTH) {
            element.write(body.size());
        } else {
            final byte[] length = BigInteger.valueOf(body.size()).toByteArray();
            final int sign = length[0] == 0 ? 1 : 0;
            element.write(LONG_LENGTH | length.length - sign);
            element.write(length, sign, length.length - sign);
        }
        element.writeBytes(body.toByteArray());
        return element.toByteArray();
    }

    static byte[] integer(final BigInteger value) {
        return element(INTEGER, value.toByteArray());
    }

    /** Whole octets. */
    static byte[] bitString(final byte[] octets) {
        return element(BIT_STRING, new byte[1], octets);
    }

    static byte[] text(final int tag, final String text) {
        return element(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    /** An object identifier, such as {@code 2.5.4.3}. */
    static byte[] oid(final String dotted) {
        final String[] parts = dotted.split("\\.");
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(40 * Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]));
        for (int i = 2; i < parts.length; i++) {
            final int arc = Integer.parseInt(parts[i]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arc >>> shift != 0) {
                    body.write(LONG_LENGTH | arc >>> shift & 0x7f);
                }
            }
            body.write(arc & 0x7f);
        }
        return element(OBJECT_IDENTIFIER, body.toByteArray());
    }

    /** The first element within a sequence, tag and length included. */
    static byte[] firstWithin(final byte[] sequence) {
        final int start = contentStart(sequence, 0);
        final int end = contentStart(sequence, start) + length(sequence, start);
        final byte[] first = new byte[end - start];
        System.arraycopy(sequence, start, first, 0, first.length);
        return first;
    }

    private static int contentStart(final byte[] octets, final int element) {
        final int length = octets[element + 1] & 0xff;
        return element + 2 + (length < LONG_LENGTH ? 0 : length & 0x7f);
    }

    private static int length(final byte[] octets, final int element) {
        final int first = octets[element + 1] & 0xff;
        if (first < LONG_LENGTH) {
            return first;
        }
        if ((first & 0x7f) > GREATEST_LENGTH_OCTETS) {
            throw new IllegalArgumentException("an element of a key is too long");
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7f); i++) {
            length = length << Byte.SIZE | octets[element + 2 + i] & 0xff;
        }
        return length;
    }
}
