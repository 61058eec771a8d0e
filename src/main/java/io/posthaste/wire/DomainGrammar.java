package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * Domain of RFC 5321, 4.1.2, for paths and for the greeting. Stateless.
 *
 * <p>One concession: an underscore counts as a letter, because hosts with such names exist and send mail. A label of
 * digits only is allowed, as the grammar has it; a trailing dot is not.
 *
 * <p>Where RFC 6531 has U-labels, octets from 0x80 on count as letters. Such a label is not checked against IDNA (RFC 5891):
 * which characters it may have depends on the version of Unicode, and whether the domain exists is for its resolver to say.
 * Nor is it held to {@link #LABEL_LIMIT}, which is that of its A-label and does not follow from its octets. That the octets
 * are UTF-8 is the caller's business.
 */
final class DomainGrammar {
    /** Octets of a domain (RFC 5321, 4.5.3.1.2). */
    static final int DOMAIN_LIMIT = 255;

    /** Octets of a label (RFC 1035, 2.3.4). */
    static final int LABEL_LIMIT = 63;

    private DomainGrammar() {}

    /**
     * Reads a domain or an address literal.
     *
     * @param in borrowed for the call
     * @param from its first octet
     * @param to nothing from here on is read
     * @param nonAscii whether U-labels are allowed
     * @return index of the first octet that does not belong to it, or the {@link ArgumentError#refusal}
     */
    static int domainOrLiteral(final ByteBuffer in, final int from, final int to, final boolean nonAscii) {
        if (from < to && in.get(from) == '[') {
            return AddressLiteral.parse(in, from, to, nonAscii);
        }
        return domain(in, from, to, nonAscii);
    }

    /**
     * Reads {@code sub-domain *("." sub-domain)}.
     *
     * @param in borrowed for the call
     * @param from its first octet
     * @param to nothing from here on is read
     * @param nonAscii whether U-labels are allowed
     * @return index of the first octet that cannot belong to it, or the {@link ArgumentError#refusal}
     */
    static int domain(final ByteBuffer in, final int from, final int to, final boolean nonAscii) {
        int labelStart = from;
        int i = from;
        for (; i < to; i++) {
            final byte octet = in.get(i);
            if (octet == '.') {
                if (!isLabel(in, labelStart, i)) {
                    return ArgumentError.MALFORMED_DOMAIN.refusal();
                }
                labelStart = i + 1;
            } else if (!isLabelOctet(octet, nonAscii)) {
                final ArgumentError error = ArgumentError.ofOctet(octet, nonAscii, ArgumentError.NONE);
                if (error != ArgumentError.NONE) {
                    return error.refusal();
                }
                break;
            }
        }
        if (!isLabel(in, labelStart, i)) {
            return ArgumentError.MALFORMED_DOMAIN.refusal();
        }
        return i - from > DOMAIN_LIMIT ? ArgumentError.DOMAIN_TOO_LONG.refusal() : i;
    }

    private static boolean isLabel(final ByteBuffer in, final int from, final int to) {
        return to > from
                && in.get(from) != '-'
                && in.get(to - 1) != '-'
                && (to - from <= LABEL_LIMIT || !Utf8.isAscii(in, from, to));
    }

    private static boolean isLabelOctet(final byte octet, final boolean nonAscii) {
        return Ascii.isLetterOrDigit(octet) || octet == '-' || octet == '_' || nonAscii && octet < 0;
    }
}
