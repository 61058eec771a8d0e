package io.posthaste.delivery;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeQueue;
import java.io.IOException;
import org.jctools.queues.MessagePassingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a delivery on a thread of its own: takes what waits in the queue as one batch, appends, commits, sends receipts.
 *
 * <p>Batches form by themselves: while one is being committed, the next one gathers. Nothing waits for a batch to fill.
 * Every envelope taken from the queue gets its receipt, whatever the delivery throws, an Error included: a receipt that
 * never comes would hold a client, and its blocks, for ever. Failures are logged once a batch: on a full disk every message
 * fails.
 */
public final class DeliveryAgent extends QueueAgent {
    /** Envelopes in one batch at the most. */
    public static final int BATCH_LIMIT = 256;

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryAgent.class);

    private final Delivery delivery;

    // The batch under way; this agent's thread only.
    private final Envelope[] batch = new Envelope[BATCH_LIMIT];
    private final boolean[] appended = new boolean[BATCH_LIMIT];
    private final MessagePassingQueue.Consumer<Envelope> adder = this::add;
    private int batchSize;
    private int appendFailures;
    private Throwable firstAppendFailure;

    public DeliveryAgent(final EnvelopeQueue queue, final Delivery delivery) {
        super(queue);
        this.delivery = delivery;
    }

    @Override
    public int doWork() {
        batchSize = 0;
        queue.drain(adder, BATCH_LIMIT);
        if (batchSize > 0) {
            if (delivery.answersLater()) {
                passOn();
            } else {
                deliverBatch();
            }
        }
        return batchSize;
    }

    @Override
    public String roleName() {
        return "delivery";
    }

    @Override
    public void onClose() {
        try {
            delivery.close();
        } catch (final IOException | RuntimeException e) {
            LOG.error("closing {} failed", delivery.description(), e);
        }
    }

    private void add(final Envelope envelope) {
        batch[batchSize++] = envelope;
    }

    /** The envelopes become the delivery's; only those that it did not take are answered here, at once: the next may wait. */
    private void passOn() {
        appendFailures = 0;
        firstAppendFailure = null;
        final int size = batchSize;
        for (int i = 0; i < size; i++) {
            final Envelope envelope = batch[i];
            batch[i] = null;
            if (!append(envelope)) {
                sendReceipt(envelope);
            }
        }
        logFailures(null);
    }

    private void deliverBatch() {
        boolean committed = false;
        Throwable commitFailure = null;
        try {
            if (appendBatch() > 0) {
                delivery.commit();
            }
            committed = true;
        } catch (final Throwable e) {
            commitFailure = e;
        } finally {
            if (!committed) {
                failAppended();
            }
            sendReceipts();
        }
        // Only now: nobody waits for the log, and a log that fails harms no message.
        logFailures(commitFailure);
    }

    private int appendBatch() {
        final int size = batchSize;
        appendFailures = 0;
        firstAppendFailure = null;
        for (int i = 0; i < size; i++) {
            appended[i] = append(batch[i]);
        }
        return size - appendFailures;
    }

    private boolean append(final Envelope envelope) {
        try {
            delivery.append(envelope);
            return true;
        } catch (final Throwable e) {
            envelope.status(DeliveryStatus.FAILED_TEMPORARILY);
            if (appendFailures++ == 0) {
                firstAppendFailure = e;
            }
            return false;
        }
    }

    /** Those that were refused by themselves keep their own answer. */
    private void failAppended() {
        for (int i = 0; i < batchSize; i++) {
            if (appended[i] && batch[i].status() == DeliveryStatus.ACCEPTED) {
                batch[i].status(DeliveryStatus.FAILED_TEMPORARILY);
            }
        }
    }

    private void sendReceipts() {
        for (int i = 0; i < batchSize; i++) {
            final Envelope envelope = batch[i];
            batch[i] = null;
            sendReceipt(envelope);
        }
    }

    private static void sendReceipt(final Envelope envelope) {
        try {
            envelope.complete();
        } catch (final RuntimeException e) {
            LOG.error("a receipt could not be sent", e);
        }
    }

    private void logFailures(final Throwable commitFailure) {
        if (appendFailures > 0) {
            LOG.error("{} of {} messages were not stored, first:", appendFailures, batchSize, firstAppendFailure);
            firstAppendFailure = null;
        }
        if (commitFailure != null) {
            LOG.error("a batch of {} messages was not stored:", batchSize - appendFailures, commitFailure);
        }
    }
}
