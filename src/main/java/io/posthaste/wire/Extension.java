package io.posthaste.wire;

/** The extensions that define parameters of MAIL and RCPT. What they require of each other is the announcer's business. */
public enum Extension {
    /** RFC 1870: SIZE with MAIL. */
    SIZE(Parameter.SIZE.bit(), 0),
    /** RFC 6152, 8BITMIME: BODY=7BIT and BODY=8BITMIME with MAIL. */
    EIGHT_BIT_MIME(Parameter.BODY.bit(), 0),
    /** RFC 3030, BINARYMIME: BODY=7BIT and BODY=BINARYMIME with MAIL. It requires CHUNKING, which has no parameter. */
    BINARY_MIME(Parameter.BODY.bit(), 0),
    /** RFC 6531: SMTPUTF8 with MAIL, VRFY and EXPN. It requires 8BITMIME. */
    SMTPUTF8(Parameter.SMTPUTF8.bit(), 0),
    /** RFC 8689: REQUIRETLS with MAIL; to be announced within TLS only. */
    REQUIRETLS(Parameter.REQUIRETLS.bit(), 0),
    /** RFC 4954: AUTH with MAIL; to be announced within TLS only. */
    AUTH(Parameter.AUTH.bit(), 0),
    /** RFC 3461: RET and ENVID with MAIL, NOTIFY and ORCPT with RCPT. */
    DSN(Parameter.RET.bit() | Parameter.ENVID.bit(), Parameter.NOTIFY.bit() | Parameter.ORCPT.bit());

    private final int mailParameters;
    private final int rcptParameters;

    Extension(final int mailParameters, final int rcptParameters) {
        this.mailParameters = mailParameters;
        this.rcptParameters = rcptParameters;
    }

    /** The {@link Parameter#bit}s of what it adds to MAIL. */
    int mailParameters() {
        return mailParameters;
    }

    /** The {@link Parameter#bit}s of what it adds to RCPT. */
    int rcptParameters() {
        return rcptParameters;
    }

    /** A bit of its own, for sets of extensions. */
    int bit() {
        return 1 << ordinal();
    }
}
