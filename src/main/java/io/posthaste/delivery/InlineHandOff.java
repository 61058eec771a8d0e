package io.posthaste.delivery;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.HandOff;
import java.io.IOException;

/** Hand-off to a delivery that never blocks: it runs on the reactor's own thread, without a queue in between. */
public final class InlineHandOff implements HandOff {
    private final Delivery delivery;

    public InlineHandOff(final Delivery delivery) {
        this.delivery = delivery;
    }

    @Override
    public Outcome offer(final Envelope envelope) {
        try {
            delivery.append(envelope);
            delivery.commit();
        } catch (final IOException e) {
            envelope.status(DeliveryStatus.FAILED_TEMPORARILY);
        }
        return Outcome.COMPLETED;
    }

    @Override
    public void onReceipt() {
        throw new IllegalStateException("an inline delivery sends no receipts");
    }
}
