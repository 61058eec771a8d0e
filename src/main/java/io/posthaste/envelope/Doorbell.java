package io.posthaste.envelope;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Wakes the consumer of a queue, but only when it really sleeps.
 *
 * <p>The consumer calls {@link #prepareToSleep()}, then looks at its queues once more, sleeps only if they are still empty,
 * and calls {@link #awake()} afterwards. A producer calls {@link #ring()} after it has put something in. The two full
 * fences (the volatile store here, the fence there) order "I sleep" before "is it empty" on one side and "it is in" before
 * "does he sleep" on the other, so one of the two always sees the other: no wake-up is lost, and a running consumer costs
 * the producer one fence and one load.
 */
public final class Doorbell {
    private static final VarHandle ASLEEP;

    static {
        try {
            ASLEEP = MethodHandles.lookup().findVarHandle(Doorbell.class, "asleep", boolean.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Runnable waker;

    @SuppressWarnings("unused") // through ASLEEP
    private volatile boolean asleep;

    /** @param waker ends the consumer's sleep, or prevents the one about to begin (unpark, selector wakeup); any thread */
    public Doorbell(final Runnable waker) {
        this.waker = waker;
    }

    /** The consumer is about to look for the last time before it sleeps. */
    public void prepareToSleep() {
        ASLEEP.setVolatile(this, true);
    }

    /** The consumer is awake again, or did not sleep. */
    public void awake() {
        ASLEEP.setRelease(this, false);
    }

    /** Something was put in: wakes the consumer if it sleeps; true when a wake-up was needed. */
    public boolean ring() {
        VarHandle.fullFence();
        if ((boolean) ASLEEP.getOpaque(this) && ASLEEP.compareAndSet(this, true, false)) {
            waker.run();
            return true;
        }
        return false;
    }
}
