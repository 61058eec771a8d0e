package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Argument of VRFY and EXPN: {@code SP String [ SP "SMTPUTF8" ]} (RFC 5321, 4.1.1.6 and 4.1.1.7; RFC 6531, 3.7.4.2). The
 * string is taken as it stands, spaces included, as it may be a name, a mailbox or a path. The results mean something only
 * after {@link ArgumentError#NONE}. Reusable; belongs to one reactor.
 */
public final class VrfyArgument {
    private static final byte[] SMTPUTF8 = "SMTPUTF8".getBytes(US_ASCII);

    private int start;
    private int end;
    private boolean isSmtpUtf8;

    /** Creates an argument whose results are empty. */
    public VrfyArgument() {}

    /**
     * Reads the rest of a command line. White space around the arguments is tolerated. SMTPUTF8 is a parameter only if it
     * was announced and stands behind something else.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from index behind the verb
     * @param to end of the line, without its CRLF
     * @param options what was announced
     * @return the first error found, or {@link ArgumentError#NONE}
     */
    public ArgumentError parse(final ByteBuffer in, final int from, final int to, final ParameterOptions options) {
        end = Ascii.trimmedEnd(in, from, to);
        start = Ascii.skipWhiteSpace(in, from, end);
        isSmtpUtf8 = false;
        if (start == end) {
            return ArgumentError.MISSING_ARGUMENT;
        }
        if (options.has(Extension.SMTPUTF8)) {
            takeParameter(in);
        }
        if (ControlOctets.isAnyIn(in, start, end)) {
            return ArgumentError.FORBIDDEN_CHARACTER;
        }
        if (isSmtpUtf8) {
            return Utf8.errorIn(in, start, end);
        }
        return Utf8.isAscii(in, start, end) ? ArgumentError.NONE : ArgumentError.NON_ASCII;
    }

    /**
     * Where the string starts.
     *
     * @return index of its first octet
     */
    public int start() {
        return start;
    }

    /**
     * Where the string ends.
     *
     * @return index behind its last octet
     */
    public int end() {
        return end;
    }

    /**
     * Whether SMTPUTF8 was given: the string may hold UTF-8, and so may the reply.
     *
     * @return true with SMTPUTF8
     */
    public boolean isSmtpUtf8() {
        return isSmtpUtf8;
    }

    private void takeParameter(final ByteBuffer in) {
        final int word = end - SMTPUTF8.length;
        if (word > start && Ascii.isWhiteSpace(in.get(word - 1)) && Ascii.equalsIgnoreCase(in, word, end, SMTPUTF8)) {
            isSmtpUtf8 = true;
            end = Ascii.trimmedEnd(in, start, word);
        }
    }
}
