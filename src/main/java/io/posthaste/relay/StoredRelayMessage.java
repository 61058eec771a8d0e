package io.posthaste.relay;

import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.delivery.spool.StoredTrace;
import io.posthaste.forward.ForwardedMessage;
import io.posthaste.forward.Settlement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.function.BiConsumer;

/** A message of a spool on its way to the next server, for the recipients that are still to get it. */
final class StoredRelayMessage implements OutgoingMessage {
    private final ForwardedMessage message;
    private final Settlement settlement;
    private final BiConsumer<StoredRelayMessage, TransferOutcome> onSettled;
    private final byte[] received;
    private final List<Recipient> recipients;
    private final Declaration declaration;
    private HeaderScan header;

    /** @param onSettled called on the client's thread */
    StoredRelayMessage(
            final ForwardedMessage message,
            final Settlement settlement,
            final BiConsumer<StoredRelayMessage, TransferOutcome> onSettled) {
        this.message = message;
        this.settlement = settlement;
        this.onSettled = onSettled;
        final StoredEnvelope envelope = message.envelope();
        received = StoredTrace.received(envelope, message.hostname());
        recipients = message.recipients().stream()
                .map(recipient ->
                        new Recipient(recipient.mailbox(), recipient.notifyFlags(), recipient.originalRecipient()))
                .toList();
        declaration = new Declaration(
                envelope.has(StoredEnvelope.EIGHT_BIT),
                envelope.has(StoredEnvelope.BINARY),
                envelope.has(StoredEnvelope.SMTPUTF8),
                envelope.has(StoredEnvelope.TLS_REQUIRED),
                envelope.has(StoredEnvelope.RETURN_FULL),
                envelope.has(StoredEnvelope.RETURN_HEADERS),
                envelope.envelopeId());
    }

    ForwardedMessage message() {
        return message;
    }

    Settlement settlement() {
        return settlement;
    }

    @Override
    public String id() {
        return message.id();
    }

    @Override
    public String reversePath() {
        return message.envelope().reversePath();
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
        return received.length + message.contentOctets();
    }

    @Override
    public ReadableByteChannel openContent() throws IOException {
        return new JoinedChannel(ByteBuffer.wrap(received), message.openContent(), ByteBuffer.allocate(0));
    }

    @Override
    public HeaderScan header() throws IOException {
        if (header == null) {
            try (ReadableByteChannel content = openContent()) {
                header = HeaderScan.of(content);
            }
        }
        return header;
    }

    /** {@inheritDoc} Each recipient is retried and reported by itself. */
    @Override
    public boolean isAllOrNothing() {
        return false;
    }

    @Override
    public void settled(final TransferOutcome outcome) {
        onSettled.accept(this, outcome);
    }
}
