package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A message as a server got it, with its stamp read back. Written from the words that describe the field, not from the
 * code that makes it; both checksums are checked.
 */
final class StampedMessage {
    private static final Pattern FIELD = Pattern.compile("X-Posthaste-Load: "
            + "(run=([0-9a-f]{16}) seq=([0-9]{12}) sent=([0-9]{16}) rcpt=([0-9]{6}) body=([0-9a-f]{8}) )"
            + "line=([0-9a-f]{8})");

    private final String text;
    private final byte[] rest;
    private final Matcher field;

    StampedMessage(byte[] message) {
        text = new String(message, StandardCharsets.ISO_8859_1);
        final int end = text.indexOf("\r\n");
        field = FIELD.matcher(text.substring(0, end));
        assertTrue(field.matches(), text);
        rest = Arrays.copyOfRange(message, end + 2, message.length);
        assertEquals(field.group(7), crc(field.group(1)), "checksum of the field");
        assertEquals(field.group(6), crc(text.substring(text.indexOf("\r\n\r\n") + 4)), "checksum of the body");
    }

    private static String crc(String octets) {
        final CRC32C crc = new CRC32C();
        crc.update(octets.getBytes(StandardCharsets.ISO_8859_1));
        return String.format("%08x", crc.getValue());
    }

    String run() {
        return field.group(2);
    }

    long sequence() {
        return Long.parseLong(field.group(3));
    }

    long sentUs() {
        return Long.parseLong(field.group(4));
    }

    int recipients() {
        return Integer.parseInt(field.group(5));
    }

    /** What stands behind the stamp. */
    byte[] rest() {
        return rest;
    }

    /** The text of a header field. */
    String field(String name) {
        final int from = text.indexOf("\r\n" + name + ": ") + name.length() + 4;
        return text.substring(from, text.indexOf("\r\n", from));
    }
}
