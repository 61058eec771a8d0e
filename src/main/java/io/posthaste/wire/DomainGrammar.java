package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * Domain of RFC 5321, 4.1.2, for paths and for the greeting. Stateless.
 *
 * <p>One concession: an underscore counts as a letter, because hosts with such names exist and send mail. A label of
 * digits only is allowed, as the grammar has it; a trailing dot is not.
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
     * @return index of the first octet that does not belong to it, or the {@link ArgumentError#refusal}
     */
    static int domainOrLiteral(final ByteBuffer in, final int from, final int to) {
        if (from < to && in.get(from) == '[') {
            return AddressLiteral.parse(in, from, to);
        }
        return domain(in, from, to);
    }

    /**
     * Reads {@code sub-domain *("." sub-domain)}.
     *
     * @param in borrowed for the call
     * @param from its first octet
     * @param to nothing from here on is read
     * @return index of the first octet that cannot belong to it, or the {@link ArgumentError#refusal}
     */
    static int domain(final ByteBuffer in, final int from, final int to) {
        int labelStart = from;
        int i = from;
        for (; i < to; i++) {
            final byte octet = in.get(i);
            if (octet == '.') {
                if (!isLabel(in, labelStart, i)) {
                    return ArgumentError.MALFORMED_DOMAIN.refusal();
                }
                labelStart = i + 1;
            } else if (!isLabelOctet(octet)) {
                final ArgumentError error = ArgumentError.ofOctet(octet, ArgumentError.NONE);
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
        return to > from && to - from <= LABEL_LIMIT && in.get(from) != '-' && in.get(to - 1) != '-';
    }

    private static boolean isLabelOctet(final byte octet) {
        return Ascii.isLetterOrDigit(octet) || octet == '-' || octet == '_';
    }
}
