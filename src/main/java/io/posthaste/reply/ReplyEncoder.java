package io.posthaste.reply;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The replies with a part that varies. The {@code put} methods allocate nothing and move the position of the buffer by
 * what they put; a buffer too small gets a {@link BufferOverflowException}, and may hold a part of the reply then. The
 * others make a whole reply once.
 *
 * <p>Stateless; any thread may use it.
 */
public final class ReplyEncoder {
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] SERVICE_READY_PREFIX = ascii("220 ");
    private static final byte[] SERVICE_READY_SUFFIX = ascii(" ESMTP Posthaste\r\n");
    private static final byte[] HELLO_PREFIX = ascii("250 ");
    private static final byte[] ACCEPTED_PREFIX = ascii("250 2.0.0 OK id=");
    private static final byte[] SMALLEST_LONG = ascii(Long.toString(Long.MIN_VALUE));
    private static final int STATUS_CODE = 211;
    private static final int HELP_CODE = 214;
    private static final int LOWEST_REFUSAL = 400;
    private static final int HIGHEST_REFUSAL = 599;

    private ReplyEncoder() {}

    /**
     * The greeting: {@code 220 host ESMTP Posthaste}.
     *
     * @param out takes the reply.
     * @param hostname ASCII, at most 255 octets (RFC 5321 section 4.5.3.1.2).
     */
    public static void putServiceReady(ByteBuffer out, byte[] hostname) {
        out.put(SERVICE_READY_PREFIX).put(hostname).put(SERVICE_READY_SUFFIX);
    }

    /**
     * The answer to HELO: {@code 250 host}.
     *
     * @param out takes the reply.
     * @param hostname ASCII, at most 255 octets (RFC 5321 section 4.5.3.1.2).
     */
    public static void putHelloOk(ByteBuffer out, byte[] hostname) {
        out.put(HELLO_PREFIX).put(hostname).put(CRLF);
    }

    /**
     * The answer to the end of data: {@code 250 2.0.0 OK id=...}.
     *
     * @param out takes the reply.
     * @param id holds the identifier of the message, printable ASCII.
     * @param from index of its first octet.
     * @param length its length in octets.
     */
    public static void putAccepted(ByteBuffer out, byte[] id, int from, int length) {
        out.put(ACCEPTED_PREFIX).put(id, from, length).put(CRLF);
    }

    /**
     * Puts a number in ASCII decimal, without leading zeros.
     *
     * @param out takes the digits.
     * @param value any value; a minus sign goes before a negative one.
     * @return how many octets were put.
     * @throws BufferOverflowException if they do not fit; nothing is put then.
     */
    public static int putDecimal(ByteBuffer out, long value) {
        if (value == Long.MIN_VALUE) {
            out.put(SMALLEST_LONG);
            return SMALLEST_LONG.length;
        }
        long rest = Math.abs(value);
        int length = digitCount(rest) + (value < 0 ? 1 : 0);
        if (out.remaining() < length) {
            throw new BufferOverflowException();
        }
        int start = out.position();
        int index = start + length;
        do {
            out.put(--index, (byte) ('0' + rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            out.put(start, (byte) '-');
        }
        out.position(start + length);
        return length;
    }

    /**
     * The answer to EHLO, made once: the name of the server, then one line for each extension.
     *
     * @param hostname name of the server.
     * @param keywords the extensions with their parameters ("SIZE 36700160"), in the order of the lines; may be empty.
     * @return the encoded lines.
     * @throws IllegalArgumentException if a line is empty, too long or not printable ASCII.
     */
    public static byte[] ehlo(String hostname, List<String> keywords) {
        List<String> lines = new ArrayList<>(keywords.size() + 1);
        lines.add(hostname);
        lines.addAll(keywords);
        return multiLine(250, "", lines);
    }

    /**
     * The answer to a status inquiry, 211. Allocates: status is asked for by people.
     *
     * @param lines at least one.
     * @return the encoded lines, each with 2.0.0 in front.
     * @throws IllegalArgumentException if there is no line, or one is empty, too long or not printable ASCII.
     */
    public static byte[] status(List<String> lines) {
        return multiLine(STATUS_CODE, "2.0.0", lines);
    }

    /**
     * The answer to HELP about something that changes, 214. Allocates.
     *
     * @param lines at least one.
     * @return the encoded lines, each with 2.0.0 in front.
     * @throws IllegalArgumentException if there is no line, or one is empty, too long or not printable ASCII.
     */
    public static byte[] help(List<String> lines) {
        return multiLine(HELP_CODE, "2.0.0", lines);
    }

    /**
     * A refusal with a text of one's own.
     *
     * @param code 400 to 599.
     * @param enhancedStatus RFC 3463, of the same class as the code.
     * @param text printable ASCII.
     * @return the encoded line.
     * @throws IllegalArgumentException if one of these is not so, or the line is too long.
     */
    public static byte[] refusal(int code, String enhancedStatus, String text) {
        if (code < LOWEST_REFUSAL || code > HIGHEST_REFUSAL) {
            throw new IllegalArgumentException("a refusal has a code from 400 to 599, not " + code);
        }
        if (!enhancedStatus.matches(code / 100 + "\\.\\d{1,3}\\.\\d{1,3}")) {
            throw new IllegalArgumentException("the enhanced status code of a " + code + " is like " + code / 100
                    + ".7.1, not '" + enhancedStatus + "'");
        }
        return multiLine(code, enhancedStatus, List.of(text));
    }

    /**
     * A reply of several lines: a hyphen behind the code in all but the last (RFC 5321 section 4.2.1), the same enhanced
     * status code in each (RFC 2034 section 4).
     */
    static byte[] multiLine(int code, String enhancedStatus, List<String> lines) {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("a reply has at least one line");
        }
        StringBuilder reply = new StringBuilder();
        int last = lines.size() - 1;
        for (int i = 0; i <= last; i++) {
            int start = reply.length();
            reply.append(code).append(i < last ? '-' : ' ');
            if (!enhancedStatus.isEmpty()) {
                reply.append(enhancedStatus).append(' ');
            }
            reply.append(requirePrintable(lines.get(i))).append("\r\n");
            if (reply.length() - start > Reply.MAX_LINE_LENGTH) {
                throw new IllegalArgumentException("longer than a reply line may be: " + lines.get(i));
            }
        }
        return ascii(reply.toString());
    }

    private static String requirePrintable(String line) {
        if (line.isEmpty() || !line.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException("a reply line is printable ASCII and not empty: '" + line + "'");
        }
        return line;
    }

    private static int digitCount(long value) {
        int count = 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            count++;
        }
        return count;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
