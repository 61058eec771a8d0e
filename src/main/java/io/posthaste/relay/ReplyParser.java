package io.posthaste.relay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads replies (RFC 5321 section 4.2), however they are split: lines that begin with the same code, a hyphen behind it in
 * all but the last, each ended by CRLF.
 *
 * <p>Strict and bounded, since the server at the other end may be hostile: a line of more than {@value #LONGEST_LINE} octets,
 * more than {@value #MOST_LINES} lines, {@value #MOST_OCTETS} octets in all, another code in the middle, a bare CR or LF:
 * each is malformed. What is no printable ASCII in the text becomes a question mark, so that it can be logged and passed on.
 * One thread.
 */
final class ReplyParser {
    /** Octets of a line without CRLF; twice what section 4.5.3.1.5 lets a server send. */
    static final int LONGEST_LINE = 1024;
    /** Lines of a reply. */
    static final int MOST_LINES = 128;
    /** Octets of a reply. */
    static final int MOST_OCTETS = 16 * 1024;

    private static final int CODE_LENGTH = 3;

    private final byte[] line = new byte[LONGEST_LINE];
    private int length;
    private boolean isCarriageReturnSeen;

    private final List<String> lines = new ArrayList<>();
    private int code;
    private int octets;

    /** Whether a reply has begun that is not complete. */
    boolean isWithinReply() {
        return length > 0 || isCarriageReturnSeen || !lines.isEmpty();
    }

    /**
     * Takes octets from the buffer's position on, to the end of a reply or of what there is.
     *
     * @return the reply; null when its end has not come
     * @throws MalformedReplyException nothing that comes from there can be understood any more
     */
    HopReply poll(final ByteBuffer in) throws MalformedReplyException {
        while (in.hasRemaining()) {
            if (take(in.get()) && endLine()) {
                final HopReply reply = new HopReply(code, lines, false);
                lines.clear();
                octets = 0;
                return reply;
            }
        }
        return null;
    }

    /** Takes one octet; true when it ends the line. */
    private boolean take(final byte octet) throws MalformedReplyException {
        if (++octets > MOST_OCTETS) {
            throw new MalformedReplyException("a reply of more than " + MOST_OCTETS + " octets");
        }
        if (isCarriageReturnSeen) {
            if (octet != '\n') {
                throw new MalformedReplyException("a bare CR in a reply");
            }
            isCarriageReturnSeen = false;
            return true;
        }
        if (octet == '\n') {
            throw new MalformedReplyException("a bare LF in a reply");
        }
        if (octet == '\r') {
            isCarriageReturnSeen = true;
        } else if (length == LONGEST_LINE) {
            throw new MalformedReplyException("a reply line of more than " + LONGEST_LINE + " octets");
        } else {
            line[length++] = octet;
        }
        return false;
    }

    /** Takes the line; true when it is the last of its reply. */
    private boolean endLine() throws MalformedReplyException {
        final int lineCode = codeOfLine();
        if (lines.isEmpty()) {
            code = lineCode;
        } else if (lineCode != code) {
            throw new MalformedReplyException("codes " + code + " and " + lineCode + " in one reply");
        }
        if (lines.size() == MOST_LINES) {
            throw new MalformedReplyException("a reply of more than " + MOST_LINES + " lines");
        }
        final boolean isLast = length == CODE_LENGTH || line[CODE_LENGTH] == ' ';
        lines.add(textOfLine());
        length = 0;
        return isLast;
    }

    private int codeOfLine() throws MalformedReplyException {
        if (length >= CODE_LENGTH
                && line[0] >= '2'
                && line[0] <= '5'
                && isDigit(line[1])
                && isDigit(line[2])
                && (length == CODE_LENGTH || line[CODE_LENGTH] == ' ' || line[CODE_LENGTH] == '-')) {
            return 100 * (line[0] - '0') + 10 * (line[1] - '0') + line[2] - '0';
        }
        throw new MalformedReplyException(
                "no reply of SMTP: '" + printable(0, Math.min(length, 40)) + (length > 40 ? "…'" : "'"));
    }

    private String textOfLine() {
        return length <= CODE_LENGTH + 1 ? "" : printable(CODE_LENGTH + 1, length);
    }

    private String printable(final int from, final int to) {
        final byte[] text = new byte[to - from];
        for (int i = from; i < to; i++) {
            text[i - from] = line[i] >= ' ' && line[i] <= '~' ? line[i] : (byte) '?';
        }
        return new String(text, StandardCharsets.US_ASCII);
    }

    private static boolean isDigit(final byte octet) {
        return octet >= '0' && octet <= '9';
    }
}
