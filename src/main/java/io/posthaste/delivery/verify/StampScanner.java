package io.posthaste.delivery.verify;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Finds the stamp in the header of a message and checks it and the body, over spans of any size.
 *
 * <pre>
 *   X-Posthaste-Load: run=RRRRRRRRRRRRRRRR seq=DDDDDDDDDDDD sent=DDDDDDDDDDDDDDDD rcpt=DDDDDD body=HHHHHHHH line=HHHHHHHH
 *
 *   EXPECT_NAME --other octet--&gt; EXPECT_LINE_END --LF--&gt; EXPECT_NAME
 *        |  \--CR first--&gt; EXPECT_EMPTY_LF --LF--&gt; EXPECT_BODY
 *        \--name and colon--&gt; EXPECT_VALUE --LF--&gt; EXPECT_FOLD --blank--&gt; EXPECT_VALUE
 *                                                      \--other--&gt; EXPECT_NAME
 * </pre>
 *
 * The name in any case, a folded value and lines that end with LF alone are understood: what stood between may have changed
 * them, and they change nothing that is checked. The first field of the name counts. Only the field's value is copied, and
 * nothing is allocated. One thread.
 */
final class StampScanner {
    /** What {@link #finish} found. */
    enum Finding {
        /** No stamp: not a message of the generator, or one whose header was lost on the way. */
        UNSTAMPED,
        /** A stamp that is not as it was made; nothing in it can be believed. */
        DAMAGED,
        /** A stamp as it was made. */
        STAMPED
    }

    private static final int EXPECT_NAME = 0;
    private static final int EXPECT_LINE_END = 1;
    private static final int EXPECT_EMPTY_LF = 2;
    private static final int EXPECT_VALUE = 3;
    private static final int EXPECT_FOLD = 4;
    private static final int EXPECT_BODY = 5;

    private static final byte[] NAME = ascii("x-posthaste-load:");
    private static final byte[] RUN = ascii("run=");
    private static final byte[] SEQUENCE = ascii(" seq=");
    private static final byte[] SENT = ascii(" sent=");
    private static final byte[] RECIPIENTS = ascii(" rcpt=");
    private static final byte[] BODY = ascii(" body=");
    private static final byte[] LINE = ascii(" line=");

    private static final int RUN_DIGITS = 16;
    private static final int SEQUENCE_DIGITS = 12;
    private static final int SENT_DIGITS = 16;
    private static final int RECIPIENTS_DIGITS = 6;
    private static final int CRC_DIGITS = 8;
    /** Octets of the value that its own checksum covers: up to and including the space before {@code line=}. */
    private static final int COVERED_LENGTH = 86;

    private static final int VALUE_LENGTH = 99;

    private final CRC32C bodyCrc = new CRC32C();
    private final CRC32C lineCrc = new CRC32C();
    /** A little more than a value, for blanks behind it. */
    private final byte[] value = new byte[VALUE_LENGTH + 16];

    private int state;
    private int nameMatched;
    private boolean found;
    private int valueLength;

    // While the value is taken apart.
    private int offset;
    private boolean malformed;

    private long run;
    private long sequence;
    private long sentEpochUs;
    private int recipients;
    private boolean bodyIntact;

    StampScanner() {
        begin();
    }

    /** Begins a message. */
    void begin() {
        state = EXPECT_NAME;
        nameMatched = 0;
        found = false;
        valueLength = 0;
        bodyCrc.reset();
    }

    /** Takes the next octets of the message, from position to limit; the position is moved to the limit. */
    void consume(final ByteBuffer span) {
        final int limit = span.limit();
        int index = span.position();
        while (index < limit && state != EXPECT_BODY) {
            index = state == EXPECT_LINE_END ? skipLine(span, index, limit) : onOctet(span.get(index), index);
        }
        span.position(index);
        if (index < limit) {
            bodyCrc.update(span);
        }
    }

    /** Ends the message; the accessors tell of its stamp if it is {@link Finding#STAMPED}. */
    Finding finish() {
        if (!found) {
            return Finding.UNSTAMPED;
        }
        return parse() ? Finding.STAMPED : Finding.DAMAGED;
    }

    /** The run, its 16 hexadecimal digits as a number. */
    long run() {
        return run;
    }

