package io.posthaste.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Addresses as balancers write them, to octets in network order. Stateless. */
final class AddressText {
    private static final int NUMBERS = 4;
    private static final int NUMBER_DIGITS = 3;
    private static final int GREATEST_NUMBER = 255;
    private static final int GROUPS = 8;
    private static final int GROUP_DIGITS = 4;
    private static final int NONE = -1;

    private AddressText() {}

    /** Four numbers without zeros ahead, which some would take for octal; four octets are put from {@code at} on. */
    static boolean ipv4(final ByteBuffer in, final int from, final int to, final byte[] target, final int at) {
        int position = from;
        for (int n = 0; n < NUMBERS; n++) {
            int end = position;
            while (end < to && in.get(end) != '.') {
                end++;
            }
            final boolean isLast = n == NUMBERS - 1;
            if ((end == to) != isLast
                    || end - position > NUMBER_DIGITS
                    || end - position > 1 && in.get(position) == '0') {
                return false;
            }
            final long number = Ascii.decimal(in, position, end);
            if (number == Ascii.NO_DECIMAL || number > GREATEST_NUMBER) {
                return false;
            }
            target[at + n] = (byte) number;
            position = end + 1;
        }
        return true;
    }

    /** Eight groups, one {@code ::} for one or more of them, the last two perhaps as IPv4 (RFC 4291 section 2.2). */
    static boolean ipv6(final ByteBuffer in, final int from, final int to, final byte[] target) {
        Arrays.fill(target, (byte) 0);
        int groups = 0;
        int elision = NONE;
        int i = from;
        if (isElision(in, i, to)) {
            elision = 0;
            i += 2;
        }
        while (i < to) {
            final int end = groupEnd(in, i, to);
            if (end < to && in.get(end) == '.') {
                if (groups > GROUPS - 2 || !ipv4(in, i, to, target, 2 * groups)) {
                    return false;
                }
                groups += 2;
                break;
            }
            if (groups == GROUPS || end == i || end - i > GROUP_DIGITS) {
                return false;
            }
            put(in, i, end, target, 2 * groups);
            groups++;
            i = end;
            if (i == to) {
                break;
            }
            if (isElision(in, i, to) && elision == NONE) {
                elision = groups;
                i += 2;
            } else if (in.get(i) == ':' && i + 1 < to) {
                i++;
            } else {
                return false;
            }
        }
        if (elision == NONE) {
            return groups == GROUPS;
        }
        if (groups == GROUPS) {
            return false;
        }
        final int behind = 2 * (groups - elision);
        System.arraycopy(target, 2 * elision, target, 2 * GROUPS - behind, behind);
        Arrays.fill(target, 2 * elision, 2 * GROUPS - behind, (byte) 0);
        return true;
    }

    private static void put(final ByteBuffer in, final int from, final int to, final byte[] target, final int at) {
        int value = 0;
        for (int i = from; i < to; i++) {
            value = value << 4 | Character.digit(in.get(i), 16);
        }
        target[at] = (byte) (value >> 8);
        target[at + 1] = (byte) value;
    }

    private static boolean isElision(final ByteBuffer in, final int index, final int to) {
        return index + 1 < to && in.get(index) == ':' && in.get(index + 1) == ':';
    }

    private static int groupEnd(final ByteBuffer in, final int from, final int to) {
        int i = from;
        while (i < to && Ascii.isHexDigit(in.get(i))) {
            i++;
        }
        return i;
    }
}
