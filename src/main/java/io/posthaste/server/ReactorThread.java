package io.posthaste.server;

import io.posthaste.reactor.Reactor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a reactor on a thread of its own until told to stop. What a cycle throws is logged, an Error
 * included, and the loop goes on: a reactor that dies takes its share of all new connections with it. */
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

    /** Ends the loop and closes the reactor with everything in it. */
    void stop() throws InterruptedException {
        stopped = true;
        reactor.requestClose();
        thread.join();
    }

    private void run() {
        while (!stopped) {
            try {
                reactor.doWork();
            } catch (final Throwable e) {
                LOG.error("{}: a cycle failed, going on", reactor.roleName(), e);
                LockSupport.parkNanos(this, PAUSE_NS);
            }
        }
        reactor.onClose();
    }
}
