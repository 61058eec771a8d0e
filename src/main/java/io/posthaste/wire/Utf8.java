package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * Well-formed UTF-8 (RFC 3629, 4), checked in place: no overlong form, no surrogate, nothing above U+10FFFF, no sequence
 * cut short. Runs of ASCII pass eight octets at a time. Any buffer order, any alignment. Stateless.
 */
public final class Utf8 {
    /** There is no malformed sequence in the range. */
    public static final int WELL_FORMED = -1;

    private static final int CONTINUATION_MIN = 0x80;
    private static final int CONTINUATION_MAX = 0xBF;
    private static final int LEAD_MIN_OF_2 = 0xC2;
    private static final int LEAD_MIN_OF_3 = 0xE0;
    private static final int LEAD_MIN_OF_4 = 0xF0;
    private static final int LEAD_MAX = 0xF4;

    /** A three-octet sequence from U+0800 on. */
    private static final int SECOND_MIN_AFTER_E0 = 0xA0;
    /** A three-octet sequence below the surrogates, which start at U+D800. */
    private static final int SECOND_MAX_AFTER_ED = 0x9F;
    /** A four-octet sequence from U+10000 on. */
    private static final int SECOND_MIN_AFTER_F0 = 0x90;
    /** A four-octet sequence up to U+10FFFF. */
    private static final int SECOND_MAX_AFTER_F4 = 0x8F;

    /** The first octet of the controls U+0080 to U+009F. */
    private static final byte C1_LEAD = (byte) 0xC2;
    /** The least second octet behind it that makes no control. */
    private static final byte C1_END = (byte) 0xA0;

    private Utf8() {}

    /**
     * Whether {@code [from, to)} is well-formed UTF-8; an empty range is.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from first octet looked at
     * @param to one past the last octet looked at; nothing behind it is read
     */
    public static boolean isWellFormed(final ByteBuffer in, final int from, final int to) {
        return indexOfMalformed(in, from, to) == WELL_FORMED;
    }

    /**
     * The first octet of the first sequence in {@code [from, to)} that is not well-formed.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from first octet looked at
     * @param to one past the last octet looked at; nothing behind it is read
     * @return its index, or {@link #WELL_FORMED}
     */
    public static int indexOfMalformed(final ByteBuffer in, final int from, final int to) {
        int i = from;
        while (i < to) {
            if (in.get(i) >= 0) {
                i = asciiEnd(in, i, to);
            } else {
                final int length = sequenceLength(in, i, to);
                if (length == 0) {
                    return i;
                }
                i += length;
            }
        }
        return WELL_FORMED;
    }

    /**
     * Whether {@code [from, to)} holds octets up to 0x7F only; an empty range does.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from first octet looked at
     * @param to one past the last octet looked at; nothing behind it is read
     */
    public static boolean isAscii(final ByteBuffer in, final int from, final int to) {
        return asciiEnd(in, from, to) == to;
    }

    /**
     * What is wrong with text in a place where RFC 6531 has UTF-8. Its ASCII octets are the caller's business.
     *
     * @return {@link ArgumentError#MALFORMED_UTF8}, {@link ArgumentError#FORBIDDEN_CHARACTER} for one of the controls
     *     U+0080 to U+009F, or {@link ArgumentError#NONE}
     */
    static ArgumentError errorIn(final ByteBuffer in, final int from, final int to) {
        if (!isWellFormed(in, from, to)) {
            return ArgumentError.MALFORMED_UTF8;
        }
        for (int i = from; i < to; i++) {
            if (in.get(i) == C1_LEAD && in.get(i + 1) < C1_END) {
                return ArgumentError.FORBIDDEN_CHARACTER;
            }
        }
        return ArgumentError.NONE;
    }

    /** Index of the first octet from 0x80 on, or {@code to}. */
    private static int asciiEnd(final ByteBuffer in, final int from, final int to) {
        int i = from;
        for (final int last = to - Swar.WORD; i <= last; i += Swar.WORD) {
            final long found = Swar.word(in, i) & Swar.HIGH_BITS;
            if (found != 0) {
                return i + Swar.firstOctet(found);
            }
        }
        while (i < to && in.get(i) >= 0) {
            i++;
        }
        return i;
    }

    /** Octets of the sequence that starts with an octet from 0x80 on: 2 to 4, or 0 when it is malformed. */
    private static int sequenceLength(final ByteBuffer in, final int from, final int to) {
        final int lead = in.get(from) & 0xFF;
        if (lead < LEAD_MIN_OF_2 || lead > LEAD_MAX) {
            return 0;
        }
        final int length = lead < LEAD_MIN_OF_3 ? 2 : lead < LEAD_MIN_OF_4 ? 3 : 4;
        if (to - from < length || !isSecond(lead, in.get(from + 1) & 0xFF)) {
            return 0;
        }
        for (int i = from + 2; i < from + length; i++) {
            if ((in.get(i) & 0xC0) != CONTINUATION_MIN) {
                return 0;
            }
        }
        return length;
    }

    private static boolean isSecond(final int lead, final int octet) {
        switch (lead) {
            case 0xE0:
                return octet >= SECOND_MIN_AFTER_E0 && octet <= CONTINUATION_MAX;
            case 0xED:
                return octet >= CONTINUATION_MIN && octet <= SECOND_MAX_AFTER_ED;
            case 0xF0:
                return octet >= SECOND_MIN_AFTER_F0 && octet <= CONTINUATION_MAX;
            case 0xF4:
                return octet >= CONTINUATION_MIN && octet <= SECOND_MAX_AFTER_F4;
            default:
                return octet >= CONTINUATION_MIN && octet <= CONTINUATION_MAX;
        }
    }
}