    /** The message's number in its run, from 0. */
    long sequence() {
        return sequence;
    }

    /** When the generator began the transaction, microseconds since 1970. */
    long sentEpochUs() {
        return sentEpochUs;
    }

    /** Recipients that the message was sent to, over all transactions it may have been split into; at least 1. */
    int recipients() {
        return recipients;
    }

    /** Whether the body is as it was made. */
    boolean isBodyIntact() {
        return bodyIntact;
    }

    private int skipLine(final ByteBuffer span, final int from, final int limit) {
        int index = from;
        while (index < limit) {
            if (span.get(index++) == '\n') {
                expectLine();
                break;
            }
        }
        return index;
    }

    /** Acts on one octet of the header; returns the index to go on at, the same when it is to be looked at again. */
    private int onOctet(final byte octet, final int index) {
        switch (state) {
            case EXPECT_NAME -> onName(octet);
            case EXPECT_EMPTY_LF -> {
                if (octet != '\n') {
                    state = EXPECT_LINE_END;
                    return index;
                }
                state = EXPECT_BODY;
            }
            case EXPECT_VALUE -> onValue(octet);
            case EXPECT_FOLD -> {
                if (octet != ' ' && octet != '\t') {
                    expectLine();
                    return index;
                }
                state = EXPECT_VALUE;
                onValue(octet);
            }
            default -> throw new IllegalStateException("state " + state);
        }
        return index + 1;
    }

    private void onName(final byte octet) {
        if (nameMatched == 0 && octet == '\r') {
            state = EXPECT_EMPTY_LF;
        } else if (octet == '\n') {
            if (nameMatched == 0) {
                state = EXPECT_BODY;
            } else {
                expectLine();
            }
        } else if (found || lowerCase(octet) != NAME[nameMatched]) {
            state = EXPECT_LINE_END;
        } else if (++nameMatched == NAME.length) {
            found = true;
            state = EXPECT_VALUE;
        }
    }

    private void onValue(final byte octet) {
        if (octet == '\n') {
            if (valueLength > 0 && valueLength <= value.length && value[valueLength - 1] == '\r') {
                valueLength--;
            }
            state = EXPECT_FOLD;
        } else if (valueLength > 0 || octet != ' ' && octet != '\t') {
            if (valueLength < value.length) {
                value[valueLength] = octet == '\t' ? (byte) ' ' : octet;
            }
            // Past the array it only says: too long.
            valueLength = Math.min(valueLength, value.length) + 1;
        }
    }

    private void expectLine() {
        state = EXPECT_NAME;
        nameMatched = 0;
    }

    private boolean parse() {
        int length = valueLength;
        if (length > value.length) {
            return false;
        }
        while (length > VALUE_LENGTH && value[length - 1] == ' ') {
            length--;
        }
        if (length != VALUE_LENGTH) {
            return false;
        }
        offset = 0;
        malformed = false;
        run = number(RUN, RUN_DIGITS, 16);
        sequence = number(SEQUENCE, SEQUENCE_DIGITS, 10);
        sentEpochUs = number(SENT, SENT_DIGITS, 10);
        recipients = (int) number(RECIPIENTS, RECIPIENTS_DIGITS, 10);
        final long statedBody = number(BODY, CRC_DIGITS, 16);
        final long statedLine = number(LINE, CRC_DIGITS, 16);
        lineCrc.reset();
        lineCrc.update(value, 0, COVERED_LENGTH);
        bodyIntact = bodyCrc.getValue() == statedBody;
        return !malformed && recipients > 0 && lineCrc.getValue() == statedLine;
    }

    /** The number behind a key, all digits present. */
    private long number(final byte[] key, final int digits, final int radix) {
        for (final byte expected : key) {
            malformed |= value[offset++] != expected;
        }
        long number = 0;
        for (int i = 0; i < digits; i++) {
            final int digit = digit(value[offset++]);
            malformed |= digit >= radix;
            number = number * radix + digit;
        }
        return number;
    }

    /** The digit's value; 16 when it is none. */
    private static int digit(final byte octet) {
        if (octet >= '0' && octet <= '9') {
            return octet - '0';
        }
        final int letter = lowerCase(octet);
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : 16;
    }

    private static int lowerCase(final byte octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
