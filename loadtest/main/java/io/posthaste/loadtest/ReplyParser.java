package io.posthaste.loadtest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Parses SMTP replies (RFC 5321, section 4.2) in place, line by line, from input cut at any octet.
 *
 * <pre>
 *  EXPECT_HUNDREDS ─2..5─▶ EXPECT_TENS ─0..9─▶ EXPECT_UNITS ─0..9─▶ EXPECT_SEPARATOR ─SP or '-'─▶ EXPECT_TEXT
 *        ▲                                                                │ CR                         │ CR
 *        └──────────────────────────── LF ────────────────────────────EXPECT_LF◀──────────────────────┘
 * </pre>
 *
 * <p>Strict, since what it reads is under test: lines end with CR LF only, and all lines of a reply carry one code. No
 * allocation. One parser belongs to one dialogue.
 */
final class ReplyParser {
    /** The input ended within a line. */
    static final int NEED_MORE = 0;
    /** A line was completed that is not the last one of its reply. */
    static final int CONTINUED = -1;
    /** The input is not a reply; the parser must be reset before further use. */
    static final int MALFORMED = -2;

    /** Octets of a line, eight times the limit of RFC 5321, section 4.5.3.1.5. */
    static final int MAX_LINE_LENGTH = 8 * 512;
    /** Lines of a reply; no limit in RFC 5321. */
    static final int MAX_LINES = 256;
    /** Octets of text kept from a line; what is longer is cut. */
    static final int MAX_TEXT_LENGTH = 512;

    private static final int EXPECT_HUNDREDS = 0;
    private static final int EXPECT_TENS = 1;
    private static final int EXPECT_UNITS = 2;
    private static final int EXPECT_SEPARATOR = 3;
    private static final int EXPECT_TEXT = 4;
    private static final int EXPECT_LF = 5;

    private final byte[] text = new byte[MAX_TEXT_LENGTH];
    private int textLength;
    private int state;
    private int code;
    private int lineLength;
    private int lineCount;
    private int codeOfReply;
    private boolean isContinued;
    private int lineNumber;

    ReplyParser() {
        reset();
    }

    /** Forgets everything, for the next connection. */
    void reset() {
        codeOfReply = 0;
        lineCount = 0;
        startLine();
    }

    private void startLine() {
        state = EXPECT_HUNDREDS;
        code = 0;
        lineLength = 0;
        isContinued = false;
    }

    /**
     * Parses up to the end of one line and leaves the position of {@code input} behind it.
     *
     * @return the reply code (200 to 599) when the last line of a reply is complete, else {@link #CONTINUED},
     *     {@link #NEED_MORE} or {@link #MALFORMED}
     */
    int parse(ByteBuffer input) {
        while (input.hasRemaining()) {
            final int octet = input.get() & 0xFF;
            if (++lineLength > MAX_LINE_LENGTH) {
                return MALFORMED;
            }
            switch (state) {
                case EXPECT_HUNDREDS:
                    if (octet < '2' || octet > '5') {
                        return MALFORMED;
                    }
                    textLength = 0;
                    code = octet - '0';
                    state = EXPECT_TENS;
                    break;
                case EXPECT_TENS:
                case EXPECT_UNITS:
                    if (octet < '0' || octet > '9') {
                        return MALFORMED;
                    }
                    code = code * 10 + octet - '0';
                    state++;
                    break;
                case EXPECT_SEPARATOR:
                    if (!onSeparator(octet)) {
                        return MALFORMED;
                    }
                    break;
                case EXPECT_TEXT:
                    if (octet == '\r') {
                        state = EXPECT_LF;
                    } else if (octet == '\n') {
                        return MALFORMED;
                    } else if (textLength < MAX_TEXT_LENGTH) {
                        text[textLength++] = (byte) octet;
                    }
                    break;
                default:
                    return octet == '\n' ? onLineEnd() : MALFORMED;
            }
        }
        return NEED_MORE;
    }

    private boolean onSeparator(int octet) {
        isContinued = octet == '-';
        state = octet == '\r' ? EXPECT_LF : EXPECT_TEXT;
        return octet == ' ' || octet == '-' || octet == '\r';
    }

    private int onLineEnd() {
        final int result = isContinued ? CONTINUED : code;
        if (lineCount > 0 && code != codeOfReply || ++lineCount > MAX_LINES) {
            return MALFORMED;
        }
        codeOfReply = code;
        lineNumber = lineCount;
        if (!isContinued) {
            lineCount = 0;
        }
        startLine();
        return result;
    }

    /** Number of the last completed line within its reply, from 1. */
    int lineNumber() {
        return lineNumber;
    }

    /**
     * Whether the text of the last completed line begins with {@code keyword} as a whole word, ASCII case ignored.
     *
     * @param keyword in upper case ASCII
     */
    boolean isKeyword(byte[] keyword) {
        if (textLength < keyword.length || textLength > keyword.length && text[keyword.length] != ' ') {
            return false;
        }
        for (int i = 0; i < keyword.length; i++) {
            final byte octet = text[i];
            if ((octet >= 'a' && octet <= 'z' ? octet - ('a' - 'A') : octet) != keyword[i]) {
                return false;
            }
        }
        return true;
    }

    /** Text of the last completed line, fit for a terminal: what is not printable ASCII reads '?'. Allocates. */
    String text() {
        final StringBuilder printable = new StringBuilder(new String(text, 0, textLength, StandardCharsets.ISO_8859_1));
        for (int i = 0; i < printable.length(); i++) {
            final char c = printable.charAt(i);
            if (c < ' ' || c > '~') {
                printable.setCharAt(i, '?');
            }
        }
        return printable.toString();
    }
}
