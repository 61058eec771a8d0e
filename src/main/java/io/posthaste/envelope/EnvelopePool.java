package io.posthaste.envelope;

import io.posthaste.memory.BlockPool;
import java.util.ArrayList;

/**
 * Envelopes for use again. Grows to the most transactions that were ever under way at once, which the connection limit
 * bounds. One a reactor, called on its thread only.
 */
public final class EnvelopePool {
    private final BlockPool blocks;
    private final ReceiptQueue receipts;
    private final ArrayList<Envelope> free = new ArrayList<>();
    private int inUse;

    /** @param receipts where the receipts of these envelopes come back */
    public EnvelopePool(final BlockPool blocks, final ReceiptQueue receipts) {
        this.blocks = blocks;
        this.receipts = receipts;
    }

    /** An empty envelope; the caller owns it until {@link #release} or the hand-off. */
    public Envelope take() {
        inUse++;
        final Envelope envelope = free.isEmpty() ? create() : free.remove(free.size() - 1);
        envelope.markTaken();
        return envelope;
    }

    /** Takes the envelope back, with its blocks. Twice is refused: two transactions would share it. */
    public void release(final Envelope envelope) {
        envelope.markFree();
        envelope.clear();
        inUse--;
        free.add(envelope);
    }

    /** Envelopes taken and not yet back; approximate for any thread but the reactor's. */
    public int inUse() {
        return inUse;
    }

    /** Whether more than half of the memory for envelopes and their contents is in use. */
    public boolean isMemoryScarce() {
        return blocks.inUseOctets() > blocks.budgetOctets() / 2;
    }

    private Envelope create() {
        final Envelope envelope = new Envelope(blocks);
        envelope.receipts(receipts);
        return envelope;
    }
}
