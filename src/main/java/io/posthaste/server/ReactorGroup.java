package io.posthaste.server;

import io.posthaste.reactor.Reactor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** The reactors of a server, each on its thread: started, drained and stopped together. The server's methods only, one at a time. */
final class ReactorGroup {
    private static final long DRAIN_POLL_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private final List<ReactorThread> threads = new ArrayList<>();

    /** Takes ownership of a reactor; before {@link #start}. */
    void add(final Reactor reactor) {
        threads.add(new ReactorThread(reactor));
    }

    /** @param starter runs what starts a thread, or throws what came of it */
    void start(final Consumer<Runnable> starter) {
        threads.forEach(thread -> starter.accept(thread::start));
    }

    /** Closes reactors that were never started. */
    void close() {
        threads.forEach(thread -> thread.reactor().onClose());
    }

    /** Asks them to accept no more, and to end each session when its transaction does. */
    void requestDrain() {
        threads.forEach(thread -> thread.reactor().requestDrain());
    }

    /** Asks them to cut off what is still open, but for what the delivery has. */
    void requestClose() {
        threads.forEach(thread -> thread.reactor().requestClose());
    }

    /**
     * Waits until nothing is open any more.
     *
     * @param deadlineNs on the clock of {@link System#nanoTime}
     * @return false when there still is something by then
     * @throws InterruptedException the caller was interrupted
     */
    boolean awaitDrained(final long deadlineNs) throws InterruptedException {
        while (!threads.stream().allMatch(ReactorThread::isDrained)) {
            if (System.nanoTime() - deadlineNs >= 0) {
                return false;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while transactions under way were waited for");
            }
            LockSupport.parkNanos(this, DRAIN_POLL_NS);
        }
        return true;
    }

    /** Asks all threads to end, and to close their reactors with everything in them. */
    void requestStop() {
        threads.forEach(ReactorThread::requestStop);
    }

    /** Waits until all threads have ended; reactors that were never started are closed. */
    void awaitEnd() throws InterruptedException {
        for (final ReactorThread thread : threads) {
            thread.awaitEnd();
        }
    }
}
