package io.posthaste.dnsbl;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a {@link LookupAgent}: does its turns until it is stopped. What a turn throws, an Error included, is logged,
 * and the next begins after a pause. A daemon thread.
 */
final class LookupThread {
    /** Time that a turn that failed is not repeated: what it failed on may still be there. */
    static final long FAILURE_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long LONGEST_SLEEP_MS = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(LookupThread.class);

    private final LookupAgent agent;
    private final NanoClock clock;
    private final Thread thread;

    /** @param clock by which it rests */
    LookupThread(final LookupAgent agent, final NanoClock clock) {
        this.agent = agent;
        this.clock = clock;
        thread = new Thread(this::run, "posthaste-dnsbl");
        thread.setDaemon(true);
    }

    /** Once; {@link #stop} has to follow, also when it fails. */
    void start() {
        agent.open();
        thread.start();
    }

    /** Ends the thread and closes the agent, also where it was never started. Idempotent. */
    void stop() throws InterruptedException {
        agent.requestStop();
        if (thread.getState() == Thread.State.NEW) {
            agent.onClose();
            return;
        }
        LockSupport.unpark(thread);
        thread.join();
    }

    private void run() {
        try {
            while (!agent.isStopped()) {
                try {
                    agent.doWork(LONGEST_SLEEP_MS);
                } catch (final Throwable e) {
                    // A thread that dies would let everybody in from then on.
                    log(e);
                    rest();
                }
            }
        } finally {
            agent.onClose();
        }
    }

    private static void log(final Throwable failure) {
        try {
            LOG.error("looking up clients in DNS lists goes on after a failure of its own", failure);
        } catch (final Throwable e) {
            // Not even the log works (no memory, say): going on matters more.
        }
    }

    private void rest() {
        final long endNs = clock.nanoTime() + FAILURE_PAUSE_NS;
        long leftNs = FAILURE_PAUSE_NS;
        while (leftNs > 0 && !agent.isStopped()) {
            LockSupport.parkNanos(this, leftNs);
            Thread.interrupted(); // would make the sleep a spin
            leftNs = endNs - clock.nanoTime();
        }
    }
}
