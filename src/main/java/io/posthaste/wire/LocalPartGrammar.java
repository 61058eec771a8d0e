package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * Local-part of RFC 5321, 4.1.2: {@code Dot-string / Quoted-string}. Where RFC 6531, 3.3 extends atext and qtextSMTP, octets
 * from 0x80 on belong to both, but not behind a backslash; that they are UTF-8 is the caller's business. Stateless.
 */
final class LocalPartGrammar {
    private LocalPartGrammar() {}

    /**
     * Reads a local-part.
     *
     * @param in borrowed for the call
     * @param from its first octet
     * @param to nothing from here on is read
     * @param nonAscii whether octets from 0x80 on are allowed
     * @return index of the first octet that cannot belong to it, or the {@link ArgumentError#refusal}
     */
    static int localPart(final ByteBuffer in, final int from, final int to, final boolean nonAscii) {
        final boolean isQuoted = from < to && in.get(from) == '"';
        final int end = isQuoted ? quotedString(in, from, to, nonAscii) : dotString(in, from, to, nonAscii);
        return end - from > PathParser.LOCAL_PART_LIMIT ? ArgumentError.LOCAL_PART_TOO_LONG.refusal() : end;
    }

    /** {@code Atom *("." Atom)}; white space and octets that are wrong in any place are left to the caller. */
    private static int dotString(final ByteBuffer in, final int from, final int to, final boolean nonAscii) {
        boolean expectAtom = true;
        int i = from;
        for (; i < to; i++) {
            final byte octet = in.get(i);
            if (Ascii.isAtext(octet) || nonAscii && octet < 0) {
                expectAtom = false;
            } else if (octet == '.' && !expectAtom) {
                expectAtom = true;
            } else {
                break;
            }
        }
        final boolean breaksOff = expectAtom && i < to && isVisible(in.get(i));
        return breaksOff ? ArgumentError.MALFORMED_LOCAL_PART.refusal() : i;
    }

    /** {@code DQUOTE *QcontentSMTP DQUOTE}, which may be empty. */
    private static int quotedString(final ByteBuffer in, final int from, final int to, final boolean nonAscii) {
        for (int i = from + 1; i < to; i++) {
            byte octet = in.get(i);
            if (octet == '"') {
                return i + 1;
            }
            final boolean isPair = octet == '\\' && i + 1 < to;
            if (isPair) {
                i++;
                octet = in.get(i);
            }
            if (octet < 0 && nonAscii && !isPair) {
                continue;
            }
            if (octet < ' ' || octet == 0x7F) {
                final ArgumentError otherwise =
                        octet < 0 ? ArgumentError.MALFORMED_LOCAL_PART : ArgumentError.FORBIDDEN_CHARACTER;
                return ArgumentError.ofOctet(octet, nonAscii, otherwise).refusal();
            }
        }
        return ArgumentError.MALFORMED_LOCAL_PART.refusal();
    }

    private static boolean isVisible(final byte octet) {
        return octet > ' ' && octet != 0x7F;
    }
}
