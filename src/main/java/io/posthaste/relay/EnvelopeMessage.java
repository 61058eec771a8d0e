package io.posthaste.relay;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** An envelope on its way to the next server; its octets stay in their blocks. Owns the envelope until it is settled. */
final class EnvelopeMessage extends RelayedMessage {
    private final Envelope envelope;
    private final BiConsumer<Envelope, TransferOutcome> onSettled;

    /**
     * @param received our Received field; copied
     * @param onSettled gets the envelope back, on the client's thread
     */
    EnvelopeMessage(
            final Envelope envelope, final ByteBuffer received, final BiConsumer<Envelope, TransferOutcome> onSettled) {
        super(
                envelope.id(),
                envelope.reversePath(),
                recipientsOf(envelope),
                declarationOf(envelope),
                copyOf(received),
                envelope.contentLength());
        this.envelope = envelope;
        this.onSettled = onSettled;
    }

    @Override
    ReadableByteChannel openBody() {
        return new BlockChannel(envelope.contentHead());
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

    private static List<Recipient> recipientsOf(final Envelope envelope) {
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

    private static Declaration declarationOf(final Envelope envelope) {
        final RecordCursor envelopeId = new RecordCursor();
        envelope.envelopeId(envelopeId);
        return new Declaration(
                envelope.isEightBit(),
                envelope.isBinary(),
                envelope.isSmtpUtf8(),
                envelope.isTlsRequired(),
                envelope.isFullReturnWanted(),
                envelope.isHeaderReturnWanted(),
                envelopeId.asString());
    }

    private static byte[] copyOf(final ByteBuffer octets) {
        final byte[] copy = new byte[octets.remaining()];
        octets.get(copy);
        return copy;
    }
}
