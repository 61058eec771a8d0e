package io.posthaste.cli.spool;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes one message's octets as lines of an mbox: CRLF as LF, {@code >*From } quoted. Not to be closed. */
final class MboxLines extends OutputStream {
    private static final byte[] FROM = "From ".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;
    /** Octets of the line held back, while it may still be {@code >*From }. */
    private int quotes;

    private int matched;
    private boolean isLineStart = true;
    private boolean isEmptyLine = true;
    private boolean hasCr;

    MboxLines(final OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(final int octet) throws IOException {
        final byte each = (byte) octet;
        if (hasCr) {
            hasCr = false;
            if (each != '\n') {
                put('\r');
            }
        }
        if (each == '\r') {
            hasCr = true;
        } else {
            put(each);
        }
    }

    /** Ends the message: its last line, and an empty one. */
    void end() throws IOException {
        if (hasCr) {
            hasCr = false;
            put('\r');
        }
        release();
        if (!isEmptyLine) {
            out.write('\n');
        }
        out.write('\n');
    }

    private void put(final int octet) throws IOException {
        if (isLineStart) {
            if (octet == '>' && matched == 0) {
                quotes++;
                return;
            }
            if (octet == FROM[matched]) {
                if (++matched == FROM.length) {
                    out.write('>');
                    release();
                }
                return;
            }
            release();
        }
        out.write(octet);
        isEmptyLine = octet == '\n';
        isLineStart = isEmptyLine;
    }

    private void release() throws IOException {
        if (quotes > 0 || matched > 0) {
            isEmptyLine = false;
        }
        for (; quotes > 0; quotes--) {
            out.write('>');
        }
        out.write(FROM, 0, matched);
        matched = 0;
        isLineStart = false;
    }
}
