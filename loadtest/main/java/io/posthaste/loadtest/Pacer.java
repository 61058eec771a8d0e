package io.posthaste.loadtest;

import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes a selector at a time finer than its own timeout, which counts milliseconds: a thread that parks until then. The
 * engine can so wait for replies and for a planned time at once and need not spin.
 *
 * <p>The engine arms it before it selects and disarms it after. When it is armed again for a later time the thread finds
 * out by itself, so that neither costs a system call in a steady flow.
 */
final class Pacer implements AutoCloseable {
    private static final long DISARMED = Long.MAX_VALUE;

    private final Selector selector;
    private final AtomicLong wakeAtNs = new AtomicLong(DISARMED);
    private final Thread thread = new Thread(this::pace, "posthaste-load-pacer");

    /** Whether the thread sleeps without an end. */
    private volatile boolean isResting;

    private volatile boolean isClosed;

    Pacer(Selector selector) {
        this.selector = selector;
    }

    void launch() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Wakes the selector at {@code atNs} of {@link System#nanoTime}. Engine thread. */
    void arm(long atNs) {
        wakeAtNs.set(atNs);
        if (isResting) {
            LockSupport.unpark(thread);
        }
    }

    /** Wakes it no more. Engine thread. */
    void disarm() {
        wakeAtNs.lazySet(DISARMED);
    }

    private void pace() {
        while (!isClosed) {
            final long atNs = wakeAtNs.get();
            if (atNs == DISARMED) {
                rest();
            } else {
                final long waitNs = atNs - System.nanoTime();
                if (waitNs > 0) {
                    LockSupport.parkNanos(this, waitNs);
                } else if (wakeAtNs.compareAndSet(atNs, DISARMED)) {
                    selector.wakeup();
                }
            }
        }
    }

    private void rest() {
        isResting = true;
        // Looked at again behind the flag: whoever arms now either is seen here or sees the flag.
        if (wakeAtNs.get() == DISARMED && !isClosed) {
            LockSupport.park(this);
        }
        isResting = false;
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
    }
}
