package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Arguments of MAIL: {@code SP "FROM:" Reverse-path [SP Mail-parameters]} (RFC 5321, 4.1.1.2) with SIZE (RFC 1870), BODY
 * (RFC 6152, RFC 3030), SMTPUTF8 (RFC 6531), REQUIRETLS (RFC 8689), AUTH (RFC 4954; checked, and no more: nobody is trusted
 * to speak for others), RET and ENVID (RFC 3461), as far as they were announced. The results mean something only after {@link ArgumentError#NONE}. Reusable; belongs to one reactor.
 */
public final class MailArguments {
    /** {@link #declaredSize()} when the client declared none. */
    public static final long NO_SIZE = -1;

    /** Digits of a size (RFC 1870, 4). */
    private static final int SIZE_DIGITS = 20;

    private static final byte[] FROM = "FROM".getBytes(US_ASCII);
    private static final byte[] SEVEN_BIT = "7BIT".getBytes(US_ASCII);
    private static final byte[] EIGHT_BIT_MIME = "8BITMIME".getBytes(US_ASCII);
    private static final byte[] BINARY_MIME = "BINARYMIME".getBytes(US_ASCII);
    private static final byte[] FULL = "FULL".getBytes(US_ASCII);
    private static final byte[] HEADERS = "HDRS".getBytes(US_ASCII);

    private final PathParser path = new PathParser();
    private final ParameterCursor parameters = new ParameterCursor();
    private long declaredSize = NO_SIZE;
    private BodyType bodyType = BodyType.SEVEN_BIT;
    private boolean isSmtpUtf8;
    private boolean isTlsRequired;
    private ReturnType ret = ReturnType.UNSPECIFIED;
    private int envidStart;
    private int envidEnd;

    /** Creates arguments whose results are empty. */
    public MailArguments() {}

    /**
     * Reads the rest of a MAIL command line. White space at its end is always tolerated (RFC 5321, 4.1.1).
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from index behind the verb
     * @param to end of the line, without its CRLF
     * @param options what was announced
     * @return the first error found, or {@link ArgumentError#NONE}; whether the octets of the path may be such without
     *     SMTPUTF8 is known last
     */
    public ArgumentError parse(final ByteBuffer in, final int from, final int to, final ParameterOptions options) {
        clear();
        final boolean tolerateSpaces = options.toleratesSpaces();
        final int end = Ascii.trimmedEnd(in, from, to);
        final int pathStart = PathKeyword.read(in, from, end, FROM, tolerateSpaces);
        if (pathStart < 0) {
            return ArgumentError.of(pathStart);
        }
        final ArgumentError pathError = path.parseReversePath(in, pathStart, end, options.has(Extension.SMTPUTF8));
        if (pathError != ArgumentError.NONE) {
            return pathError;
        }
        parameters.wrap(in, path.end(), end, options.mailParameters(), tolerateSpaces, false);
        while (parameters.next()) {
            final ArgumentError error = accept(in, parameters.valueStart(), parameters.valueEnd(), options);
            if (error != ArgumentError.NONE) {
                return error;
            }
        }
        if (parameters.error() != ArgumentError.NONE || path.isAscii()) {
            return parameters.error();
        }
        return isSmtpUtf8 ? path.checkUtf8(in) : ArgumentError.NON_ASCII;
    }

    /**
     * The reverse-path.
     *
     * @return the parser of this object, overwritten by the next {@link #parse}
     */
    public PathParser path() {
        return path;
    }

    /**
     * The value of SIZE.
     *
     * @return octets, {@link Long#MAX_VALUE} for that and more, {@link #NO_SIZE} when absent
     */
    public long declaredSize() {
        return declaredSize;
    }

    /**
     * The value of BODY.
     *
     * @return {@link BodyType#SEVEN_BIT} when absent
     */
    public BodyType bodyType() {
        return bodyType;
    }

    /**
     * Whether the client asked for SMTPUTF8: the paths of the transaction and the header of its message may hold UTF-8.
     *
     * @return true with SMTPUTF8
     */
    public boolean isSmtpUtf8() {
        return isSmtpUtf8;
    }

    /**
     * Whether the message may travel on over TLS only (RFC 8689).
     *
     * @return true with REQUIRETLS
     */
    public boolean isTlsRequired() {
        return isTlsRequired;
    }

    /**
     * The value of RET.
     *
     * @return {@link ReturnType#UNSPECIFIED} when absent
     */
    public ReturnType ret() {
        return ret;
    }

    /**
     * Where the value of ENVID starts: xtext, as the client sent it.
     *
     * @return index of its first octet; {@link #envidEnd()} when absent
     */
    public int envidStart() {
        return envidStart;
    }

    /**
     * Where the value of ENVID ends.
     *
     * @return index behind its last octet
     */
    public int envidEnd() {
        return envidEnd;
    }

    private void clear() {
        declaredSize = NO_SIZE;
        bodyType = BodyType.SEVEN_BIT;
        isSmtpUtf8 = false;
        isTlsRequired = false;
        ret = ReturnType.UNSPECIFIED;
        envidStart = envidEnd = 0;
    }

    private ArgumentError accept(
            final ByteBuffer in, final int valueStart, final int valueEnd, final ParameterOptions options) {
        switch (parameters.parameter()) {
            case SIZE:
                return size(in, valueStart, valueEnd);
            case BODY:
                return body(in, valueStart, valueEnd, options);
            case SMTPUTF8:
                isSmtpUtf8 = true;
                return parameters.hasValue() ? ArgumentError.MALFORMED_PARAMETER : ArgumentError.NONE;
            case REQUIRETLS:
                isTlsRequired = true;
                return parameters.hasValue() ? ArgumentError.MALFORMED_PARAMETER : ArgumentError.NONE;
            case AUTH:
                return Xtext.isAuth(in, valueStart, valueEnd) ? ArgumentError.NONE : ArgumentError.MALFORMED_AUTH;
            case RET:
                return ret(in, valueStart, valueEnd);
            case ENVID:
                envidStart = valueStart;
                envidEnd = valueEnd;
                return Xtext.isEnvid(in, valueStart, valueEnd) ? ArgumentError.NONE : ArgumentError.MALFORMED_ENVID;
            default:
                return ArgumentError.UNKNOWN_PARAMETER;
        }
    }

    private ArgumentError size(final ByteBuffer in, final int from, final int to) {
        final long size = to - from > SIZE_DIGITS ? Ascii.NO_DECIMAL : Ascii.decimal(in, from, to);
        if (size == Ascii.NO_DECIMAL) {
            return ArgumentError.MALFORMED_SIZE;
        }
        declaredSize = size;
        return ArgumentError.NONE;
    }

    private ArgumentError body(final ByteBuffer in, final int from, final int to, final ParameterOptions options) {
        if (options.has(Extension.EIGHT_BIT_MIME) && Ascii.equalsIgnoreCase(in, from, to, EIGHT_BIT_MIME)) {
            bodyType = BodyType.EIGHT_BIT_MIME;
        } else if (options.has(Extension.BINARY_MIME) && Ascii.equalsIgnoreCase(in, from, to, BINARY_MIME)) {
            bodyType = BodyType.BINARY_MIME;
        } else if (!Ascii.equalsIgnoreCase(in, from, to, SEVEN_BIT)) {
            return ArgumentError.UNKNOWN_BODY_TYPE;
        }
        return ArgumentError.NONE;
    }

    private ArgumentError ret(final ByteBuffer in, final int from, final int to) {
        if (Ascii.equalsIgnoreCase(in, from, to, FULL)) {
            ret = ReturnType.FULL;
        } else if (Ascii.equalsIgnoreCase(in, from, to, HEADERS)) {
            ret = ReturnType.HEADERS;
        } else {
            return ArgumentError.MALFORMED_RET;
        }
        return ArgumentError.NONE;
    }
}
