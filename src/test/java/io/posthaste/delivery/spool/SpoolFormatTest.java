package io.posthaste.delivery.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.TlsParameters;
import io.posthaste.envelope.Transactions;
import io.posthaste.envelope.User;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The layout, octet by octet: what another program may rely on. */
final class SpoolFormatTest {
    @Test
    void shouldCarryEverythingAnEnvelopeHas() {
        final Transactions transactions = new Transactions();
        final Envelope envelope = transactions.envelopes.take();
        final byte[] peer = Transactions.octets("IPv6:::1");
        final byte[] hello = Transactions.octets("client.example");
        final int traits = Envelope.EXTENDED
                | Envelope.EIGHT_BIT
                | Envelope.BINARY
                | Envelope.SMTPUTF8
                | Envelope.RETURN_FULL
                | Envelope.RETURN_HEADERS;
        assertTrue(envelope.begin(
                new EnvelopeIds(7L << 18, 3), 1_234_567_890_123L, peer, peer.length, hello, hello.length, traits));
        final ByteBuffer text = ByteBuffer.wrap(Transactions.octets("a@b.exampleQQ+2Bx"));
        assertTrue(envelope.reversePath(text, 0, 11, 11, 17));
        final ByteBuffer to = ByteBuffer.wrap(Transactions.octets("c@d.examplerfc822;e@f"));
        assertTrue(envelope.addRecipient(to, 0, 11, 6, 11, 21));
        assertTrue(envelope.addRecipient(to, 18, 21));
        envelope.user(new User("ann\u00e9"));

        envelope.tls(TlsParameters.of("TLSv1.3", "TLS_AES_256_GCM_SHA384"));

        final EnvelopeFormat format = new EnvelopeFormat();
        final ByteBuffer octets = ByteBuffer.allocate(1000);
        format.put(envelope, 42, octets);
        assertEquals(format.length(envelope), octets.position());
        assertEquals(
                new StoredEnvelope(
                        envelope.id(),
                        1_234_567_890_123L,
                        42,
                        63,
                        "TLSv1.3/TLS_AES_256_GCM_SHA384",
                        "IPv6:::1",
                        "client.example",
                        "a@b.example",
                        "QQ+2Bx",
                        List.of(
                                new StoredEnvelope.Recipient("c@d.example", 6, "rfc822;e@f"),
                                new StoredEnvelope.Recipient("e@f", 0, "")),
                        "ann\u00e9"),
                EnvelopeFormat.read(octets.flip()));
    }

    /** As all were before the field came, and as those from clients are that have not logged in. */
    @Test
    void shouldReadARecordWithoutAUserWhateverItsPadding() {
        final Transactions transactions = new Transactions();
        final EnvelopeFormat format = new EnvelopeFormat();
        for (int length = 1; length <= 16; length++) {
            final Envelope envelope = transactions.envelope("a".repeat(length) + "@b.example", "", "c@d.example");
            final ByteBuffer octets = ByteBuffer.allocate(1000);
            format.put(envelope, 42, octets);
            octets.position(RecordFormat.paddedEnvelope(format.length(envelope), 0));
            final StoredEnvelope read = EnvelopeFormat.read(octets.flip());
            assertEquals("", read.user());
            assertEquals("c@d.example", read.recipients().get(0).mailbox());
            assertEquals(StoredEnvelope.of(envelope, 42), read);
        }
    }

    @Test
    void shouldReadTheUserWhateverThePadding() {
        final Transactions transactions = new Transactions();
        final EnvelopeFormat format = new EnvelopeFormat();
        for (int length = 1; length <= 16; length++) {
            final Envelope envelope = transactions.envelope("", "", "c@d.example");
            envelope.user(new User("u".repeat(length)));
            final ByteBuffer octets = ByteBuffer.allocate(1000);
            format.put(envelope, 42, octets);
            assertEquals(format.length(envelope), octets.position());
            octets.position(RecordFormat.paddedEnvelope(octets.position(), 0));
            assertEquals(StoredEnvelope.of(envelope, 42), EnvelopeFormat.read(octets.flip()));
        }
    }

    @Test
    void shouldCarryEverythingASegmentHeaderHas() {
        final SegmentHeader header = new SegmentHeader(7, -3, 1_795_328_194_567L, 99, 6, 4096, "mx.example");
        final ByteBuffer page = SegmentFormat.encode(header);
        assertEquals(4096, page.remaining());
        assertEquals('P', page.get(0));
        assertEquals(SegmentFormat.VERSION, page.get(7));
        assertEquals(7, page.getLong(8));
        assertEquals(-3, page.getLong(16));
        assertEquals(header, SegmentFormat.decode(page));
    }

    @Test
    void shouldNotReadAnotherVersion() {
        final ByteBuffer page = SegmentFormat.encode(new SegmentHeader(1, 1, 1, 1, 0, 0, "x"));
        for (final int copy : new int[] {0, SegmentFormat.COPY_OFFSET}) {
            page.put(copy + 7, (byte) 2);
            final CRC32C crc = new CRC32C();
            crc.update(page.slice(copy, 508));
            page.putInt(copy + 508, (int) crc.getValue());
        }
        assertEquals(null, SegmentFormat.decode(page));
    }

    @Test
    void shouldMakeRecordsMultiplesOfEight() {
        for (int envelope = 0; envelope < 20; envelope++) {
            for (long content = 0; content < 20; content++) {
                final int padded = RecordFormat.paddedEnvelope(envelope, content);
                assertTrue(padded >= envelope && padded < envelope + 8);
                assertEquals(0, (RecordFormat.HEADER_OCTETS + padded + content) % 8);
            }
        }
    }

    @Test
    void shouldPlaceRecordFieldsAsDocumented() {
        final CRC32C crc = new CRC32C();
        final ByteBuffer octets = ByteBuffer.allocate(64);
        RecordFormat.putHeader(octets, 8, RecordFormat.MESSAGE, 11, 12, 13, 14, 15, 16, 17, crc);
        assertEquals("PHR\1", Transactions.text(octets.array()).substring(8, 12));
        assertEquals(11, octets.getLong(16));
        assertEquals(12, octets.getLong(24));
        assertEquals(13, octets.getLong(32));
        assertEquals(14, octets.getInt(40));
        assertEquals(15, octets.getInt(44));
        assertEquals(16, octets.getLong(48));
        assertEquals(17, octets.getInt(56));
        crc.reset();
        crc.update(octets.array(), 16, 48);
        assertEquals((int) crc.getValue(), octets.getInt(12));
        assertTrue(RecordFormat.isHeader(octets, 8, 11, crc));
        for (int i = 8; i < 64; i++) {
            octets.put(i, (byte) (octets.get(i) ^ 0x40));
            assertTrue(!RecordFormat.isHeader(octets, 8, 11, crc), "octet " + i);
            octets.put(i, (byte) (octets.get(i) ^ 0x40));
        }
    }
}
