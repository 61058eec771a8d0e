package io.posthaste.envelope;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.memory.BlockPool;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A reactor's side of the hand-off for tests: makes envelopes with fixed ids and clock, and takes receipts. */
public final class Transactions {
    /** Sun, 22 Nov 2026 06:16:34.567 UTC. */
    public static final long EPOCH_MS = 1_795_328_194_567L;

    public final BlockPool blocks = new BlockPool(8L * BlockPool.SLAB);
    public final ReceiptQueue receipts = new ReceiptQueue(1024, new Doorbell(() -> {}));
    public final EnvelopePool envelopes = new EnvelopePool(blocks, receipts);
    private final EnvelopeIds ids = new EnvelopeIds(0, 0);

    public Envelope envelope(final String reversePath, final byte[] content, final String... recipients) {
        return envelope("client.example", "192.0.2.7", true, reversePath, content, recipients);
    }

    public Envelope envelope(final String reversePath, final String content, final String... recipients) {
        return envelope(reversePath, octets(content), recipients);
    }

    /** A message without content from nobody, with these traits. */
    public Envelope envelope(final String hello, final int traits, final String recipient) {
        final Envelope envelope = envelopes.take();
        final byte[] name = octets(hello);
        assertTrue(envelope.begin(ids, EPOCH_MS, octets("192.0.2.7"), 9, name, name.length, traits));
        final ByteBuffer mailbox = ByteBuffer.wrap(octets(recipient));
        assertTrue(envelope.reversePath(mailbox, 0, 0));
        assertTrue(envelope.addRecipient(mailbox, 0, mailbox.limit()));
        return envelope;
    }

    public Envelope envelope(
            final String hello,
            final String peer,
            final boolean extended,
            final String reversePath,
            final byte[] content,
            final String... recipients) {
        final Envelope envelope = envelopes.take();
        final byte[] peerOctets = octets(peer);
        final byte[] helloOctets = octets(hello);
        assertTrue(envelope.begin(
                ids,
                EPOCH_MS,
                peerOctets,
                peerOctets.length,
                helloOctets,
                helloOctets.length,
                extended ? Envelope.EXTENDED : 0));
        final ByteBuffer path = ByteBuffer.wrap(octets(reversePath));
        assertTrue(envelope.reversePath(path, 0, path.limit()));
        for (final String recipient : recipients) {
            final ByteBuffer mailbox = ByteBuffer.wrap(octets(recipient));
            assertTrue(envelope.addRecipient(mailbox, 0, mailbox.limit()));
        }
        assertTrue(envelope.content().append(ByteBuffer.wrap(content), 0, content.length));
        envelope.contentLength(content.length);
        return envelope;
    }

    /** Takes the receipts that have come, releases the envelopes, and returns the answers in order. */
    public List<DeliveryStatus> answers() {
        final List<DeliveryStatus> answers = new ArrayList<>();
        receipts.drain(
                envelope -> {
                    answers.add(envelope.status());
                    envelopes.release(envelope);
                },
                Integer.MAX_VALUE);
        return answers;
    }

    /** Each character is one octet. */
    public static byte[] octets(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static String text(final byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
