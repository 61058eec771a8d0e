package io.posthaste.wire;

/**
 * Which parameters the commands of a session may have, by the extensions that were announced to it, and how strict their
 * syntax is. Made once, asked for each command. Immutable; any thread may use it.
 */
public final class ParameterOptions {
    private final boolean tolerateSpaces;
    private final int extensions;
    private final int mailParameters;
    private final int rcptParameters;

    private ParameterOptions(final boolean tolerateSpaces, final Extension[] announced) {
        this.tolerateSpaces = tolerateSpaces;
        int bits = 0;
        int mail = 0;
        int rcpt = 0;
        for (final Extension extension : announced) {
            bits |= extension.bit();
            mail |= extension.mailParameters();
            rcpt |= extension.rcptParameters();
        }
        extensions = bits;
        mailParameters = mail;
        rcptParameters = rcpt;
    }

    /**
     * Options for these extensions.
     *
     * @param tolerateSpaces whether white space around the colon of MAIL and RCPT, and more than one space elsewhere, is
     *     accepted
     * @param announced what EHLO lists; none for a session that began with HELO
     */
    public static ParameterOptions of(final boolean tolerateSpaces, final Extension... announced) {
        return new ParameterOptions(tolerateSpaces, announced);
    }

    /** Whether white space is accepted where the grammar has none, or one space only. */
    public boolean toleratesSpaces() {
        return tolerateSpaces;
    }

    /** Whether the extension was announced. */
    public boolean has(final Extension extension) {
        return (extensions & extension.bit()) != 0;
    }

    /** The {@link Parameter#bit}s of what MAIL may have. */
    int mailParameters() {
        return mailParameters;
    }

    /** The {@link Parameter#bit}s of what RCPT may have. */
    int rcptParameters() {
        return rcptParameters;
    }
}
