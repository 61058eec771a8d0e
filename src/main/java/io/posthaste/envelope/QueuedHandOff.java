package io.posthaste.envelope;

/**
 * Hand-off to a delivery on another thread: the queue out, and no more in flight than the queue back can hold. Messages that
 * come in parts have a queue of their own, so that no other waits behind them.
 */
public final class QueuedHandOff implements HandOff {
    private final EnvelopeQueue queue;
    private final EnvelopeQueue parts;
    private final int inFlightLimit;
    private int inFlight;

    /** Without parts, or with all in one queue. */
    public QueuedHandOff(final EnvelopeQueue queue, final ReceiptQueue receipts) {
        this(queue, queue, receipts);
    }

    /** @param parts where messages go that come in parts */
    public QueuedHandOff(final EnvelopeQueue queue, final EnvelopeQueue parts, final ReceiptQueue receipts) {
        this.queue = queue;
        this.parts = parts;
        this.inFlightLimit = receipts.capacity();
    }

    @Override
    public Outcome offer(final Envelope envelope) {
        final EnvelopeQueue way = envelope.portion() == Portion.WHOLE ? queue : parts;
        if (inFlight == inFlightLimit || !way.offer(envelope)) {
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
