package io.posthaste.delivery;

import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.EnvelopeQueue;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;

/** An agent that works off a queue of envelopes and sleeps while there is none. */
abstract class QueueAgent implements Agent {
    /** Its own thread takes from it. */
    final EnvelopeQueue queue;

    // Any thread.
    private volatile Thread thread;
    private volatile boolean stopRequested;
    private final Doorbell doorbell = new Doorbell(() -> LockSupport.unpark(thread));

    QueueAgent(final EnvelopeQueue queue) {
        this.queue = queue;
        queue.doorbell(doorbell);
    }

    @Override
    public void onStart() {
        thread = Thread.currentThread();
    }

    /** Sleeps until an envelope is offered, a stop is requested, or the thread is unparked or interrupted. */
    public void awaitWork() {
        doorbell.prepareToSleep();
        if (!hasWork() && !isStopRequested()) {
            sleep();
        }
        doorbell.awake();
    }

    /** Whether something is in the queue that may be taken. */
    boolean hasWork() {
        return !queue.isEmpty();
    }

    /** There is no work. */
    void sleep() {
        LockSupport.park(this);
    }

    /** No more will be offered: whoever runs this agent ends once the queue is empty. Any thread. */
    void requestStop() {
        stopRequested = true;
        doorbell.ring();
    }

    /** Whether to end as soon as there is no work. */
    boolean isStopRequested() {
        return stopRequested;
    }
}
