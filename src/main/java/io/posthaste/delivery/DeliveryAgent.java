package io.posthaste.delivery;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeQueue;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;
import org.jctools.queues.MessagePassingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a delivery on a thread of its own: takes what waits in the queue as one batch, appends, commits, sends receipts.
 *
 * <p>Batches form by themselves: while one is being committed, the next one gathers. Nothing waits for a batch to fill.
 */
public final class DeliveryAgent implements Agent {
    /** Envelopes in one batch at the most. */
    public static final int BATCH_LIMIT = 256;

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryAgent.class);

    private final EnvelopeQueue queue;
    private final Delivery delivery;
    private final Envelope[] batch = new Envelope[BATCH_LIMIT];
    private final boolean[] appended = new boolean[BATCH_LIMIT];
    private final MessagePassingQueue.Consumer<Envelope> adder = this::add;
    private int batchSize;
    private volatile Thread thread;
    private final Doorbell doorbell = new Doorbell(() -> LockSupport.unpark(thread));

    public DeliveryAgent(final EnvelopeQueue queue, final Delivery delivery) {
        this.queue = queue;
        this.delivery = delivery;
        queue.doorbell(doorbell);
    }

    @Override
    public void onStart() {
        thread = Thread.currentThread();
    }

    @Override
    public int doWork() {
        batchSize = 0;
        queue.drain(adder, BATCH_LIMIT);
        if (batchSize > 0) {
            deliverBatch();
        }
        return batchSize;
    }

    /** Sleeps until an envelope is offered, or the thread is unparked or interrupted. */
    public void awaitWork() {
        doorbell.prepareToSleep();
        if (queue.isEmpty()) {
            LockSupport.park(this);
        }
        doorbell.awake();
    }

    @Override
    public String roleName() {
        return "delivery";
    }

    @Override
    public void onClose() {
        try {
            delivery.close();
        } catch (final IOException e) {
            LOG.error("closing {} failed", delivery.description(), e);
        }
    }

    private void add(final Envelope envelope) {
        batch[batchSize++] = envelope;
    }

    private void deliverBatch() {
        final int size = batchSize;
        int appendedCount = 0;
        for (int i = 0; i < size; i++) {
            appended[i] = append(batch[i]);
            appendedCount += appended[i] ? 1 : 0;
        }
        if (appendedCount > 0) {
            commit(size);
        }
        for (int i = 0; i < size; i++) {
            final Envelope envelope = batch[i];
            batch[i] = null;
            envelope.complete();
        }
    }

    private boolean append(final Envelope envelope) {
        try {
            delivery.append(envelope);
            return true;
        } catch (final IOException | RuntimeException e) {
            LOG.error("message {} was not stored: {}", envelope.id(), e.toString(), e);
            envelope.status(DeliveryStatus.FAILED_TEMPORARILY);
            return false;
        }
    }

    private void commit(final int size) {
        try {
            delivery.commit();
        } catch (final IOException | RuntimeException e) {
            LOG.error("a batch of {} messages was not stored: {}", size, e.toString(), e);
            for (int i = 0; i < size; i++) {
                if (appended[i]) {
                    batch[i].status(DeliveryStatus.FAILED_TEMPORARILY);
                }
            }
        }
    }
}
