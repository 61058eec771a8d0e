package io.posthaste.delivery.discard;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.envelope.Envelope;

/** Accepts every message and keeps nothing of it: the content is checked and counted as it arrives, then forgotten. */
public final class DiscardDelivery implements Delivery {
    @Override
    public AcknowledgementLevel acknowledgementLevel() {
        return AcknowledgementLevel.NONE;
    }

    @Override
    public String description() {
        return "discard:";
    }

    @Override
    public boolean keepsContent() {
        return false;
    }

    /** {@inheritDoc} A sink promises nothing to begin with; its clients want to be tested with what they can do. */
    @Override
    public boolean carriesDsn() {
        return true;
    }

    @Override
    public void append(final Envelope envelope) {
        // Nothing to keep.
    }

    @Override
    public void commit() {
        // Nothing to make durable.
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
