package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final String HEADER = "X-Posthaste-Load: ";
    private static final byte[] MESSAGE = "\r\n.hi\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Plans plans = Plans.to(25).recipients(2).corpus(List.of(MESSAGE));
    private final Outbox outbox = outbox(plans);
    private final Batch batch = batch(7);

    private static Outbox outbox(Plans plans) {
        final LoadPlan.Traffic traffic = plans.plan().traffic();
        return new Outbox(
                new Commands(traffic),
                Messages.of(traffic, ZonedDateTime.now()),
                new Stamp(Plans.RUN_ID, 2),
                new WallClock(() -> 0),
                3);
    }

    private static Batch batch(long... sequences) {
        final Batch batch = new Batch(sequences.length);
        for (final long sequence : sequences) {
            batch.add(sequence, Workload.NEVER);
        }
        return batch;
    }

    /** Takes a few octets at a time. */
    private static final class ShortWire implements Wire {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final int atATime;

        private ShortWire(int atATime) {
            this.atATime = atATime;
        }

        @Override
        public int read(ByteBuffer input) {
            return 0;
        }

        @Override
        public long write(ByteBuffer[] parts, int from, int count) {
            int room = atATime;
            for (int i = from; i < from + count; i++) {
                for (; room > 0 && parts[i].hasRemaining(); room--) {
                    taken.write(parts[i].get());
                }
            }
            return atATime - room;
        }

        @Override
        public void close() {}
    }

    private String sent(Move move, int recipient, int atATime) throws IOException {
        return sent(outbox, batch, move, recipient, atATime);
    }

    private static String sent(Outbox outbox, Batch batch, Move move, int recipient, int atATime) throws IOException {
        final ShortWire wire = new ShortWire(atATime);
        outbox.load(move, recipient, batch, 0);
        while (!outbox.isEmpty()) {
            outbox.writeTo(wire);
        }
        return wire.taken.toString(StandardCharsets.US_ASCII);
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
            final String content = sent(Move.SEND_CONTENT, 0, atATime);
            assertEquals(Stamp.LENGTH, content.indexOf("\r\n..hi\r\n.\r\n"));
            assertTrue(content.startsWith(HEADER + "run=0123456789abcdef seq=000000000007 "));
            assertEquals(".\r\n", sent(Move.SEND_END_OF_DATA, 0, atATime));
            assertEquals("RSET\r\n", sent(Move.SEND_RSET, 0, atATime));
            assertEquals("QUIT\r\n", sent(Move.SEND_QUIT, 0, atATime));
        }
    }

    @Test
    void shouldSendChunksHoweverShortTheWrites() throws IOException {
        final Outbox chunks = outbox(plans.chunking());
        for (final int atATime : new int[] {1, 3, 1000}) {
            final int size = Stamp.LENGTH + MESSAGE.length;
            final String chunk = sent(chunks, batch, Move.SEND_CHUNK, 0, atATime);
            assertTrue(chunk.startsWith("BDAT " + size + " LAST\r\n" + HEADER));
            assertTrue(chunk.endsWith("\r\n\r\n.hi\r\n"));
            final String all = sent(chunks, batch(0, 1, 2), Move.SEND_BATCH, 0, atATime);
            final String envelope =
                    "MAIL FROM:<a@example.org>\r\nRCPT TO:<1b@example.org>\r\nRCPT TO:<2b@example.org>\r\nBDAT ";
            final List<String> transactions = List.of(all.split(envelope));
            assertEquals(4, transactions.size(), all);
            for (int i = 0; i < 3; i++) {
                final String transaction = transactions.get(i + 1);
                assertTrue(transaction.startsWith(size + " LAST\r\n" + HEADER), transaction);
                assertTrue(transaction.contains(" seq=00000000000" + i + " "), transaction);
                assertEquals(chunk.length() - "BDAT ".length(), transaction.length());
            }
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
        outbox.load(Move.SEND_CONTENT, 0, batch, 0);
        outbox.writeTo(new ShortWire(1));
        outbox.clear();
        assertTrue(outbox.isEmpty());
        assertTrue(sent(Move.SEND_CONTENT, 0, 100).startsWith(HEADER));
    }
}
