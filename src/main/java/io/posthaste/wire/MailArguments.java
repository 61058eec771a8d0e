package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Arguments of MAIL: {@code SP "FROM:" Reverse-path [SP Mail-parameters]} (RFC 5321, 4.1.1.2) with SIZE (RFC 1870) and
 * BODY (RFC 6152). The results mean something only after {@link ArgumentError#NONE}. Reusable; belongs to one reactor.
 */
public final class MailArguments {
    /** {@link #declaredSize()} when the client declared none. */
    public static final long NO_SIZE = -1;

    /** Digits of a size (RFC 1870, 4). */
    private static final int SIZE_DIGITS = 20;

    private static final byte[] FROM = "FROM".getBytes(US_ASCII);
    private static final byte[] SEVEN_BIT = "7BIT".getBytes(US_ASCII);
    private static final byte[] EIGHT_BIT_MIME = "8BITMIME".getBytes(US_ASCII);

    private final PathParser path = new PathParser();
    private final ParameterCursor parameters = new ParameterCursor();
    private long declaredSize = NO_SIZE;
    private BodyType bodyType = BodyType.SEVEN_BIT;

    /** Creates arguments whose results are empty. */
    public MailArguments() {}

    /**
     * Reads the rest of a MAIL command line. White space at its end is always tolerated (RFC 5321, 4.1.1).
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from index behind the verb
     * @param to end of the line, without its CRLF
     * @param tolerateSpaces whether white space around the colon, and more than one space elsewhere, is accepted
     * @return the first error found, or {@link ArgumentError#NONE}
     */
    public ArgumentError parse(final ByteBuffer in, final int from, final int to, final boolean tolerateSpaces) {
        declaredSize = NO_SIZE;
        bodyType = BodyType.SEVEN_BIT;
        final int end = Ascii.trimmedEnd(in, from, to);
        final int pathStart = PathKeyword.read(in, from, end, FROM, tolerateSpaces);
        if (pathStart < 0) {
            return ArgumentError.of(pathStart);
        }
        final ArgumentError pathError = path.parseReversePath(in, pathStart, end);
        if (pathError != ArgumentError.NONE) {
            return pathError;
        }
        parameters.wrap(in, path.end(), end, tolerateSpaces);
        while (parameters.next()) {
            final ArgumentError error = accept(in, parameters.valueStart(), parameters.valueEnd());
            if (error != ArgumentError.NONE) {
                return error;
            }
        }
        return parameters.error();
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

    private ArgumentError accept(final ByteBuffer in, final int valueStart, final int valueEnd) {
        switch (parameters.parameter()) {
            case SIZE:
                return size(in, valueStart, valueEnd);
            case BODY:
                return body(in, valueStart, valueEnd);
            default:
                return ArgumentError.UNKNOWN_PARAMETER;
        }
    }

    private ArgumentError size(final ByteBuffer in, final int from, final int to) {
        if (from == to || to - from > SIZE_DIGITS) {
            return ArgumentError.MALFORMED_SIZE;
        }
        long size = 0;
        for (int i = from; i < to; i++) {
            final byte octet = in.get(i);
            if (!Ascii.isDigit(octet)) {
                return ArgumentError.MALFORMED_SIZE;
            }
            final int digit = octet - '0';
            size = size > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : size * 10 + digit;
        }
        declaredSize = size;
        return ArgumentError.NONE;
    }

    private ArgumentError body(final ByteBuffer in, final int from, final int to) {
        if (Ascii.equalsIgnoreCase(in, from, to, EIGHT_BIT_MIME)) {
            bodyType = BodyType.EIGHT_BIT_MIME;
        } else if (!Ascii.equalsIgnoreCase(in, from, to, SEVEN_BIT)) {
            return ArgumentError.UNKNOWN_BODY_TYPE;
        }
        return ArgumentError.NONE;
    }
}
