package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Arguments of RCPT: {@code SP "TO:" Forward-path [SP Rcpt-parameters]} (RFC 5321, 4.1.1.3). No parameter is known yet.
 * The results mean something only after {@link ArgumentError#NONE}. Reusable; belongs to one reactor.
 */
public final class RcptArguments {
    private static final byte[] TO = "TO".getBytes(US_ASCII);

    private final PathParser path = new PathParser();
    private final ParameterCursor parameters = new ParameterCursor();

    /** Creates arguments whose results are empty. */
    public RcptArguments() {}

    /**
     * Reads the rest of a RCPT command line. White space at its end is always tolerated (RFC 5321, 4.1.1).
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from index behind the verb
     * @param to end of the line, without its CRLF
     * @param tolerateSpaces whether white space around the colon, and more than one space elsewhere, is accepted
     * @return the first error found, or {@link ArgumentError#NONE}
     */
    public ArgumentError parse(final ByteBuffer in, final int from, final int to, final boolean tolerateSpaces) {
        final int end = Ascii.trimmedEnd(in, from, to);
        final int pathStart = PathKeyword.read(in, from, end, TO, tolerateSpaces);
        if (pathStart < 0) {
            return ArgumentError.of(pathStart);
        }
        final ArgumentError pathError = path.parseForwardPath(in, pathStart, end);
        if (pathError != ArgumentError.NONE) {
            return pathError;
        }
        parameters.wrap(in, path.end(), end, tolerateSpaces);
        return parameters.next() ? ArgumentError.UNKNOWN_PARAMETER : parameters.error();
    }

    /**
     * The forward-path.
     *
     * @return the parser of this object, overwritten by the next {@link #parse}
     */
    public PathParser path() {
        return path;
    }
}
