package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Arguments of RCPT: {@code SP "TO:" Forward-path [SP Rcpt-parameters]} (RFC 5321, 4.1.1.3) with NOTIFY and ORCPT (RFC
 * 3461), as far as they were announced. The results mean something only after {@link ArgumentError#NONE}. Reusable; belongs
 * to one reactor.
 */
public final class RcptArguments {
    private static final byte[] TO = "TO".getBytes(US_ASCII);

    private final PathParser path = new PathParser();
    private final ParameterCursor parameters = new ParameterCursor();
    private int notifyOn = Notify.UNSPECIFIED;
    private int orcptStart;
    private int orcptAddressStart;
    private int orcptEnd;

    /** Creates arguments whose results are empty. */
    public RcptArguments() {}

    /**
     * Reads the rest of a RCPT command line. White space at its end is always tolerated (RFC 5321, 4.1.1).
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from index behind the verb
     * @param to end of the line, without its CRLF
     * @param options what was announced
     * @param smtpUtf8 whether the transaction has SMTPUTF8: the {@link MailArguments#isSmtpUtf8()} of its MAIL
     * @return the first error found, or {@link ArgumentError#NONE}
     */
    public ArgumentError parse(
            final ByteBuffer in, final int from, final int to, final ParameterOptions options, final boolean smtpUtf8) {
        clear();
        final boolean tolerateSpaces = options.toleratesSpaces();
        final int end = Ascii.trimmedEnd(in, from, to);
        final int pathStart = PathKeyword.read(in, from, end, TO, tolerateSpaces);
        if (pathStart < 0) {
            return ArgumentError.of(pathStart);
        }
        final ArgumentError pathError = path.parseForwardPath(in, pathStart, end, smtpUtf8);
        if (pathError != ArgumentError.NONE) {
            return pathError;
        }
        parameters.wrap(in, path.end(), end, options.rcptParameters(), tolerateSpaces, smtpUtf8);
        while (parameters.next()) {
            final ArgumentError error = accept(in, parameters.valueStart(), parameters.valueEnd(), smtpUtf8);
            if (error != ArgumentError.NONE) {
                return error;
            }
        }
        return parameters.error();
    }

    /**
     * The forward-path.
     *
     * @return the parser of this object, overwritten by the next {@link #parse}
     */
    public PathParser path() {
        return path;
    }

    /**
     * The value of NOTIFY.
     *
     * @return bits of {@link Notify}, {@link Notify#UNSPECIFIED} when absent
     */
    public int notifyOn() {
        return notifyOn;
    }

    /**
     * Where the value of ORCPT starts, with its address type: {@code addr-type;xtext}, as the client sent it.
     *
     * @return index of its first octet; {@link #orcptEnd()} when absent
     */
    public int orcptStart() {
        return orcptStart;
    }

    /**
     * Where the address in the value of ORCPT starts, behind the semicolon.
     *
     * @return index of its first octet; {@link #orcptEnd()} when absent or empty
     */
    public int orcptAddressStart() {
        return orcptAddressStart;
    }

    /**
     * Where the value of ORCPT ends.
     *
     * @return index behind its last octet
     */
    public int orcptEnd() {
        return orcptEnd;
    }

    private void clear() {
        notifyOn = Notify.UNSPECIFIED;
        orcptStart = orcptAddressStart = orcptEnd = 0;
    }

    private ArgumentError accept(
            final ByteBuffer in, final int valueStart, final int valueEnd, final boolean smtpUtf8) {
        switch (parameters.parameter()) {
            case NOTIFY:
                notifyOn = Notify.parse(in, valueStart, valueEnd);
                return notifyOn == Notify.UNSPECIFIED ? ArgumentError.MALFORMED_NOTIFY : ArgumentError.NONE;
            case ORCPT:
                return orcpt(in, valueStart, valueEnd, smtpUtf8);
            default:
                return ArgumentError.UNKNOWN_PARAMETER;
        }
    }

    private ArgumentError orcpt(final ByteBuffer in, final int from, final int to, final boolean smtpUtf8) {
        if (!Xtext.isOrcpt(in, from, to, smtpUtf8)) {
            return ArgumentError.MALFORMED_ORCPT;
        }
        orcptStart = from;
        orcptAddressStart = Xtext.typeEnd(in, from, to) + 1;
        orcptEnd = to;
        return ArgumentError.NONE;
    }
}
