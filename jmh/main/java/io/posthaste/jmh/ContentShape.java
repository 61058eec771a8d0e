package io.posthaste.jmh;

import java.nio.ByteBuffer;

/** Message content as it comes over the wire, by the length of its lines. The same in every process. */
public enum ContentShape {
    /** Lines of 76 columns, as base64 and most mail programs write them. */
    TEXT_76 {
        @Override
        int columns(final int line) {
            return 76;
        }
    },
    /** Lines of 998 columns, the longest that RFC 5322, 2.1.1 allows. */
    LONG_LINES {
        @Override
        int columns(final int line) {
            return 998;
        }
    },
    /** Lines of 0 to 15 columns in disorder. */
    SHORT_LINES {
        @Override
        int columns(final int line) {
            return (line * 0x9E3779B9) >>> 28;
        }
    },
    /** Nothing but stuffed dots: the most events that a hostile client can send. */
    STUFFED_DOTS {
        @Override
        int columns(final int line) {
            return 2;
        }

        @Override
        byte octet(final int index) {
            return '.';
        }
    };

    /** What ends content (RFC 5321, 4.1.1.4) behind the CRLF of its last line. */
    private static final byte[] TERMINATOR = {'.', '\r', '\n'};

    private static final byte[] CRLF = {'\r', '\n'};
    private static final int LETTERS = 26;

    /** Columns of a line, without its CRLF. */
    abstract int columns(int line);

    /** An octet of a line. */
    byte octet(final int index) {
        return (byte) ('a' + index % LETTERS);
    }

    /** Puts whole lines, the last one cut to fit, and the terminator, {@code octets} octets in all. */
    final void putTo(final ByteBuffer target, final int octets) {
        final int end = target.position() + octets - TERMINATOR.length;
        for (int line = 0; target.position() < end; line++) {
            int columns = columns(line);
            final int rest = end - target.position() - CRLF.length - columns;
            if (rest < CRLF.length) {
                columns += rest; // what is left would be no line: this one takes it, or is cut
            }
            for (int i = 0; i < columns; i++) {
                target.put(octet(i));
            }
            target.put(CRLF);
        }
        target.put(TERMINATOR);
    }
}
