package io.posthaste.wire;

import java.nio.ByteBuffer;

/** Octets by their class in the grammars of RFC 5321 and RFC 5234. Octets from 0x80 on belong to none. Stateless. */
final class Ascii {
    /** {@link #decimal} of a range that is no number. */
    static final long NO_DECIMAL = -1;

    private static final byte ALPHA = 1;
    private static final byte DIGIT = 1 << 1;
    private static final byte HEX = 1 << 2;
    private static final byte ATEXT = 1 << 3;
    private static final byte[] CLASSES = classes();

    private Ascii() {}

    static boolean isWhiteSpace(final byte octet) {
        return octet == ' ' || octet == '\t';
    }

    static boolean isControl(final byte octet) {
        return octet >= 0 && octet < ' ' || octet == 0x7F;
    }

    static boolean isDigit(final byte octet) {
        return is(octet, DIGIT);
    }

    static boolean isHexDigit(final byte octet) {
        return is(octet, HEX);
    }

    /** ALPHA / DIGIT (RFC 5321, 4.1.2, Let-dig). */
    static boolean isLetterOrDigit(final byte octet) {
        return is(octet, (byte) (ALPHA | DIGIT));
    }

    /** The octets of an Atom (RFC 5322, 3.2.3). */
    static boolean isAtext(final byte octet) {
        return is(octet, ATEXT);
    }

    /** A letter in its capital form; any other octet as it is, 0 to 0xFF. */
    static int toUpper(final byte octet) {
        return is(octet, ALPHA) ? octet & ~0x20 : octet & 0xFF;
    }

    /** Whether the range holds this text in any case; {@code upper} is in capital letters. */
    static boolean equalsIgnoreCase(final ByteBuffer in, final int from, final int to, final byte[] upper) {
        return to - from == upper.length && startsWithIgnoreCase(in, from, to, upper);
    }

    /** Whether the range starts with this text in any case; {@code upper} is in capital letters. */
    static boolean startsWithIgnoreCase(final ByteBuffer in, final int from, final int to, final byte[] upper) {
        if (to - from < upper.length) {
            return false;
        }
        for (int i = 0; i < upper.length; i++) {
            if (toUpper(in.get(from + i)) != upper[i]) {
                return false;
            }
        }
        return true;
    }

    /** Index of the first octet in the range that is not white space, or {@code to}. */
    static int skipWhiteSpace(final ByteBuffer in, final int from, final int to) {
        int i = from;
        while (i < to && isWhiteSpace(in.get(i))) {
            i++;
        }
        return i;
    }

    /** Index of the first white space in the range, or {@code to}. */
    static int skipWord(final ByteBuffer in, final int from, final int to) {
        int i = from;
        while (i < to && !isWhiteSpace(in.get(i))) {
            i++;
        }
        return i;
    }

    /**
     * The value of {@code 1*DIGIT}.
     *
     * @return {@link Long#MAX_VALUE} for that and more, {@link #NO_DECIMAL} when the range is empty or holds anything else
     */
    static long decimal(final ByteBuffer in, final int from, final int to) {
        long value = from < to ? 0 : NO_DECIMAL;
        for (int i = from; i < to; i++) {
            final byte octet = in.get(i);
            if (!isDigit(octet)) {
                return NO_DECIMAL;
            }
            final int digit = octet - '0';
            value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
        }
        return value;
    }

    /** The end of the range without the white space at its end. */
    static int trimmedEnd(final ByteBuffer in, final int from, final int to) {
        int end = to;
        while (end > from && isWhiteSpace(in.get(end - 1))) {
            end--;
        }
        return end;
    }

    private static boolean is(final byte octet, final byte kinds) {
        return (CLASSES[octet & 0xFF] & kinds) != 0;
    }

    private static byte[] classes() {
        final byte[] classes = new byte[256];
        for (char c = 'a'; c <= 'z'; c++) {
            classes[c] = classes[c - 'a' + 'A'] = (byte) (ALPHA | ATEXT | (c <= 'f' ? HEX : 0));
        }
        for (char c = '0'; c <= '9'; c++) {
            classes[c] = DIGIT | HEX | ATEXT;
        }
        for (final char c : "!#$%&'*+-/=?^_`{|}~".toCharArray()) {
            classes[c] = ATEXT;
        }
        return classes;
    }
}
