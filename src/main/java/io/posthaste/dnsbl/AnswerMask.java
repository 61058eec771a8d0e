package io.posthaste.dnsbl;

import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of the addresses that a DNS list answers with count as listed: {@code 127.0.0.2}, {@code 127.0.0.[2..11]},
 * {@code 127.0.[0..1].[2;4;9..11]}. Immutable.
 */
final class AnswerMask {
    private static final int OCTETS = 4;
    private static final int GREATEST = 255;
    private static final String OCTET = "(\\d{1,3}|\\[\\d{1,3}(?:\\.\\.\\d{1,3})?(?:;\\d{1,3}(?:\\.\\.\\d{1,3})?)*])";
    private static final Pattern FORM = Pattern.compile(OCTET + "\\." + OCTET + "\\." + OCTET + "\\." + OCTET);

    /** Whatever a list may answer (RFC 5782 section 2.1): an address of loopback. */
    static final AnswerMask LOOPBACK = parse("127.[0..255].[0..255].[0..255]");

    private final BitSet[] octets;

    private AnswerMask(final BitSet[] octets) {
        this.octets = octets;
    }

    /** @throws IllegalArgumentException with a message for the operator */
    static AnswerMask parse(final String text) {
        final Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw notAMask(text);
        }
        final BitSet[] octets = new BitSet[OCTETS];
        for (int i = 0; i < OCTETS; i++) {
            octets[i] = new BitSet(GREATEST + 1);
            final String octet = matcher.group(i + 1);
            for (final String range : octet.replaceAll("[\\[\\]]", "").split(";", -1)) {
                final int dots = range.indexOf("..");
                final int first = Integer.parseInt(dots < 0 ? range : range.substring(0, dots));
                final int last = dots < 0 ? first : Integer.parseInt(range.substring(dots + 2));
                if (last > GREATEST || first > last) {
                    throw notAMask(text);
                }
                octets[i].set(first, last + 1);
            }
        }
        return new AnswerMask(octets);
    }

    /** Whether an IPv4 address, its first octet in the highest bits, counts. */
    boolean contains(final int address) {
        for (int i = 0; i < OCTETS; i++) {
            if (!octets[i].get(address >>> Byte.SIZE * (OCTETS - 1 - i) & GREATEST)) {
                return false;
            }
        }
        return true;
    }

    private static IllegalArgumentException notAMask(final String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not a set of answers: write it like 127.0.0.2 or 127.0.0.[2..11;14]");
    }
}
