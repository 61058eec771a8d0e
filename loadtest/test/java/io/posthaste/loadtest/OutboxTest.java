package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final MessageContent content = MessageContent.of("hi\r\n".getBytes(StandardCharsets.US_ASCII));
    private final Outbox outbox =
            new Outbox(new Commands(Plans.to(25).recipients(2).plan().traffic()), content);

    /** Takes a few octets at a time. */
    private static final class ShortChannel implements WritableByteChannel {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final int atATime;

        private ShortChannel(int atATime) {
            this.atATime = atATime;
        }

        @Override
        public int write(ByteBuffer octets) {
            final int count = Math.min(atATime, octets.remaining());
            for (int i = 0; i < count; i++) {
                taken.write(octets.get());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private String sent(Move move, int recipient, int atATime) throws IOException {
        final ShortChannel channel = new ShortChannel(atATime);
        outbox.load(move, recipient);
        while (!outbox.isEmpty()) {
            outbox.writeTo(channel);
        }
        return channel.taken.toString(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldSendEachMoveWholeHoweverShortTheWrites() throws IOException {
        for (final int atATime : new int[] {1, 3, 1000}) {
            assertEquals("EHLO client.example.org\r\n", sent(Move.SEND_EHLO, 0, atATime));
            assertEquals("MAIL FROM:<a@example.org>\r\n", sent(Move.SEND_MAIL, 0, atATime));
            assertEquals("RCPT TO:<1b@example.org>\r\n", sent(Move.SEND_RCPT, 0, atATime));
            assertEquals("RCPT TO:<2b@example.org>\r\n", sent(Move.SEND_RCPT, 1, atATime));
            assertEquals("DATA\r\n", sent(Move.SEND_DATA, 0, atATime));
            assertEquals(
                    "MAIL FROM:<a@example.org>\r\nRCPT TO:<1b@example.org>\r\nRCPT TO:<2b@example.org>\r\nDATA\r\n",
                    sent(Move.SEND_ENVELOPE, 0, atATime));
            assertEquals("hi\r\n.\r\n", sent(Move.SEND_CONTENT, 0, atATime));
            assertEquals(".\r\n", sent(Move.SEND_END_OF_DATA, 0, atATime));
            assertEquals("RSET\r\n", sent(Move.SEND_RSET, 0, atATime));
            assertEquals("QUIT\r\n", sent(Move.SEND_QUIT, 0, atATime));
        }
    }

    @Test
    void shouldTellContentFromCommands() throws IOException {
        sent(Move.SEND_CONTENT, 0, 100);
        assertTrue(outbox.isContent());
        sent(Move.SEND_MAIL, 0, 100);
        assertFalse(outbox.isContent());
    }

    @Test
    void shouldDropTheRestWhenCleared() throws IOException {
        outbox.load(Move.SEND_CONTENT, 0);
        outbox.writeTo(new ShortChannel(1));
        outbox.clear();
        assertTrue(outbox.isEmpty());
        assertEquals("hi\r\n.\r\n", sent(Move.SEND_CONTENT, 0, 100));
    }
}
