package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * Walks over Mail-parameters and Rcpt-parameters (RFC 5321, 4.1.2): {@code *( SP esmtp-keyword [ "=" esmtp-value ] )}. It
 * knows the grammar and refuses duplicates of known parameters; what a parameter means is the caller's business. Reusable; belongs to one
 * reactor.
 *
 * <pre>{@code
 * cursor.wrap(in, path.end(), to, known, tolerateSpaces, false);
 * while (cursor.next()) {
 *     switch (cursor.parameter()) { ... }
 * }
 * return cursor.error();
 * }</pre>
 */
final class ParameterCursor {
    private ByteBuffer in;
    private int position;
    private int to;
    private int known;
    private boolean tolerateSpaces;
    private boolean nonAscii;
    private ArgumentError error = ArgumentError.NONE;
    private int seen;

    private Parameter parameter;
    private int valueStart;
    private int valueEnd;

    /**
     * Starts over. The buffer is borrowed until {@link #next} has returned false.
     *
     * @param buffer holds the line
     * @param from index behind the path
     * @param end of the line, without its CRLF and without white space before it
     * @param candidates the {@link Parameter#bit}s of the parameters to know; any other is {@link Parameter#UNKNOWN}
     * @param tolerant whether more than one space, or HTAB, may stand before a parameter
     * @param nonAsciiValues whether values may hold octets from 0x80 on (RFC 6531, 3.3); that they are UTF-8 is the
     *     caller's business
     */
    void wrap(
            final ByteBuffer buffer,
            final int from,
            final int end,
            final int candidates,
            final boolean tolerant,
            final boolean nonAsciiValues) {
        in = buffer;
        position = from;
        to = end;
        known = candidates;
        tolerateSpaces = tolerant;
        nonAscii = nonAsciiValues;
        error = ArgumentError.NONE;
        seen = 0;
    }

    /**
     * Goes to the next parameter.
     *
     * @return false when there is none or {@link #error} says why it cannot be read
     */
    boolean next() {
        if (position < to && error == ArgumentError.NONE) {
            error = read();
            if (error == ArgumentError.NONE) {
                return true;
            }
        }
        in = null;
        return false;
    }

    /** What is wrong with the parameters read so far. */
    ArgumentError error() {
        return error;
    }

    /** The parameter at which the cursor stands. */
    Parameter parameter() {
        return parameter;
    }

    /** Index of the first octet of the value. */
    int valueStart() {
        return valueStart;
    }

    /** Index behind the value; {@link #valueStart} when there is no value. */
    int valueEnd() {
        return valueEnd;
    }

    /** Whether there is a value. */
    boolean hasValue() {
        return valueEnd > valueStart;
    }

    private ArgumentError read() {
        final int keywordStart = Ascii.skipWhiteSpace(in, position, to);
        if (keywordStart == position) {
            return ArgumentError.MALFORMED_PARAMETER;
        }
        if (!tolerateSpaces && (keywordStart - position > 1 || in.get(position) != ' ')) {
            return ArgumentError.MISPLACED_SPACE;
        }
        final int keywordEnd = keywordEnd(keywordStart);
        position = valueStart = valueEnd = keywordEnd;
        if (keywordEnd < to && in.get(keywordEnd) == '=') {
            valueStart = keywordEnd + 1;
            position = valueEnd = valueEnd(valueStart);
            if (valueEnd == valueStart) {
                return ArgumentError.MALFORMED_PARAMETER;
            }
        }
        final boolean endsHere = position == to || Ascii.isWhiteSpace(in.get(position));
        if (!endsHere || keywordEnd == keywordStart || in.get(keywordStart) == '-') {
            return ArgumentError.MALFORMED_PARAMETER;
        }
        parameter = Parameter.of(in, keywordStart, keywordEnd, known);
        if (parameter != Parameter.UNKNOWN && parameter.isIn(seen)) {
            return ArgumentError.DUPLICATE_PARAMETER;
        }
        seen |= parameter.bit();
        return ArgumentError.NONE;
    }

    /** {@code (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")}. */
    private int keywordEnd(final int from) {
        int i = from;
        while (i < to && (Ascii.isLetterOrDigit(in.get(i)) || in.get(i) == '-')) {
            i++;
        }
        return i;
    }

    /** {@code 1*(%d33-60 / %d62-126)}, or with UTF-8 besides. */
    private int valueEnd(final int from) {
        int i = from;
        while (i < to && isValueOctet(in.get(i))) {
            i++;
        }
        return i;
    }

    private boolean isValueOctet(final byte octet) {
        return octet > ' ' ? octet != '=' && octet != 0x7F : octet < 0 && nonAscii;
    }
}
