package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** The parameters of MAIL and RCPT that extensions define. A further one takes a line here and a case at its command. */
enum Parameter {
    /** RFC 1870. */
    SIZE,
    /** RFC 6152. */
    BODY,
    /** None of the above. */
    UNKNOWN;

    private static final Parameter[] KNOWN = {SIZE, BODY};

    private final byte[] keyword = name().getBytes(US_ASCII);

    /** The parameter with this keyword, in any case; never null. */
    static Parameter of(final ByteBuffer in, final int from, final int to) {
        for (final Parameter parameter : KNOWN) {
            if (Ascii.equalsIgnoreCase(in, from, to, parameter.keyword)) {
                return parameter;
            }
        }
        return UNKNOWN;
    }

    /** A bit of its own, for sets of parameters. */
    int bit() {
        return 1 << ordinal();
    }
}
