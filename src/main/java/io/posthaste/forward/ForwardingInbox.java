package io.posthaste.forward;

import io.posthaste.envelope.Doorbell;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * What other threads bring to the forwarding thread: attempts that are settled, the news that something was committed, the
 * request to stop; and its sleep until there is something. What only rings, or is brought while it does not sleep, costs no
 * more than a fence.
 */
final class ForwardingInbox {
    private final LongSupplier nanoTime;
    /** The attempt that was settled last, before it the others, linked by themselves: bringing one allocates nothing. */
    private final AtomicReference<Attempt> newest = new AtomicReference<>();

    private final Doorbell doorbell = new Doorbell(this::wake);
    private volatile boolean stopRequested;
    private volatile Thread thread;

    /** The attempt that was settled first of those taken over, behind it the others. The forwarding thread. */
    private Attempt oldest;

    /** @param nanoTime by which {@link #rest} counts */
    ForwardingInbox(final LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    // ---- any thread

    /** An attempt is settled. Once for each. */
    void settled(final Attempt attempt) {
        Attempt before;
        do {
            before = newest.get();
            attempt.next = before;
        } while (!newest.compareAndSet(before, attempt));
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
        if (oldest == null && newest.get() != null) {
            takeOver();
        }
        final Attempt attempt = oldest;
        if (attempt != null) {
            oldest = attempt.next;
            attempt.next = null;
        }
        return attempt;
    }

    /** All that were brought, in the order in which they were. */
    private void takeOver() {
        Attempt attempt = newest.getAndSet(null);
        while (attempt != null) {
            final Attempt before = attempt.next;
            attempt.next = oldest;
            oldest = attempt;
            attempt = before;
        }
    }

    private boolean isEmpty() {
        return oldest == null && newest.get() == null;
    }

    /**
     * Sleeps until something is brought, or the thread is unparked or interrupted.
     *
     * @param longestMs how long at the most, 0 not at all, {@link Long#MAX_VALUE} for ever; asked when whatever is brought
     *     from then on ends the sleep
     */
    void await(final LongSupplier longestMs) {
        doorbell.prepareToSleep();
        if (isEmpty() && !stopRequested) {
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
        if (isEmpty()) {
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
