package io.posthaste.loadtest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The header field that makes each message known again, of fixed width, so that it is patched and not built:
 *
 * <pre>
 *  X-Posthaste-Load: run=RRRRRRRRRRRRRRRR seq=DDDDDDDDDDDD sent=DDDDDDDDDDDDDDDD rcpt=DDDDDD body=HHHHHHHH line=HHHHHHHH
 * </pre>
 *
 * <p>{@code run}: 16 lower-case hexadecimal digits, the same in all messages of a run. {@code seq}: number of the
 * message, from 0 without a gap. {@code sent}: microseconds since 1970 at which its transaction began. {@code rcpt}:
 * recipients of the message. {@code body}: CRC-32C of the octets behind the empty line that ends the header, before
 * dot-stuffing, in lower-case hexadecimal digits. {@code line}: CRC-32C of the field's octets from {@code run=} up to and
 * including the space before {@code line=}.
 *
 * <p>No allocation. One thread.
 */
final class Stamp {
    private static final String FIELD = "X-Posthaste-Load: ";
    private static final String ZEROS = "0000000000000000";

    private static final int RUN = FIELD.length();
    private static final int RUN_DIGITS = 16;
    private static final int SEQ = RUN + "run=".length() + RUN_DIGITS + " seq=".length();
    private static final int SEQ_DIGITS = 12;
    private static final int SENT = SEQ + SEQ_DIGITS + " sent=".length();
    private static final int SENT_DIGITS = 16;
    private static final int RCPT = SENT + SENT_DIGITS + " rcpt=".length();
    private static final int RCPT_DIGITS = 6;
    private static final int BODY = RCPT + RCPT_DIGITS + " body=".length();
    private static final int CRC_DIGITS = 8;
    private static final int LINE = BODY + CRC_DIGITS + " line=".length();

    /** Octets of the field with its CR LF. */
    static final int LENGTH = LINE + CRC_DIGITS + 2;

    /** Where {@code line=} begins, behind the space that its checksum ends with. */
    private static final int CHECKED_END = LINE - "line=".length();

    private final byte[] octets;
    private final CRC32C crc = new CRC32C();

    /** @param runId {@value #RUN_DIGITS} lower-case hexadecimal digits */
    Stamp(String runId, int recipients) {
        if (!isRunId(runId)) {
            throw new IllegalArgumentException("'" + runId + "' is not a run id of 16 lower-case hexadecimal digits");
        }
        octets = (FIELD + "run=" + runId
                        + " seq=" + ZEROS.substring(0, SEQ_DIGITS)
                        + " sent=" + ZEROS.substring(0, SENT_DIGITS)
                        + " rcpt=" + ZEROS.substring(0, RCPT_DIGITS)
                        + " body=" + ZEROS.substring(0, CRC_DIGITS)
                        + " line=" + ZEROS.substring(0, CRC_DIGITS)
                        + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        putDecimal(RCPT, RCPT_DIGITS, recipients);
    }

    static boolean isRunId(String text) {
        return text.matches("[0-9a-f]{" + RUN_DIGITS + "}");
    }

    /**
     * Puts the field of one message into {@code target}, which must have room for {@value #LENGTH} octets.
     *
     * @param sentUs microseconds since 1970
     * @param bodyCrc CRC-32C of the message's body
     */
    void putInto(ByteBuffer target, long sequence, long sentUs, int bodyCrc) {
        putDecimal(SEQ, SEQ_DIGITS, sequence);
        putDecimal(SENT, SENT_DIGITS, sentUs);
        putHex(BODY, bodyCrc);
        crc.reset();
        crc.update(octets, RUN, CHECKED_END - RUN);
        putHex(LINE, (int) crc.getValue());
        target.put(octets);
    }

    private void putDecimal(int from, int digits, long value) {
        long rest = value;
        for (int i = from + digits - 1; i >= from; i--) {
            octets[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private void putHex(int from, int value) {
        int rest = value;
        for (int i = from + CRC_DIGITS - 1; i >= from; i--) {
            octets[i] = (byte) Character.forDigit(rest & 0xF, 16);
            rest >>>= 4;
        }
    }

    /** CRC-32C of a message's body: all behind its first empty line; of nothing if there is none. */
    static int bodyCrc(byte[] message) {
        final CRC32C crc = new CRC32C();
        final int from = bodyOffset(message);
        crc.update(message, from, message.length - from);
        return (int) crc.getValue();
    }

    /** The field stands before {@code message}, so that an empty line may be its very first. */
    private static int bodyOffset(byte[] message) {
        for (int lineFrom = 0, i = 0; i + 1 < message.length; i++) {
            if (message[i] == '\r' && message[i + 1] == '\n') {
                if (i == lineFrom) {
                    return i + 2;
                }
                lineFrom = i + 2;
            }
        }
        return message.length;
    }
}
