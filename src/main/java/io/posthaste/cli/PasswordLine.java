package io.posthaste.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A password that is the first line of a file or of standard input, in UTF-8. */
final class PasswordLine {
    private PasswordLine() {}

    /**
     * Reads it, and nothing behind its line. Empty when there is none.
     *
     * @throws IllegalArgumentException it is not UTF-8, and which octets were meant nobody knows; the message is for the operator
     */
    static char[] read(final InputStream in, final String source) throws IOException {
        final byte[] line = line(in);
        try {
            final CharBuffer password = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
            final char[] result = new char[password.remaining()];
            password.get(result);
            Arrays.fill(password.array(), '\0');
            return result;
        } catch (final CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "the first line of " + source
                            + " is not UTF-8: write the password in that encoding (iconv -t UTF-8)",
                    e);
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    /** Without its line ending. */
    private static byte[] line(final InputStream in) throws IOException {
        final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
            octets.write(octet);
        }
        final byte[] line = octets.toByteArray();
        return line.length > 0 && line[line.length - 1] == '\r' ? Arrays.copyOf(line, line.length - 1) : line;
    }
}
