package io.posthaste.delivery;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.HandOff;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hand-off to a delivery that never blocks: it runs on the reactor's own thread, without a queue in between. Whatever the
 * delivery throws, short of an Error, becomes the envelope's status and never reaches the reactor.
 */
public final class InlineHandOff implements HandOff {
    private static final Logger LOG = LoggerFactory.getLogger(InlineHandOff.class);

    private final Delivery delivery;

    public InlineHandOff(final Delivery delivery) {
        this.delivery = delivery;
    }

    @Override
    public Outcome offer(final Envelope envelope) {
        try {
            delivery.append(envelope);
            delivery.commit();
        } catch (final IOException | RuntimeException e) {
            LOG.error("message {} was not stored", envelope.id(), e);
            if (envelope.status() == DeliveryStatus.ACCEPTED) {
                envelope.status(DeliveryStatus.FAILED_TEMPORARILY);
            }
        }
        return Outcome.COMPLETED;
    }

    @Override
    public void onReceipt() {
        throw new IllegalStateException("an inline delivery sends no receipts");
    }
}
