package io.posthaste.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplyTest {
    /** RFC 2034 section 4: no enhanced status code in 3yz replies and in answers to HELO and EHLO. */
    private static final Set<Reply> WITHOUT_ENHANCED_STATUS =
            EnumSet.of(Reply.START_DATA, Reply.MISSING_HELLO_NAME, Reply.MALFORMED_HELLO_NAME);

    @Test
    void shouldPutCodeEnhancedStatusAndText() {
        assertEquals("250 2.1.0 Sender OK\r\n", encoded(Reply.SENDER_OK));
        assertEquals("354 End data with <CR><LF>.<CR><LF>\r\n", encoded(Reply.START_DATA));
        assertEquals("503 5.5.1 Name a recipient first: send RCPT, then DATA or BDAT\r\n", encoded(Reply.RCPT_FIRST));
    }

    @Test
    void shouldBeOneShortLineOfPrintableAscii() {
        for (Reply reply : Reply.values()) {
            String line = encoded(reply);
            assertTrue(
                    line.matches("[2-5][0-5]\\d ([245]\\.\\d{1,3}\\.\\d{1,3} )?[!-~][ -~]*[!-~]\r\n|250 2.0.0 OK\r\n"),
                    line);
            assertTrue(line.length() <= Reply.MAX_LINE_LENGTH, line);
            assertEquals(line.length(), reply.length());
            assertEquals(line, reply.line() + "\r\n");
        }
    }

    @Test
    void shouldAgreeInClassWithItsEnhancedStatus() {
        for (Reply reply : Reply.values()) {
            if (WITHOUT_ENHANCED_STATUS.contains(reply)) {
                assertEquals("", reply.enhancedStatus(), reply.name());
            } else {
                assertEquals(reply.code() / 100, reply.enhancedStatus().charAt(0) - '0', reply.name());
            }
        }
    }

    @Test
    void shouldBeDistinctFromEveryOther() {
        Set<String> seen = new HashSet<>();
        for (Reply reply : Reply.values()) {
            assertTrue(seen.add(reply.code() + " " + reply.text()), reply.name());
        }
    }

    @Test
    void shouldTellSenderFromRecipientByEnhancedStatus() {
        for (Reply reply : Reply.values()) {
            if (reply.code() == 501 && reply.name().startsWith("SENDER_")) {
                assertEquals("5.1.7", reply.enhancedStatus(), reply.name());
                Reply twin = Reply.valueOf("RECIPIENT_" + reply.name().substring("SENDER_".length()));
                assertEquals("5.1.3", twin.enhancedStatus(), twin.name());
            }
        }
    }

    @Test
    void shouldHaveAPageForItsCode() {
        for (Reply reply : Reply.values()) {
            assertNotNull(ReplyCatalogue.page(reply.code()), reply.name());
        }
    }

    @Test
    void shouldPutNothingIntoABufferTooSmall() {
        ByteBuffer out = ByteBuffer.allocate(Reply.NOOP_OK.length() - 1);
        assertThrows(BufferOverflowException.class, () -> Reply.NOOP_OK.putTo(out));
        assertEquals(0, out.position());
    }

    @Test
    void shouldAllocateNothing() {
        ByteBuffer out = ByteBuffer.allocateDirect(Reply.MAX_LINE_LENGTH);
        assertEquals(0, Allocation.bytesOf(() -> {
            out.clear();
            Reply.RECIPIENT_OK.putTo(out);
        }));
    }

    @Test
    void shouldNoticeAnAllocation() {
        Object[] kept = new Object[1];
        assertTrue(Allocation.bytesOf(() -> kept[0] = new Object()) > 0);
    }

    private static String encoded(Reply reply) {
        ByteBuffer out = ByteBuffer.allocate(Reply.MAX_LINE_LENGTH);
        reply.putTo(out);
        return new String(out.array(), 0, out.position(), StandardCharsets.US_ASCII);
    }
}
