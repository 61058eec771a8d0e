package io.posthaste.reply;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyEncoderTest {
    private static final byte[] HOSTNAME = ascii("mx.example");

    private final ByteBuffer out = ByteBuffer.allocate(Reply.MAX_LINE_LENGTH);

    @Test
    void shouldGreet() {
        ReplyEncoder.putServiceReady(out, HOSTNAME);
        assertEquals("220 mx.example ESMTP Posthaste\r\n", written());
    }

    @Test
    void shouldAnswerHelo() {
        ReplyEncoder.putHelloOk(out, HOSTNAME);
        assertEquals("250 mx.example\r\n", written());
    }

    @Test
    void shouldAcceptWithTheIdentifier() {
        ReplyEncoder.putAccepted(out, ascii("--4f7a--"), 2, 4);
        assertEquals("250 2.0.0 OK id=4f7a\r\n", written());
    }

    @Test
    void shouldPutDecimals() {
        long[] values = {
            0,
            1,
            9,
            10,
            11,
            99,
            100,
            -1,
            -9,
            -10,
            1_000_000_000_000_000_000L,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            -Long.MAX_VALUE,
            Long.MIN_VALUE
        };
        for (long value : values) {
            out.clear();
            assertEquals(Long.toString(value).length(), ReplyEncoder.putDecimal(out, value));
            assertEquals(Long.toString(value), written());
        }
    }

    @Test
    void shouldPutADecimalFlushAtTheEndAndNotBeyond() {
        ByteBuffer exact = ByteBuffer.allocate(4).position(1);
        assertEquals(3, ReplyEncoder.putDecimal(exact, -42));
        assertArrayEquals(new byte[] {0, '-', '4', '2'}, exact.array());

        ByteBuffer small = ByteBuffer.allocate(2);
        assertThrows(BufferOverflowException.class, () -> ReplyEncoder.putDecimal(small, 123));
        assertThrows(BufferOverflowException.class, () -> ReplyEncoder.putDecimal(small, Long.MIN_VALUE));
        assertEquals(0, small.position());
    }

    @Test
    void shouldListExtensionsOnePerLine() {
        assertArrayEquals(
                ascii("250-mx.example\r\n250-PIPELINING\r\n250 SIZE 36700160\r\n"),
                ReplyEncoder.ehlo("mx.example", List.of("PIPELINING", "SIZE 36700160")));
        assertArrayEquals(ascii("250 mx.example\r\n"), ReplyEncoder.ehlo("mx.example", List.of()));
    }

    @Test
    void shouldReportStatusWithTheEnhancedStatusInEachLine() {
        assertArrayEquals(
                ascii("211-2.0.0 up 4 h\r\n211 2.0.0 queue depth 0\r\n"),
                ReplyEncoder.status(List.of("up 4 h", "queue depth 0")));
    }

    @Test
    void shouldRefuseLinesThatWouldBreakTheReply() {
        for (String line : List.of("", "a\r\nb", "caf\u00e9", "a\tb", "x".repeat(Reply.MAX_LINE_LENGTH))) {
            assertThrows(IllegalArgumentException.class, () -> ReplyEncoder.status(List.of(line)));
        }
        assertThrows(IllegalArgumentException.class, () -> ReplyEncoder.status(List.of()));
    }

    @Test
    void shouldFillALineToTheLimit() {
        int room = Reply.MAX_LINE_LENGTH - "211 2.0.0 \r\n".length();
        assertEquals(Reply.MAX_LINE_LENGTH, ReplyEncoder.status(List.of("x".repeat(room))).length);
    }

    @Test
    void shouldAllocateNothing() {
        byte[] id = ascii("4f7a");
        assertEquals(0, Allocation.bytesOf(() -> {
            out.clear();
            ReplyEncoder.putServiceReady(out, HOSTNAME);
            ReplyEncoder.putHelloOk(out, HOSTNAME);
            ReplyEncoder.putAccepted(out, id, 0, id.length);
            ReplyEncoder.putDecimal(out, out.position());
        }));
    }

    private String written() {
        return new String(out.array(), 0, out.position(), StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
