package io.posthaste.wire;

import java.nio.ByteBuffer;

/** What stands between the verb and the path: {@code SP "FROM:"} and {@code SP "TO:"} (RFC 5321, 3.3). Stateless. */
final class PathKeyword {
    private PathKeyword() {}

    /**
     * Reads the keyword and its colon.
     *
     * @param in borrowed for the call
     * @param from index behind the verb
     * @param to end of the line, without white space before it
     * @param keyword in capital letters, without the colon
     * @param tolerateSpaces whether white space may stand around the colon, and more than one before the keyword
     * @return index where the path is expected, or the {@link ArgumentError#refusal}
     */
    static int read(
            final ByteBuffer in, final int from, final int to, final byte[] keyword, final boolean tolerateSpaces) {
        if (from >= to) {
            return ArgumentError.MISSING_ARGUMENT.refusal();
        }
        final int start = Ascii.skipWhiteSpace(in, from, to);
        if (start == from) {
            return ArgumentError.MALFORMED_KEYWORD.refusal();
        }
        if (!tolerateSpaces && (start - from > 1 || in.get(from) != ' ')) {
            return ArgumentError.MISPLACED_SPACE.refusal();
        }
        if (!Ascii.startsWithIgnoreCase(in, start, to, keyword)) {
            return ArgumentError.MALFORMED_KEYWORD.refusal();
        }
        final int keywordEnd = start + keyword.length;
        final int colon = Ascii.skipWhiteSpace(in, keywordEnd, to);
        if (colon == to || in.get(colon) != ':') {
            final boolean goesOn = colon < to && colon == keywordEnd && Ascii.isLetterOrDigit(in.get(colon));
            return goesOn ? ArgumentError.MALFORMED_KEYWORD.refusal() : ArgumentError.MISSING_COLON.refusal();
        }
        final int path = Ascii.skipWhiteSpace(in, colon + 1, to);
        final boolean hasSpaces = colon > keywordEnd || path > colon + 1;
        return hasSpaces && !tolerateSpaces ? ArgumentError.SPACE_AROUND_COLON.refusal() : path;
    }
}
