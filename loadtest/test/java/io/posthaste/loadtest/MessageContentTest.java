package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageContentTest {
    private static final ZonedDateTime DATE = ZonedDateTime.of(2026, 11, 2, 3, 4, 5, 0, ZoneOffset.ofHours(1));

    private static byte[] compose(int size) {
        return MessageContent.compose(Plans.to(25).plan().traffic(), Stamp.LENGTH + size, DATE);
    }

    private static byte[] sent(byte[] message) {
        final ByteBuffer octets = ByteBuffer.allocate((int) MessageContent.stuffedLength(message));
        MessageContent.putStuffed(octets, message);
        assertEquals(0, octets.remaining());
        return octets.array();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a|a|.",
                ".|..|.",
                "..|...|.",
                ".a.b|..a.b|.",
                "a;.|a;..|.",
                ".;.;..|..;..;...|.",
                "a;;.b|a;;..b|.",
                "a.|a.|."
            })
    void shouldStuffDotsAtTheStartOfLinesOnly(String lines, String stuffed, String end) {
        assertEquals(
                (stuffed + ';' + end + ';').replace(";", "\r\n"),
                new String(
                        sent((lines + ';').replace(";", "\r\n").getBytes(StandardCharsets.US_ASCII)),
                        StandardCharsets.US_ASCII));
    }

    @Test
    void shouldEndEmptyMessage() {
        assertArrayEquals(new byte[] {'.', '\r', '\n'}, sent(new byte[0]));
    }

    @Test
    void shouldComposeHeaderOfRfc5322() {
        final String message = new String(compose(1024), StandardCharsets.US_ASCII);
        final List<String> header =
                Arrays.asList(message.substring(0, message.indexOf("\r\n\r\n")).split("\r\n"));
        assertEquals("From: <a@example.org>", header.get(0));
        assertEquals("To: <b@example.org>", header.get(1));
        assertEquals("Subject: posthaste load", header.get(2));
        assertEquals("Date: Mon, 2 Nov 2026 03:04:05 +0100", header.get(3));
        assertEquals(4, header.size());
    }

    @Test
    void shouldComposeEverySizeExactly() {
        final int least = 111;
        for (int size = least; size < least + 3000; size++) {
            final byte[] message = compose(size);
            assertEquals(size, message.length);
            final String text = new String(message, StandardCharsets.US_ASCII);
            assertTrue(text.endsWith("\r\n"));
            for (final String line : text.split("\r\n", -1)) {
                assertTrue(line.length() <= MessageContent.MAX_COLUMNS, line);
                assertTrue(line.indexOf('\r') < 0 && line.indexOf('\n') < 0);
            }
        }
    }

    @Test
    void shouldContainLinesThatBeginWithADot() {
        final List<String> lines = Arrays.asList(new String(compose(4096), StandardCharsets.US_ASCII).split("\r\n"));
        assertTrue(lines.contains("."));
        assertTrue(lines.stream().anyMatch(line -> line.startsWith(".") && line.length() > 1));
    }

    @Test
    void shouldRefuseSizeBelowTheHeader() {
        assertThrows(IllegalArgumentException.class, () -> compose(110));
    }
}
