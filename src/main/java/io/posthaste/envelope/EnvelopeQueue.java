package io.posthaste.envelope;

import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * The queue out: completed envelopes from all reactors to one consumer, lock-free and bounded.
 *
 * <p>Reactors offer; one delivery thread polls. A full queue is a designed state: see {@link HandOff}.
 */
public final class EnvelopeQueue {
    private final MpscVarHandleArrayQueue<Envelope> queue;
    private volatile Doorbell doorbell = new Doorbell(() -> {});

    /** @param capacity envelopes; rounded up to a power of two */
    public EnvelopeQueue(final int capacity) {
        queue = new MpscVarHandleArrayQueue<>(Math.max(2, capacity));
    }

    /** The consumer says how it is woken; before it first sleeps. */
    public void doorbell(final Doorbell consumerDoorbell) {
        doorbell = consumerDoorbell;
    }

    /** Offers an envelope and wakes the consumer if it sleeps; false when the queue is full. Any reactor thread. */
    public boolean offer(final Envelope envelope) {
        if (!queue.offer(envelope)) {
            return false;
        }
        doorbell.ring();
        return true;
    }

    /** The next envelope, or null. The consumer only. */
    public Envelope poll() {
        return queue.relaxedPoll();
    }

    /** Hands up to {@code limit} envelopes to the handler and returns how many. The consumer only. */
    public int drain(final MessagePassingQueue.Consumer<Envelope> handler, final int limit) {
        return queue.drain(handler, limit);
    }

    /** Whether there is nothing to poll. */
    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Envelopes waiting; any thread, approximate. */
    public int size() {
        return queue.size();
    }

    /** Envelopes it can hold. */
    public int capacity() {
        return queue.capacity();
    }
}
