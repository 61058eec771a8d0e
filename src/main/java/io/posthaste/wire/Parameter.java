package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** The parameters of MAIL and RCPT that extensions define. A further one takes a line here and a case at its command. */
enum Parameter {
    /** RFC 1870, with MAIL. */
    SIZE,
    /** RFC 6152 and RFC 3030, with MAIL. */
    BODY,
    /** RFC 6531, with MAIL. */
    SMTPUTF8,
    /** RFC 8689, with MAIL. */
    REQUIRETLS,
    /** RFC 4954, with MAIL. */
    AUTH,
    /** RFC 3461, with MAIL. */
    RET,
    /** RFC 3461, with MAIL. */
    ENVID,
    /** RFC 3461, with RCPT. */
    NOTIFY,
    /** RFC 3461, with RCPT. */
    ORCPT,
    /** None of the above, or not one of those looked for. */
    UNKNOWN;

    private static final Parameter[] KNOWN = {SIZE, BODY, SMTPUTF8, REQUIRETLS, AUTH, RET, ENVID, NOTIFY, ORCPT};

    private final byte[] keyword = name().getBytes(US_ASCII);

    /** The parameter of the set {@code candidates} of {@link #bit}s with this keyword, in any case; never null. */
    static Parameter of(final ByteBuffer in, final int from, final int to, final int candidates) {
        for (final Parameter parameter : KNOWN) {
            if (parameter.isIn(candidates) && Ascii.equalsIgnoreCase(in, from, to, parameter.keyword)) {
                return parameter;
            }
        }
        return UNKNOWN;
    }

    /** A bit of its own, for sets of parameters. */
    int bit() {
        return 1 << ordinal();
    }

    /** Whether it belongs to the set of {@link #bit}s. */
    boolean isIn(final int bits) {
        return (bits & bit()) != 0;
    }
}
