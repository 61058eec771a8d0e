package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Address literals of RFC 5321, 4.1.3: {@code [192.0.2.1]}, {@code [IPv6:2001:db8::1]} and {@code [tag:content]}.
 * Stateless.
 *
 * <p>Numbers of an IPv4 address may have leading zeros, as the grammar has it ({@code 1*3DIGIT}). {@code ::} stands for at
 * least two groups.
 */
final class AddressLiteral {
    private static final byte[] IPV6_TAG = "IPV6:".getBytes(US_ASCII);
    private static final int IPV6_GROUPS = 8;
    private static final int IPV6_GROUPS_BESIDE_ELISION = 6;
    private static final int IPV6_GROUP_DIGITS = 4;
    private static final int IPV4_AS_GROUPS = 2;
    private static final int IPV4_NUMBERS = 4;
    private static final int IPV4_NUMBER_DIGITS = 3;
    private static final int IPV4_NUMBER_LIMIT = 255;

    private AddressLiteral() {}

    /**
     * Reads an address literal.
     *
     * @param in borrowed for the call
     * @param from index of its {@code [}
     * @param to nothing from here on is read
     * @param nonAscii whether octets from 0x80 on are right in other places; here they never are
     * @return index behind its {@code ]}, or the {@link ArgumentError#refusal}
     */
    static int parse(final ByteBuffer in, final int from, final int to, final boolean nonAscii) {
        int close = from + 1;
        while (close < to && in.get(close) != ']') {
            final ArgumentError error = ArgumentError.ofOctet(in.get(close), nonAscii, ArgumentError.NONE);
            if (error != ArgumentError.NONE) {
                return error.refusal();
            }
            close++;
        }
        if (close >= to || !isAddress(in, from + 1, close)) {
            return ArgumentError.MALFORMED_ADDRESS_LITERAL.refusal();
        }
        return close + 1 - from > DomainGrammar.DOMAIN_LIMIT ? ArgumentError.DOMAIN_TOO_LONG.refusal() : close + 1;
    }

    private static boolean isAddress(final ByteBuffer in, final int from, final int to) {
        if (Ascii.startsWithIgnoreCase(in, from, to, IPV6_TAG)) {
            return isIpv6(in, from + IPV6_TAG.length, to);
        }
        return isIpv4(in, from, to) || isTagged(in, from, to);
    }

    /** {@code Snum 3("." Snum)}. */
    static boolean isIpv4(final ByteBuffer in, final int from, final int to) {
        int numbers = 0;
        int digits = 0;
        int number = 0;
        for (int i = from; i <= to; i++) {
            final byte octet = i < to ? in.get(i) : (byte) '.';
            if (Ascii.isDigit(octet)) {
                number = number * 10 + octet - '0';
                digits++;
                if (digits > IPV4_NUMBER_DIGITS || number > IPV4_NUMBER_LIMIT) {
                    return false;
                }
            } else if (octet == '.' && digits > 0) {
                numbers++;
                digits = 0;
                number = 0;
            } else {
                return false;
            }
        }
        return numbers == IPV4_NUMBERS;
    }

    /** {@code IPv6-full / IPv6-comp / IPv6v4-full / IPv6v4-comp}. */
    static boolean isIpv6(final ByteBuffer in, final int from, final int to) {
        int groups = 0;
        boolean elided = false;
        int i = from;
        if (startsElision(in, i, to)) {
            elided = true;
            i += 2;
        }
        while (i < to) {
            final int end = groupEnd(in, i, to);
            if (end < to && in.get(end) == '.') {
                return isIpv4(in, i, to) && fits(groups + IPV4_AS_GROUPS, elided);
            }
            if (end == i || end - i > IPV6_GROUP_DIGITS) {
                return false;
            }
            groups++;
            i = end;
            if (i == to) {
                break;
            }
            if (!elided && startsElision(in, i, to)) {
                elided = true;
                i += 2;
            } else if (in.get(i) == ':' && i + 1 < to) {
                i++;
            } else {
                return false;
            }
        }
        return fits(groups, elided);
    }

    private static boolean fits(final int groups, final boolean elided) {
        return elided ? groups <= IPV6_GROUPS_BESIDE_ELISION : groups == IPV6_GROUPS;
    }

    private static boolean startsElision(final ByteBuffer in, final int index, final int to) {
        return index + 1 < to && in.get(index) == ':' && in.get(index + 1) == ':';
    }

    private static int groupEnd(final ByteBuffer in, final int from, final int to) {
        int i = from;
        while (i < to && Ascii.isHexDigit(in.get(i))) {
            i++;
        }
        return i;
    }

    /** {@code Standardized-tag ":" 1*dcontent}. */
    private static boolean isTagged(final ByteBuffer in, final int from, final int to) {
        int colon = from;
        while (colon < to && (Ascii.isLetterOrDigit(in.get(colon)) || in.get(colon) == '-')) {
            colon++;
        }
        if (colon == from || colon + 1 >= to || in.get(colon) != ':' || in.get(colon - 1) == '-') {
            return false;
        }
        for (int i = colon + 1; i < to; i++) {
            if (!isContent(in.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isContent(final byte octet) {
        return octet > ' ' && octet != '[' && octet != '\\' && octet != ']' && octet != 0x7F;
    }
}
