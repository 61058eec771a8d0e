package io.posthaste.dnsbl;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/** Domain names as they are on the wire (RFC 1035 section 3.1): labels behind their lengths, the root at the end; in lower case. */
final class DnsName {
    /** Octets of a name, lengths and root included (RFC 1035 section 2.3.4). */
    static final int MOST_OCTETS = 255;

    /** Octets of the labels of an IPv6 address: 32 of a nibble each. */
    static final int REVERSED_V6_OCTETS = 64;

    private static final int MOST_LABEL_OCTETS = 63;
    private static final int V4_OCTETS = 4;
    private static final int NIBBLE = 0x0F;
    private static final String HEX = "0123456789abcdef";
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?");

    private DnsName() {}

    /**
     * Encodes a name such as {@code zen.example.org}.
     *
     * @throws IllegalArgumentException it is none; the message is for the operator
     */
    static byte[] encode(final String text) {
        final byte[] wire = new byte[text.length() + 2];
        int length = 0;
        for (final String label : text.split("\\.", -1)) {
            if (label.length() > MOST_LABEL_OCTETS || !LABEL.matcher(label).matches()) {
                throw new IllegalArgumentException("'" + text + "' is not a domain name");
            }
            length = put(wire, length, label);
        }
        length++;
        if (length > MOST_OCTETS) {
            throw new IllegalArgumentException("'" + text + "' is longer than a domain name may be");
        }
        return Arrays.copyOf(wire, length);
    }

    /**
     * The name under which a zone has an address (RFC 5782 sections 2.1 and 2.4): its octets, or its nibbles, last first.
     *
     * @param address four or sixteen octets
     * @param zone as {@link #encode} has it, short enough for both
     */
    static byte[] reversed(final byte[] address, final byte[] zone) {
        final byte[] wire = new byte[MOST_OCTETS];
        int length = 0;
        for (int i = address.length - 1; i >= 0; i--) {
            if (address.length == V4_OCTETS) {
                length = put(wire, length, Integer.toString(address[i] & 0xFF));
            } else {
                length = put(wire, length, HEX.substring(address[i] & NIBBLE, (address[i] & NIBBLE) + 1));
                final int high = address[i] >> V4_OCTETS & NIBBLE;
                length = put(wire, length, HEX.substring(high, high + 1));
            }
        }
        System.arraycopy(zone, 0, wire, length, zone.length);
        return Arrays.copyOf(wire, length + zone.length);
    }

    private static int put(final byte[] wire, final int at, final String label) {
        wire[at] = (byte) label.length();
        for (int i = 0; i < label.length(); i++) {
            wire[at + 1 + i] = lower((byte) label.charAt(i));
        }
        return at + 1 + label.length();
    }

    /** The octet, in lower case if it is an ASCII letter. Lengths of labels are below the letters. */
    static byte lower(final byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + ('a' - 'A')) : octet;
    }

    /** As people write it, for logs: {@code 2.0.0.127.zen.example.org}. */
    static String toString(final byte[] wire) {
        final StringBuilder text = new StringBuilder();
        for (int at = 0; wire[at] != 0; at += 1 + wire[at]) {
            text.append(text.isEmpty() ? "" : ".")
                    .append(new String(wire, at + 1, wire[at], StandardCharsets.US_ASCII));
        }
        return text.toString();
    }
}
