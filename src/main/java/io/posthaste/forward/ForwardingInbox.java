package io.posthaste.forward;

import io.posthaste.envelope.Doorbell;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * What other threads bring to the forwarding thread: attempts that are settled, the news that something was committed, the
 * request to stop; and its sleep until there is something. What only rings, or is brought while it does not sleep, costs no
 * more than a fence.
 */
final class ForwardingInbox {
    private final LongSupplier nanoTime;
    private final Queue<Attempt> settled = new ConcurrentLinkedQueue<>();
    private final Doorbell doorbell = new Doorbell(this::wake);
    private volatile boolean stopRequested;
    private volatile Thread thread;

    /** @param nanoTime by which {@link #rest} counts */
    ForwardingInbox(final LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    // ---- any thread

    /** An attempt is settled. */
    void settled(final Attempt attempt) {
        settled.add(attempt);
        doorbell.ring();
    }

    /** There is something elsewhere. */
    void ring() {
        doorbell.ring();
    }

    void requestStop() {
        stopRequested = true;
        doorbell.ring();
    }

    boolean isStopRequested() {
        return stopRequested;
    }

    // ---- the forwarding thread

    /** The calling thread is the one that sleeps here. */
    void bind() {
        thread = Thread.currentThread();
    }

    /** The next attempt that is settled; null when there is none. */
    Attempt poll() {
        return settled.poll();
    }

    /**
     * Sleeps until something is brought, or the thread is unparked or interrupted.
     *
     * @param longestMs how long at the most, 0 not at all, {@link Long#MAX_VALUE} for ever; asked when whatever is brought
     *     from then on ends the sleep
     */
    void await(final LongSupplier longestMs) {
        doorbell.prepareToSleep();
        if (settled.isEmpty() && !stopRequested) {
            final long ms = longestMs.getAsLong();
            if (ms == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else if (ms > 0) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(ms));
            }
        }
        doorbell.awake();
    }

    /** Sleeps until an attempt is settled, no longer than so; once a stop was requested. */
    void awaitSettled(final long timeoutNs) {
        doorbell.prepareToSleep();
        if (settled.isEmpty()) {
            LockSupport.parkNanos(this, timeoutNs);
        }
        doorbell.awake();
    }

    /** Sleeps for so long whatever is brought, but for a request to stop. Clears the thread's interrupt. */
    void rest(final long ns) {
        final long endNs = nanoTime.getAsLong() + ns;
        long leftNs = ns;
        while (leftNs > 0 && !stopRequested) {
            doorbell.prepareToSleep();
            if (!stopRequested) {
                LockSupport.parkNanos(this, leftNs);
            }
            doorbell.awake();
            Thread.interrupted(); // would make the sleep a spin
            leftNs = endNs - nanoTime.getAsLong();
        }
    }

    private void wake() {
        LockSupport.unpark(thread);
    }
}
