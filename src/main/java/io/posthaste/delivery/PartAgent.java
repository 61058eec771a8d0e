package io.posthaste.delivery;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeQueue;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MessagePassingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the parts of large contents to their store, on a thread of its own. Each part gets its receipt at once, which takes
 * its blocks home; a message that is finished goes on to the delivery's queue and gets its receipt there.
 *
 * <p>Every envelope taken from the queue gets its receipt, whatever the store throws: none is taken that may find no place.
 */
public final class PartAgent extends QueueAgent {
    private static final Logger LOG = LoggerFactory.getLogger(PartAgent.class);
    private static final int LIMIT = 64;
    /** Messages that may wait for room in the delivery's queue: with more, no part is taken until there is some. */
    static final int MOST_FINISHED = 1024;

    /** Nobody tells when there is room in the delivery's queue. */
    private static final long ROOM_POLL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final PartStore store;
    private final EnvelopeQueue deliveries;
    private final MessagePassingQueue.Consumer<Envelope> taker = this::take;

    /** Messages that are finished and find no room in the delivery's queue. Never grows: one that fails to grow loses all. */
    private final ArrayDeque<Envelope> finished = new ArrayDeque<>(MOST_FINISHED);

    private int failures;
    private Throwable firstFailure;

    /** @param deliveries the queue of the delivery that the store belongs to */
    public PartAgent(final EnvelopeQueue parts, final PartStore store, final EnvelopeQueue deliveries) {
        super(parts);
        this.store = store;
        this.deliveries = deliveries;
    }

    @Override
    public int doWork() {
        final int passedOn = passOn();
        final int taken = queue.drain(taker, Math.min(LIMIT, places()));
        if (failures > 0) {
            LOG.error("{} large messages were not stored, first:", failures, firstFailure);
            failures = 0;
            firstFailure = null;
        }
        return passedOn + taken;
    }

    @Override
    boolean hasWork() {
        return places() > 0 && super.hasWork();
    }

    /** Messages that may still be finished. */
    private int places() {
        return MOST_FINISHED - finished.size();
    }

    @Override
    void sleep() {
        if (finished.isEmpty()) {
            super.sleep();
        } else {
            LockSupport.parkNanos(this, ROOM_POLL_NS);
        }
    }

    @Override
    boolean isStopRequested() {
        return finished.isEmpty() && super.isStopRequested();
    }

    @Override
    public String roleName() {
        return "parts";
    }

    private int passOn() {
        int count = 0;
        while (!finished.isEmpty() && deliveries.offer(finished.peekFirst())) {
            finished.removeFirst();
            count++;
        }
        return count;
    }

    private void take(final Envelope envelope) {
        final boolean isFinished = isFinishedByStoring(envelope);
        if (isFinished && envelope.status() == DeliveryStatus.ACCEPTED) {
            finished.addLast(envelope);
            passOn();
        } else {
            try {
                envelope.complete();
            } catch (final RuntimeException e) {
                LOG.error("a receipt could not be sent", e);
            }
        }
    }

    private boolean isFinishedByStoring(final Envelope envelope) {
        try {
            switch (envelope.portion()) {
                case PART -> store.append(envelope);
                case LAST_PART -> {
                    store.finish(envelope);
                    return true;
                }
                case ABANDONED -> store.abandon(envelope);
                default -> throw new IllegalStateException("not in parts: " + envelope.id());
            }
        } catch (final Throwable e) {
            envelope.status(DeliveryStatus.FAILED_TEMPORARILY);
            if (failures++ == 0) {
                firstFailure = e;
            }
        }
        return false;
    }
}
