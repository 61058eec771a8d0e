package io.posthaste.loadtest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Composes messages, and stuffs them for the wire (RFC 5321, section 4.5.2). */
final class MessageContent {
    /** Octets of a body line without CR LF. */
    static final int MAX_COLUMNS = 76;
    /** Largest message, in octets. */
    static final int MAX_SIZE = 256 * 1024 * 1024;

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);
    private static final byte[] END_OF_DATA = {'.', '\r', '\n'};
    private static final byte[] FILLING =
            "the quick brown fox jumps over the lazy dog 0123456789 ".getBytes(StandardCharsets.US_ASCII);
    /** One octet a character, as declared in the header: a cut can split none. */
    private static final byte[] EIGHT_BIT_FILLING =
            "zw\u00f6lf Boxk\u00e4mpfer jagen Viktor quer \u00fcber den gro\u00dfen Sylter Deich 0123456789 "
                    .getBytes(StandardCharsets.ISO_8859_1);

    private static final String EIGHT_BIT_HEADER = "MIME-Version: 1.0\r\n"
            + "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n";
    /** Every so many lines begin with a dot; of these every so many are the dot alone. */
    private static final int DOT_INTERVAL = 8;

    private MessageContent() {}

    /** Octets that {@link #putStuffed} puts. */
    static long stuffedLength(byte[] message) {
        long length = message.length + END_OF_DATA.length;
        for (int i = 0; i < message.length; i++) {
            length += isLeadingDot(message, i) ? 1 : 0;
        }
        return length;
    }

    /** Puts a message, which must end with CR LF, dot-stuffed and with the end-of-data mark behind it. */
    static void putStuffed(ByteBuffer target, byte[] message) {
        int from = 0;
        for (int i = 0; i < message.length; i++) {
            if (isLeadingDot(message, i)) {
                target.put(message, from, i - from).put((byte) '.');
                from = i;
            }
        }
        target.put(message, from, message.length - from).put(END_OF_DATA);
    }

    private static boolean isLeadingDot(byte[] message, int i) {
        return message[i] == '.' && (i == 0 || i >= 2 && message[i - 1] == '\n' && message[i - 2] == '\r');
    }

    /**
     * A message (RFC 5322) less the {@link Stamp} that will stand before it, of {@code size} octets together: header, and
     * a body of lines up to {@value #MAX_COLUMNS} octets, some of which begin with a dot.
     *
     * @throws IllegalArgumentException if the header alone is longer
     */
    static byte[] compose(LoadPlan.Traffic traffic, int size, ZonedDateTime date) {
        final byte[] header = header(traffic, date).getBytes(StandardCharsets.US_ASCII);
        final int length = size - Stamp.LENGTH;
        // A line has two octets at least, so a rest of one octet could not be filled.
        if (length < header.length + 2) {
            throw new IllegalArgumentException("message size must be " + (Stamp.LENGTH + header.length + 2)
                    + " octets at least, to hold the header");
        }
        final byte[] filling = traffic.content().isEightBit() ? EIGHT_BIT_FILLING : FILLING;
        final ByteArrayOutputStream message = new ByteArrayOutputStream(length);
        message.writeBytes(header);
        for (int line = 1; message.size() < length; line++) {
            appendLine(message, filling, line, length - message.size());
        }
        return message.toByteArray();
    }

    private static String header(LoadPlan.Traffic traffic, ZonedDateTime date) {
        final String author = traffic.reversePath().isEmpty() ? traffic.forwardPath() : traffic.reversePath();
        return "From: <" + author + ">\r\nTo: <" + traffic.forwardPath() + ">\r\nSubject: posthaste load\r\nDate: "
                + DATE.format(date) + "\r\n" + (traffic.content().isEightBit() ? EIGHT_BIT_HEADER : "") + "\r\n";
    }

    private static void appendLine(ByteArrayOutputStream message, byte[] filling, int line, int room) {
        final boolean hasDot = line % DOT_INTERVAL == 0;
        final boolean isDotAlone = hasDot && line % (DOT_INTERVAL * 3) == 0;
        int length = Math.min(isDotAlone ? 3 : MAX_COLUMNS + 2, room);
        if (room - length == 1) {
            length--;
        }
        for (int column = 0; column < length - 2; column++) {
            message.write(hasDot && column == 0 ? '.' : filling[(line + column) % filling.length]);
        }
        message.write('\r');
        message.write('\n');
    }
}
