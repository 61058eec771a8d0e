package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * The PROXY protocol's version 1: {@code PROXY TCP4 192.0.2.1 198.51.100.1 51234 25} and CRLF. UNKNOWN tells nothing, and what
 * is behind it counts for nothing. Stateless.
 */
final class ProxyLine {
    private static final byte[] TCP4 = "TCP4".getBytes(US_ASCII);
    private static final byte[] TCP6 = "TCP6".getBytes(US_ASCII);
    private static final byte[] UNKNOWN = "UNKNOWN".getBytes(US_ASCII);
    private static final int PORT_DIGITS = 5;
    private static final int GREATEST_PORT = 65_535;

    private ProxyLine() {}

    /** As {@link ProxyHeader#parse}; the line begins at {@code from}, its second word at {@code position}. */
    static int parse(final ByteBuffer in, final int from, final int position, final int to, final ProxyHeader header) {
        final int lf = LineScanner.indexOfLf(in, from, Math.min(to, from + ProxyHeader.V1_LIMIT));
        if (lf < 0) {
            return to - from < ProxyHeader.V1_LIMIT ? ProxyHeader.INCOMPLETE : ProxyHeader.TOO_LONG;
        }
        final int end = lf - 1;
        if (end < position || in.get(end) != '\r') {
            return ProxyHeader.MALFORMED;
        }
        final int wordEnd = wordEnd(in, position, end);
        if (equals(in, position, wordEnd, UNKNOWN)) {
            return lf + 1;
        }
        final boolean isIpv6 = equals(in, position, wordEnd, TCP6);
        if (!isIpv6 && !equals(in, position, wordEnd, TCP4) || !isRest(in, wordEnd, end, isIpv6, header)) {
            return ProxyHeader.MALFORMED;
        }
        header.sourceLength(isIpv6 ? ProxyHeader.IPV6_LENGTH : ProxyHeader.IPV4_LENGTH);
        return lf + 1;
    }

    /** Reads two addresses and two ports, with one space before each. */
    private static boolean isRest(
            final ByteBuffer in, final int from, final int end, final boolean isIpv6, final ProxyHeader header) {
        final int source = from + 1;
        final int sourceEnd = wordEnd(in, source, end);
        final int destination = sourceEnd + 1;
        final int destinationEnd = wordEnd(in, destination, end);
        final int sourcePort = destinationEnd + 1;
        final int sourcePortEnd = wordEnd(in, sourcePort, end);
        final int destinationPort = sourcePortEnd + 1;
        return isAddress(in, source, sourceEnd, isIpv6, header.source)
                && isAddress(in, destination, destinationEnd, isIpv6, header.destination)
                && isPort(in, sourcePort, sourcePortEnd)
                && isPort(in, destinationPort, end);
    }

    private static boolean isAddress(
            final ByteBuffer in, final int from, final int to, final boolean isIpv6, final byte[] target) {
        return isIpv6 ? AddressText.ipv6(in, from, to, target) : AddressText.ipv4(in, from, to, target, 0);
    }

    /** Decimal, without zeros ahead. */
    private static boolean isPort(final ByteBuffer in, final int from, final int to) {
        if (to - from > PORT_DIGITS || to - from > 1 && in.get(from) == '0') {
            return false;
        }
        final long value = Ascii.decimal(in, from, to);
        return value != Ascii.NO_DECIMAL && value <= GREATEST_PORT;
    }

    private static int wordEnd(final ByteBuffer in, final int from, final int end) {
        int i = Math.min(from, end);
        while (i < end && in.get(i) != ' ') {
            i++;
        }
        return i;
    }

    private static boolean equals(final ByteBuffer in, final int from, final int to, final byte[] word) {
        if (to - from != word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (in.get(from + i) != word[i]) {
                return false;
            }
        }
        return true;
    }
}
