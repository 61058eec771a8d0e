package io.posthaste.envelope;

/** Hand-off to a delivery on another thread: the queue out, and no more in flight than the queue back can hold. */
public final class QueuedHandOff implements HandOff {
    private final EnvelopeQueue queue;
    private final int inFlightLimit;
    private int inFlight;

    public QueuedHandOff(final EnvelopeQueue queue, final ReceiptQueue receipts) {
        this.queue = queue;
        this.inFlightLimit = receipts.capacity();
    }

    @Override
    public Outcome offer(final Envelope envelope) {
        if (inFlight == inFlightLimit || !queue.offer(envelope)) {
            return Outcome.FULL;
        }
        inFlight++;
        return Outcome.QUEUED;
    }

    @Override
    public void onReceipt() {
        inFlight--;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }
}
