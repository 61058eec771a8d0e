package io.posthaste.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.memory.Block;
import io.posthaste.memory.BlockPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EnvelopeTest {
    private final Transactions transactions = new Transactions();

    @Test
    void shouldKeepWhatItWasGiven() {
        final Envelope envelope = transactions.envelope("a@b.example", "x\r\n", "c@d.example", "e@f.example");

        assertEquals("192.0.2.7", envelope.peer());
        assertEquals("client.example", envelope.hello());
        assertEquals("a@b.example", envelope.reversePath());
        assertEquals(2, envelope.recipientCount());
        assertEquals(List.of("c@d.example", "e@f.example"), envelope.recipients());
        assertEquals(Transactions.EPOCH_MS, envelope.receivedEpochMs());
        assertTrue(envelope.isExtended());
        assertFalse(envelope.isEightBit());
        assertEquals(DeliveryStatus.ACCEPTED, envelope.status());
    }

    @Test
    void shouldTellTheNullReversePathAndNoRecipients() {
        final Envelope envelope = transactions.envelope("", "");

        assertEquals("", envelope.reversePath());
        assertEquals(0, envelope.recipientCount());
        assertFalse(envelope.firstRecipient(new RecordCursor()));
        assertEquals(List.of(), envelope.recipients());
    }

    @Test
    void shouldKeepAThousandRecipientsOfTheLongestKindInOrder() {
        final String[] mailboxes = IntStream.range(0, 1000)
                .mapToObj(i -> String.format("%04d", i) + "x".repeat(250))
                .toArray(String[]::new);
        final Envelope envelope = transactions.envelope("a@b.example", "", mailboxes);

        assertEquals(1000, envelope.recipientCount());
        assertEquals(List.of(mailboxes), envelope.recipients());
        assertTrue(transactions.blocks.inUseOctets() > 60L * Block.SMALL, "over many blocks");
        transactions.envelopes.release(envelope);
        assertEquals(0, transactions.blocks.inUseOctets());
    }

    @Test
    void shouldKeepRecordsOfEveryLengthAcrossBlocks() {
        final String[] mailboxes =
                IntStream.rangeClosed(0, 1024).mapToObj("y"::repeat).toArray(String[]::new);
        final Envelope envelope = transactions.envelope("", "", mailboxes);

        assertEquals(List.of(mailboxes), envelope.recipients());
        assertThrows(IllegalArgumentException.class, () -> envelope.addRecipient(ByteBuffer.allocate(1025), 0, 1025));
    }

    @Test
    void shouldSayThereIsNoMoreHoweverOftenItIsAsked() {
        // 15 blocks' worth and one: the last block of the chain is at the end of its array or not.
        for (final int count : new int[] {1, 60, 63, 64, 65, 128}) {
            final String[] mailboxes = new String[count];
            java.util.Arrays.fill(mailboxes, "z".repeat(254));
            final Envelope envelope = transactions.envelope("", "", mailboxes);
            final RecordCursor cursor = new RecordCursor();
            assertTrue(envelope.firstRecipient(cursor));
            for (int i = 1; i < count; i++) {
                assertTrue(envelope.nextRecipient(cursor));
            }
            for (int i = 0; i < 5; i++) {
                assertFalse(envelope.nextRecipient(cursor));
            }
            transactions.envelopes.release(envelope);
        }
    }

    @Test
    void shouldPutRecordsBehindTheTargetsPosition() {
        final Envelope envelope = transactions.envelope("a@b.example", "");
        final RecordCursor cursor = new RecordCursor();
        envelope.reversePath(cursor);
        final ByteBuffer target = ByteBuffer.allocate(64).put((byte) '<');
        cursor.putTo(target);

        assertEquals("<a@b.example", Transactions.text(java.util.Arrays.copyOf(target.array(), target.position())));
    }

    @Test
    void shouldReadTheContentAsStreamAndToAChannelAlike() throws IOException {
        final byte[] content = new byte[200_003];
        new Random(7).nextBytes(content);
        final Envelope envelope = transactions.envelope("", content);
        assertArrayEquals(content, envelope.contentStream().readAllBytes());
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        envelope.writeContentTo(Channels.newChannel(out));
        envelope.writeContentTo(Channels.newChannel(out));
        assertEquals(2 * content.length, out.size());
        assertArrayEquals(content, java.util.Arrays.copyOf(out.toByteArray(), content.length));

        final InputStream single = envelope.contentStream();
        for (int i = 0; i < content.length; i++) {
            assertEquals(content[i] & 0xff, single.read());
        }
        assertEquals(-1, single.read());
        assertEquals(-1, single.read(new byte[1]));
        assertEquals(0, single.read(new byte[0]));
        assertEquals(0, single.available());
    }

    @Test
    void shouldReadAnEmptyContent() throws IOException {
        assertEquals(0, transactions.envelope("", "").contentStream().readAllBytes().length);
    }

    @Test
    void shouldGiveAllBlocksBackAndBeUsedAgain() {
        final Envelope envelope = transactions.envelope("a@b.example", "content", "c@d.example");
        envelope.status(DeliveryStatus.REJECTED);
        envelope.owner(this);
        transactions.envelopes.release(envelope);
        assertEquals(0, transactions.blocks.inUseOctets());
        assertEquals(0, transactions.envelopes.inUse());

        final Envelope again = transactions.envelopes.take();
        assertEquals(envelope, again);
        assertEquals(DeliveryStatus.ACCEPTED, again.status());
        assertEquals(0, again.recipientCount());
        assertEquals(0, again.contentLength());
        assertEquals(null, again.owner());
    }

    @Test
    void shouldRefuseAnEnvelopeReleasedTwice() {
        final Envelope envelope = transactions.envelopes.take();
        transactions.envelopes.release(envelope);

        assertThrows(IllegalStateException.class, () -> transactions.envelopes.release(envelope));
        assertEquals(0, transactions.envelopes.inUse());
    }

    @Test
    void shouldSayWhenThePoolHasRunOut() {
        final BlockPool little = new BlockPool(BlockPool.SLAB);
        while (little.tryTakeSmall() != null) {
            // Take everything.
        }
        final Envelope envelope = new EnvelopePool(little, transactions.receipts).take();

        assertFalse(envelope.begin(new EnvelopeIds(0, 0), 0, new byte[1], 1, new byte[1], 1, Envelope.EXTENDED));
        assertFalse(envelope.addRecipient(ByteBuffer.allocate(1), 0, 1));
    }
}
