package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Values of RFC 3461, 4: {@code xtext = *( xchar / hexchar )}, where a xchar is a visible ASCII character but {@code +}
 * and {@code =}, and a hexchar is {@code +} with two upper-case hex digits. Stateless.
 *
 * <p>A hexchar must not stand for a control other than HTAB: sections 4.2 and 4.4 have printable text only, and a CRLF that
 * is decoded into a notification would start a header field of the client's making. A hexchar from +80 on is let through,
 * though these sections exclude it too: senders encode non-ASCII addresses so.
 */
final class Xtext {
    /** Octets of an envelope identifier as it is sent (RFC 3461). */
    static final int ENVID_LIMIT = 100;

    /** Octets of an original recipient as it is sent, address type included (RFC 3461). */
    static final int ORCPT_LIMIT = 500;

    /** Octets of an authenticated sender as it is sent (RFC 4954, 3). */
    static final int AUTH_LIMIT = 500;

    private static final byte[] UTF_8 = "UTF-8".getBytes(US_ASCII);

    private Xtext() {}

    /** Whether the range is the value of ENVID: xtext that is neither empty nor too long. */
    static boolean isEnvid(final ByteBuffer in, final int from, final int to) {
        return from < to && to - from <= ENVID_LIMIT && isXtext(in, from, to, false);
    }

    /** Whether the range is the value of AUTH (RFC 4954, 5): xtext that is neither empty nor too long, or {@code <>}. */
    static boolean isAuth(final ByteBuffer in, final int from, final int to) {
        final boolean isNobody = to - from == 2 && in.get(from) == '<' && in.get(from + 1) == '>';
        return isNobody || from < to && to - from <= AUTH_LIMIT && isXtext(in, from, to, false);
    }

    /**
     * Whether the range is the value of ORCPT: {@code addr-type ";" xtext}. With SMTPUTF8 an address of the type utf-8 may
     * hold UTF-8 as it is (RFC 6533, 3).
     */
    static boolean isOrcpt(final ByteBuffer in, final int from, final int to, final boolean smtpUtf8) {
        final int semicolon = typeEnd(in, from, to);
        if (semicolon == from || semicolon == to || in.get(semicolon) != ';' || to - from > ORCPT_LIMIT) {
            return false;
        }
        final boolean nonAscii = smtpUtf8 && Ascii.equalsIgnoreCase(in, from, semicolon, UTF_8);
        return isXtext(in, semicolon + 1, to, nonAscii)
                && (!nonAscii || Utf8.errorIn(in, semicolon + 1, to) == ArgumentError.NONE);
    }

    /** Index behind the atom at the start of the range; where the semicolon of an ORCPT stands. */
    static int typeEnd(final ByteBuffer in, final int from, final int to) {
        int i = from;
        while (i < to && Ascii.isAtext(in.get(i))) {
            i++;
        }
        return i;
    }

    /** Whether the range is xtext, which may be empty; octets from 0x80 on pass unseen if {@code nonAscii}. */
    private static boolean isXtext(final ByteBuffer in, final int from, final int to, final boolean nonAscii) {
        for (int i = from; i < to; i++) {
            final byte octet = in.get(i);
            if (octet == '+') {
                if (to - i <= 2 || !isHexchar(in.get(i + 1), in.get(i + 2))) {
                    return false;
                }
                i += 2;
            } else if (octet < 0 ? !nonAscii : octet <= ' ' || octet == '=' || octet == 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHexchar(final byte high, final byte low) {
        if (!isUpperHexDigit(high) || !isUpperHexDigit(low)) {
            return false;
        }
        final boolean isControl = high < '2' || high == '7' && low == 'F';
        return !isControl || high == '0' && low == '9';
    }

    private static boolean isUpperHexDigit(final byte octet) {
        return Ascii.isDigit(octet) || octet >= 'A' && octet <= 'F';
    }
}
