package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Writes headers of the PROXY protocol's version 2 as balancers do, one character an octet. */
public final class ProxyHeaders {
    public static final int LOCAL = 0x20;
    public static final int PROXY = 0x21;
    public static final int TCP4 = 0x11;
    public static final int TCP6 = 0x21;
    public static final int UNIX = 0x31;

    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final int CHECKSUM = 0x03;

    private ProxyHeaders() {}

    /** A header of octets: its command, its family, and what is behind its length. */
    public static String binary(final int command, final int family, final String... parts) {
        final String body = String.join("", parts);
        return SIGNATURE
                + (char) command
                + (char) family
                + (char) (body.length() >> 8)
                + (char) (body.length() & 0xFF)
                + body;
    }

    /** As {@link #binary}, with a right checksum behind all. */
    public static String checked(final int command, final int family, final String... parts) {
        final String zeros = field(CHECKSUM, "\0\0\0\0");
        final String header = binary(command, family, String.join("", parts) + zeros);
        final CRC32C crc = new CRC32C();
        crc.update(header.getBytes(ISO_8859_1));
        final byte[] value = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
        return header.substring(0, header.length() - 4) + new String(value, ISO_8859_1);
    }

    /** Addresses and ports of a client and of the balancer, the addresses in hexadecimal digits. */
    public static String addresses(final String source, final String destination) {
        final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.writeBytes(HexFormat.of().parseHex(source + destination + "c822" + "0019"));
        return octets.toString(ISO_8859_1);
    }

    /** A field: type, length, value. */
    public static String field(final int type, final String value) {
        return "" + (char) type + (char) (value.length() >> 8) + (char) (value.length() & 0xFF) + value;
    }

    /** The field on TLS, with what is within. */
    public static String tls(final int flags, final int verified, final String... fields) {
        return field(0x20, (char) flags + "\0\0\0" + (char) verified + String.join("", fields));
    }
}
