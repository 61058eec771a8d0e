package io.posthaste.server;

import io.posthaste.reactor.Reactor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a reactor on a thread of its own until told to stop. What a cycle throws, an Error included, is logged and the loop
 * goes on: a thread that died would leave its listener open, and the kernel would go on giving it connections. The reactor counts
 * it, and {@link ServerHealth} tells when no cycle comes to its end any more.
 */
final class ReactorThread {
    /** Pause after a cycle threw, so that a lasting fault does not fill the log at full speed. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final Logger LOG = LoggerFactory.getLogger(ReactorThread.class);

    private final Reactor reactor;
    private final Thread thread;
    private volatile boolean stopped;

    ReactorThread(final Reactor reactor) {
        this.reactor = reactor;
        thread = new Thread(this::run, "posthaste-" + reactor.roleName());
    }

    Reactor reactor() {
        return reactor;
    }

    void start() {
        thread.start();
    }

    /** Asks the loop to end, and to close the reactor with everything in it. */
    void requestStop() {
        stopped = true;
        reactor.requestClose();
    }

    /** Whether the reactor has nothing open any more; one that was never started never had. */
    boolean isDrained() {
        return isNew() || reactor.isDrained();
    }

    /** Waits until it has ended, its reactor closed; one that was never started is closed here. Once. */
    void awaitEnd() throws InterruptedException {
        if (isNew()) {
            reactor.onClose();
        } else {
            thread.join();
        }
    }

    private boolean isNew() {
        return thread.getState() == Thread.State.NEW;
    }

    private void run() {
        while (!stopped) {
            try {
                reactor.doWork();
            } catch (final Throwable e) {
                log(e);
                LockSupport.parkNanos(this, PAUSE_NS);
            }
        }
        reactor.onClose();
    }

    private void log(final Throwable failure) {
        try {
            LOG.error("{}: a cycle failed, going on", reactor.roleName(), failure);
        } catch (final Throwable e) {
            // Not even the log works (no memory, say): going on matters more.
        }
    }
}
