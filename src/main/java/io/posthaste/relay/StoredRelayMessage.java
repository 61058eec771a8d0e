package io.posthaste.relay;

import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.delivery.spool.StoredTrace;
import io.posthaste.forward.ForwardedMessage;
import io.posthaste.forward.Settlement;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import java.util.function.BiConsumer;

/** A message of a spool on its way to the next server, for the recipients that are still to get it. */
final class StoredRelayMessage extends RelayedMessage {
    private final ForwardedMessage message;
    private final Settlement settlement;
    private final BiConsumer<StoredRelayMessage, TransferOutcome> onSettled;

    /** @param onSettled called on the client's thread */
    StoredRelayMessage(
            final ForwardedMessage message,
            final Settlement settlement,
            final BiConsumer<StoredRelayMessage, TransferOutcome> onSettled) {
        super(
                message.id(),
                message.envelope().reversePath(),
                recipientsOf(message),
                declarationOf(message.envelope()),
                StoredTrace.received(message.envelope(), message.hostname()),
                message.contentOctets());
        this.message = message;
        this.settlement = settlement;
        this.onSettled = onSettled;
    }

    ForwardedMessage message() {
        return message;
    }

    Settlement settlement() {
        return settlement;
    }

    @Override
    ReadableByteChannel openBody() throws IOException {
        return message.openContent();
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

    private static List<Recipient> recipientsOf(final ForwardedMessage message) {
        return message.recipients().stream()
                .map(recipient ->
                        new Recipient(recipient.mailbox(), recipient.notifyFlags(), recipient.originalRecipient()))
                .toList();
    }

    private static Declaration declarationOf(final StoredEnvelope envelope) {
        return new Declaration(
                envelope.has(StoredEnvelope.EIGHT_BIT),
                envelope.has(StoredEnvelope.BINARY),
                envelope.has(StoredEnvelope.SMTPUTF8),
                envelope.has(StoredEnvelope.TLS_REQUIRED),
                envelope.has(StoredEnvelope.RETURN_FULL),
                envelope.has(StoredEnvelope.RETURN_HEADERS),
                envelope.envelopeId());
    }
}
