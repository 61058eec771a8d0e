package io.posthaste.loadtest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * One message as it goes over the wire: dot-stuffed (RFC 5321, section 4.5.2), its end-of-data mark behind it.
 *
 * <p>Immutable; connections send it from views over the shared direct octets.
 */
final class MessageContent {
    /** Columns of a body line without CR LF. */
    static final int MAX_COLUMNS = 76;
    /** Largest message, in octets. */
    static final int MAX_SIZE = 256 * 1024 * 1024;

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);
    private static final String FILLING = "the quick brown fox jumps over the lazy dog 0123456789 ";
    /** Every so many lines begin with a dot; of these every so many are the dot alone. */
    private static final int DOT_INTERVAL = 8;

    private final ByteBuffer octets;
    private final int size;

    private MessageContent(ByteBuffer octets, int size) {
        this.octets = octets;
        this.size = size;
    }

    /** The content for a message, which must end with CR LF. */
    static MessageContent of(byte[] message) {
        int stuffing = 0;
        for (int i = 0; i < message.length; i++) {
            stuffing += isLeadingDot(message, i) ? 1 : 0;
        }
        final ByteBuffer octets = ByteBuffer.allocateDirect(message.length + stuffing + 3);
        for (int i = 0; i < message.length; i++) {
            if (isLeadingDot(message, i)) {
                octets.put((byte) '.');
            }
            octets.put(message[i]);
        }
        octets.put((byte) '.').put((byte) '\r').put((byte) '\n').flip();
        return new MessageContent(octets.asReadOnlyBuffer(), message.length);
    }

    private static boolean isLeadingDot(byte[] message, int i) {
        return message[i] == '.' && (i == 0 || i >= 2 && message[i - 1] == '\n' && message[i - 2] == '\r');
    }

    /**
     * A message (RFC 5322) of exactly {@code traffic.messageSize()} octets: header, and a body of lines up to
     * {@value #MAX_COLUMNS} columns, some of which begin with a dot.
     *
     * @throws IllegalArgumentException if the header alone is longer
     */
    static byte[] compose(LoadPlan.Traffic traffic, ZonedDateTime date) {
        final int size = traffic.messageSize();
        final byte[] header = header(traffic, date).getBytes(StandardCharsets.US_ASCII);
        // A line has two octets at least, so a rest of one octet could not be filled.
        if (size < header.length + 2) {
            throw new IllegalArgumentException(
                    "message size must be " + (header.length + 2) + " octets at least, to hold the header");
        }
        final ByteArrayOutputStream message = new ByteArrayOutputStream(size);
        message.writeBytes(header);
        for (int line = 1; message.size() < size; line++) {
            appendLine(message, line, size - message.size());
        }
        return message.toByteArray();
    }

    private static String header(LoadPlan.Traffic traffic, ZonedDateTime date) {
        final String author = traffic.reversePath().isEmpty() ? traffic.forwardPath() : traffic.reversePath();
        final long unique = date.toInstant().toEpochMilli();
        return "From: <" + author + ">\r\nTo: <" + traffic.forwardPath() + ">\r\nSubject: posthaste load\r\nDate: "
                + DATE.format(date) + "\r\nMessage-ID: <" + Long.toString(unique, Character.MAX_RADIX) + ".load@"
                + traffic.hello() + ">\r\n\r\n";
    }

    private static void appendLine(ByteArrayOutputStream message, int line, int room) {
        final boolean hasDot = line % DOT_INTERVAL == 0;
        final boolean isDotAlone = hasDot && line % (DOT_INTERVAL * 3) == 0;
        int length = Math.min(isDotAlone ? 3 : MAX_COLUMNS + 2, room);
        if (room - length == 1) {
            length--;
        }
        for (int column = 0; column < length - 2; column++) {
            message.write(hasDot && column == 0 ? '.' : FILLING.charAt((line + column) % FILLING.length()));
        }
        message.write('\r');
        message.write('\n');
    }

    /** A view over the shared octets, end-of-data mark included. */
    ByteBuffer view() {
        return octets.duplicate();
    }

    /** Octets of the message before dot-stuffing, without the end-of-data mark. */
    int size() {
        return size;
    }
}
