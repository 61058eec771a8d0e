package io.posthaste.envelope;

import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * The queue back: envelopes with their status, from delivery threads to the reactor that owns them.
 *
 * <p>It never overflows, because a reactor hands out no more envelopes than it has room for ({@link QueuedHandOff}).
 */
public final class ReceiptQueue {
    private final MpscVarHandleArrayQueue<Envelope> queue;
    private final Doorbell doorbell;

    /**
     * @param capacity envelopes; rounded up to a power of two
     * @param reactorDoorbell wakes the reactor
     */
    public ReceiptQueue(final int capacity, final Doorbell reactorDoorbell) {
        queue = new MpscVarHandleArrayQueue<>(Math.max(2, capacity));
        doorbell = reactorDoorbell;
    }

    void offer(final Envelope envelope) {
        if (!queue.offer(envelope)) {
            throw new IllegalStateException("receipt queue overflow: an envelope was completed twice");
        }
        doorbell.ring();
    }

    /** Hands up to {@code limit} receipts to the handler and returns how many. The reactor thread only. */
    public int drain(final MessagePassingQueue.Consumer<Envelope> handler, final int limit) {
        return queue.drain(handler, limit);
    }

    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Receipts it can hold. */
    public int capacity() {
        return queue.capacity();
    }
}
