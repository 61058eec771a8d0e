package io.posthaste.delivery.handler;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.MessageHandler;
import io.posthaste.delivery.MessageRejectedException;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each message to the embedding program's {@link MessageHandler}. Every message is answered by itself; the commit has
 * nothing left to do. The handler may block, so this runs on a delivery thread.
 */
public final class HandlerDelivery implements Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(HandlerDelivery.class);

    private final MessageHandler handler;

    public HandlerDelivery(final MessageHandler handler) {
        this.handler = Objects.requireNonNull(handler, "handler");
    }

    @Override
    public AcknowledgementLevel acknowledgementLevel() {
        return AcknowledgementLevel.HANDLER;
    }

    @Override
    public String description() {
        return "handler:" + handler.getClass().getName();
    }

    /** {@inheritDoc} The embedding program has the parameters in the envelope. */
    @Override
    public boolean carriesDsn() {
        return true;
    }

    @Override
    public void append(final Envelope envelope) {
        try {
            handler.onMessage(envelope);
        } catch (final MessageRejectedException e) {
            LOG.info("message {} was rejected: {}", envelope.id(), e.getMessage());
            envelope.status(DeliveryStatus.REJECTED);
        } catch (final InterruptedException e) {
            LOG.warn("message {} was not taken: the handler was interrupted", envelope.id());
            envelope.status(DeliveryStatus.FAILED_TEMPORARILY);
            Thread.currentThread().interrupt();
        } catch (final Exception e) {
            LOG.error("message {} was not taken", envelope.id(), e);
            envelope.status(DeliveryStatus.FAILED_TEMPORARILY);
        }
    }

    @Override
    public void commit() {
        // Every message was answered when its handler returned.
    }

    @Override
    public void close() {
        // The handler is the embedding program's.
    }
}
