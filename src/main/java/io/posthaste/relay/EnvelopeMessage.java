package io.posthaste.relay;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.RecordCursor;
import io.posthaste.memory.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** An envelope on its way to the next server; its octets stay in their blocks. Owns the envelope until it is settled. */
final class EnvelopeMessage implements OutgoingMessage {
    private final Envelope envelope;
    private final byte[] received;
    private final String id;
    private final String reversePath;
    private final List<Recipient> recipients;
    private final Declaration declaration;
    private final BiConsumer<Envelope, TransferOutcome> onSettled;
    private HeaderScan header;

    /**
     * @param received our Received field; copied
     * @param onSettled gets the envelope back, on the client's thread
     */
    EnvelopeMessage(
            final Envelope envelope, final ByteBuffer received, final BiConsumer<Envelope, TransferOutcome> onSettled) {
        this.envelope = envelope;
        this.received = new byte[received.remaining()];
        received.get(this.received);
        this.onSettled = onSettled;
        id = envelope.id();
        reversePath = envelope.reversePath();
        recipients = recipients(envelope);
        final RecordCursor cursor = new RecordCursor();
        envelope.envelopeId(cursor);
        declaration = new Declaration(
                envelope.isEightBit(),
                envelope.isBinary(),
                envelope.isSmtpUtf8(),
                envelope.isTlsRequired(),
                envelope.isFullReturnWanted(),
                envelope.isHeaderReturnWanted(),
                cursor.asString());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String reversePath() {
        return reversePath;
    }

    @Override
    public List<Recipient> recipients() {
        return recipients;
    }

    @Override
    public Declaration declaration() {
        return declaration;
    }

    @Override
    public long contentOctets() {
        return received.length + envelope.contentLength();
    }

    @Override
    public ReadableByteChannel openContent() {
        return new BlockChannel(received, envelope.contentHead());
    }

    @Override
    public HeaderScan header() throws IOException {
        if (header == null) {
            header = HeaderScan.of(openContent());
        }
        return header;
    }

    /** {@inheritDoc} The client has waited since its end of data. */
    @Override
    public long begunNs(final long nowNs) {
        return envelope.completedNs();
    }

    /** {@inheritDoc} The client gets one answer for all recipients. */
    @Override
    public boolean isAllOrNothing() {
        return true;
    }

    @Override
    public void settled(final TransferOutcome outcome) {
        onSettled.accept(envelope, outcome);
    }

    private static List<Recipient> recipients(final Envelope envelope) {
        final List<Recipient> recipients = new ArrayList<>(envelope.recipientCount());
        final RecordCursor place = new RecordCursor();
        final RecordCursor original = new RecordCursor();
        boolean more = envelope.firstRecipient(place);
        while (more) {
            final int notifyFlags = envelope.originalRecipient(place, original);
            recipients.add(new Recipient(place.asString(), notifyFlags, original.asString()));
            more = envelope.nextRecipient(place);
        }
        return recipients;
    }

    /** Reads a few octets and then a chain of blocks, in place. */
    private static final class BlockChannel implements ReadableByteChannel {
        private final ByteBuffer before;
        private Block block;
        private int offset;

        BlockChannel(final byte[] before, final Block head) {
            this.before = ByteBuffer.wrap(before);
            block = head;
        }

        @Override
        public int read(final ByteBuffer target) {
            final int start = target.position();
            while (before.hasRemaining() && target.hasRemaining()) {
                target.put(before.get());
            }
            while (block != null && target.hasRemaining()) {
                final int count = Math.min(target.remaining(), block.length() - offset);
                target.put(target.position(), block.buffer(), offset, count).position(target.position() + count);
                offset += count;
                if (offset == block.length()) {
                    block = block.next();
                    offset = 0;
                }
            }
            final int count = target.position() - start;
            return count == 0 && target.hasRemaining() ? -1 : count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // The blocks are the envelope's.
        }
    }
}
