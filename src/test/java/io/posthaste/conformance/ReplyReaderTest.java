package io.posthaste.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyReaderTest {
    @Test
    void shouldReadRepliesOneByOne() throws IOException {
        final ReplyReader reader = reader("250 2.1.0 OK\r\n250-mx\r\n250-SIZE 100\r\n250 HELP\r\n354\r\n");
        assertEquals("2.1.0 OK", reader.next().text(0));
        final ServerReply ehlo = reader.next();
        assertEquals(List.of("250-mx", "250-SIZE 100", "250 HELP"), ehlo.lines());
        assertNull(ehlo.fault());
        assertNull(ehlo.laxity());
        assertTrue(reader.hasUnread());
        assertEquals(354, reader.next().code());
        assertFalse(reader.hasUnread());
    }

    @Test
    void shouldSayHowItEnded() throws IOException {
        final ReplyReader silent = reader("");
        assertNull(silent.next());
        assertEquals(ReplyReader.End.NOTHING, silent.end());
        final ReplyReader closed = reader(ScriptedPeer.CLOSES);
        assertNull(closed.next());
        assertEquals(ReplyReader.End.CLOSED, closed.end());
    }

    @Test
    void shouldFindFaults() throws IOException {
        for (final String wrong : List.of(
                "250-a\r\n251 b\r\n",
                "hello\r\n",
                "99 a\r\n",
                "650 a\r\n",
                "290 a\r\n",
                "250_a\r\n",
                "250-a\r\n",
                "\r\n")) {
            assertNotNull(reader(wrong).next().fault(), wrong);
        }
    }

    @Test
    void shouldOverlookLaxityButName() throws IOException {
        for (final String lax : List.of("250 a\n", "250 a\u0007\r\n", "250 " + "a".repeat(507) + "\r\n")) {
            final ServerReply reply = reader(lax).next();
            assertNull(reply.fault(), lax);
            assertNotNull(reply.laxity(), lax);
        }
        assertNull(reader("250 " + "a".repeat(506) + "\r\n").next().laxity());
    }

    private static ReplyReader reader(final String output) {
        return new ReplyReader(new ScriptedPeer(output));
    }
}
