package io.posthaste.wire;

import java.nio.ByteBuffer;

/** The first word of a command line (RFC 5321, 4.1.1; RFC 3030 BDAT; RFC 3207 STARTTLS; RFC 4954 AUTH). */
public enum Verb {
    HELO,
    EHLO,
    MAIL,
    RCPT,
    DATA,
    RSET,
    NOOP,
    VRFY,
    EXPN,
    HELP,
    QUIT,
    BDAT,
    STARTTLS,
    AUTH,
    /** Any other word, and none. */
    UNKNOWN;

    private static final int SHORT = 4;
    private static final int LONG = 8;
    private static final int STAR = 'S' << 24 | 'T' << 16 | 'A' << 8 | 'R';
    private static final int TTLS = 'T' << 24 | 'T' << 16 | 'L' << 8 | 'S';

    private final int length = name().length();

    /**
     * The verb of a command line, in any case (RFC 5321, 2.4). The word reaches up to the first SP or HTAB or to the end.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from first octet of the line
     * @param to end of the line, without its CRLF
     * @return never null; {@link #UNKNOWN} for a line that starts with white space
     */
    public static Verb of(final ByteBuffer in, final int from, final int to) {
        if (endsWord(in, from + SHORT, to)) {
            return ofFolded(folded(in, from));
        }
        if (endsWord(in, from + LONG, to) && folded(in, from) == STAR && folded(in, from + SHORT) == TTLS) {
            return STARTTLS;
        }
        return UNKNOWN;
    }

    /**
     * Octets the verb takes on the wire.
     *
     * @return 4 or 8; the offset at which its arguments start, without meaning for {@link #UNKNOWN}
     */
    public int length() {
        return length;
    }

    /**
     * The verb as it is written in capital letters.
     *
     * @return the name
     */
    public String text() {
        return name();
    }

    private static Verb ofFolded(final int word) {
        switch (word) {
            case 'H' << 24 | 'E' << 16 | 'L' << 8 | 'O':
                return HELO;
            case 'E' << 24 | 'H' << 16 | 'L' << 8 | 'O':
                return EHLO;
            case 'M' << 24 | 'A' << 16 | 'I' << 8 | 'L':
                return MAIL;
            case 'R' << 24 | 'C' << 16 | 'P' << 8 | 'T':
                return RCPT;
            case 'D' << 24 | 'A' << 16 | 'T' << 8 | 'A':
                return DATA;
            case 'R' << 24 | 'S' << 16 | 'E' << 8 | 'T':
                return RSET;
            case 'N' << 24 | 'O' << 16 | 'O' << 8 | 'P':
                return NOOP;
            case 'V' << 24 | 'R' << 16 | 'F' << 8 | 'Y':
                return VRFY;
            case 'E' << 24 | 'X' << 16 | 'P' << 8 | 'N':
                return EXPN;
            case 'H' << 24 | 'E' << 16 | 'L' << 8 | 'P':
                return HELP;
            case 'Q' << 24 | 'U' << 16 | 'I' << 8 | 'T':
                return QUIT;
            case 'B' << 24 | 'D' << 16 | 'A' << 8 | 'T':
                return BDAT;
            case 'A' << 24 | 'U' << 16 | 'T' << 8 | 'H':
                return AUTH;
            default:
                return UNKNOWN;
        }
    }

    private static boolean endsWord(final ByteBuffer in, final int index, final int to) {
        return index == to || index < to && Ascii.isWhiteSpace(in.get(index));
    }

    /** Four octets in capital letters; octets that are no letters stay what they are, so they match no verb. */
    private static int folded(final ByteBuffer in, final int from) {
        return Ascii.toUpper(in.get(from)) << 24
                | Ascii.toUpper(in.get(from + 1)) << 16
                | Ascii.toUpper(in.get(from + 2)) << 8
                | Ascii.toUpper(in.get(from + 3));
    }
}
