package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.DeliveryAgent;
import io.posthaste.delivery.DeliveryThread;
import io.posthaste.delivery.InlineHandOff;
import io.posthaste.delivery.PartAgent;
import io.posthaste.delivery.PartStore;
import io.posthaste.delivery.discard.DiscardDelivery;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.HandOff;
import io.posthaste.envelope.QueuedHandOff;
import io.posthaste.envelope.ReceiptQueue;
import java.io.IOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery of a server, and the queues and threads between it and the reactors: one for messages, and one for the parts
 * of large ones where the delivery takes parts. A delivery that never blocks has neither and runs on the reactors' threads.
 * Owns the delivery. The server's methods only, one at a time.
 *
 * <pre>
 *   reactors ──▶ queue ───────────────────────────────▶ DeliveryAgent ──▶ delivery
 *           └──▶ part queue ──▶ PartAgent ──▶ (finished) ──┘
 * </pre>
 */
final class DeliveryStage {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryStage.class);

    private final Delivery delivery;
    /** Null with its thread where the delivery never blocks. */
    private final EnvelopeQueue queue;

    private final DeliveryThread thread;
    /** Null with its thread where every content comes whole. */
    private final EnvelopeQueue partQueue;

    private final DeliveryThread partThread;

    /** @param queueCapacity envelopes that may wait in each queue */
    DeliveryStage(final Delivery delivery, final int queueCapacity) {
        this.delivery = delivery;
        final boolean isInline = delivery instanceof DiscardDelivery;
        queue = isInline ? null : new EnvelopeQueue(queueCapacity);
        thread = isInline ? null : new DeliveryThread(new DeliveryAgent(queue, delivery), "posthaste-delivery");
        final PartStore parts = isInline ? null : delivery.parts().orElse(null);
        partQueue = parts == null ? null : new EnvelopeQueue(queueCapacity);
        partThread =
                parts == null ? null : new DeliveryThread(new PartAgent(partQueue, parts, queue), "posthaste-parts");
    }

    Delivery delivery() {
        return delivery;
    }

    /** Messages wait here for the delivery; null where it never blocks. */
    EnvelopeQueue queue() {
        return queue;
    }

    /** One reactor's way to the delivery. */
    HandOff newHandOff(final ReceiptQueue receipts) {
        return queue == null ? new InlineHandOff(delivery) : new QueuedHandOff(queue, partQueue, receipts);
    }

    /**
     * Starts the threads. Once.
     *
     * @param starter runs what starts one, or throws what came of it
     */
    void start(final Consumer<Runnable> starter) {
        if (thread != null) {
            starter.accept(thread::start);
        }
        if (partThread != null) {
            starter.accept(partThread::start);
        }
    }

    /** Whether the delivery may have messages that no reactor answers for any more. */
    boolean isThreaded() {
        return thread != null;
    }

    /**
     * Empties the queues and closes a delivery that has a thread. The reactors offer no more, and still take receipts. What
     * takes longer is logged, and goes on by itself.
     *
     * @param deadlineNs on the clock of {@link System#nanoTime}
     * @throws InterruptedException the caller was interrupted while it waited
     */
    void finish(final long deadlineNs) throws InterruptedException {
        if (partThread != null && !partThread.stopWhenDrained(Math.max(0, deadlineNs - System.nanoTime()))) {
            LOG.error("large messages are still being written; they are still with the senders");
        }
        if (thread != null && !thread.stopWhenDrained(Math.max(0, deadlineNs - System.nanoTime()))) {
            LOG.error("the delivery did not finish; what it has not acknowledged is still with the senders");
        }
    }

    /** Tells the threads to end, and waits for none. Idempotent. */
    void requestStop() throws InterruptedException {
        if (partThread != null) {
            partThread.stopWhenDrained(0);
        }
        if (thread != null) {
            thread.stopWhenDrained(0);
        }
    }

    /** The reactors have ended: closes a delivery that ran on their threads. */
    void closeInline() throws IOException {
        if (thread == null) {
            delivery.close();
        }
    }
}
