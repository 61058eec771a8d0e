package io.posthaste.forward;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a {@link ForwardingAgent}: works while there is work, sleeps while there is none. At the end it waits a
 * little for what is under way; what is not settled then is forwarded again at the next start. A daemon thread, like that of
 * the delivery.
 */
final class ForwardingThread {
    /** Time that what is under way may take at the end. */
    static final long GRACE_NS = TimeUnit.SECONDS.toNanos(3);
    /** Time that closing the forwarder and the cursor may take besides. */
    private static final long CLOSE_NS = TimeUnit.SECONDS.toNanos(2);

    private static final int FAILED = -1;
    /** Time that a turn that failed is not repeated. */
    private static final long FAILURE_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(ForwardingThread.class);

    private final ForwardingAgent agent;
    private final LongSupplier nanoTime;
    private final Thread thread;

    /** @param nanoTime by which the time at the end is counted */
    ForwardingThread(final ForwardingAgent agent, final int number, final LongSupplier nanoTime) {
        this.agent = agent;
        this.nanoTime = nanoTime;
        thread = new Thread(this::run, "posthaste-forwarder-" + number);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Gives no more out. Any thread. */
    void requestStop() {
        agent.requestStop();
    }

    /** Waits for the end that was requested, for a bounded time. */
    void awaitEnd() throws InterruptedException {
        TimeUnit.NANOSECONDS.timedJoin(thread, GRACE_NS + CLOSE_NS);
        if (thread.isAlive()) {
            LOG.error(
                    "{} does not end; what it has not settled is sent again",
                    agent.forwarder().description());
        }
    }

    /** For tests. */
    Thread thread() {
        return thread;
    }

    private void run() {
        agent.onStart();
        try {
            while (!agent.isStopRequested()) {
                final int work = doWork();
                if (work == FAILED) {
                    agent.rest(FAILURE_PAUSE_NS); // what it failed on may still be there
                } else if (work == 0) {
                    agent.awaitWork();
                }
            }
            finish();
        } finally {
            end();
        }
    }

    /** Takes what is still settled, for a bounded time. */
    private void finish() {
        final long deadlineNs = nanoTime.getAsLong() + GRACE_NS;
        doWork();
        long leftNs = GRACE_NS;
        while (agent.inFlight() > 0 && leftNs > 0) {
            agent.awaitSettled(leftNs);
            doWork();
            leftNs = deadlineNs - nanoTime.getAsLong();
        }
    }

    /** One turn, {@link #FAILED} or how much was done, which nothing leaves: a thread that dies holds the spool until it is full. */
    private int doWork() {
        Thread.interrupted(); // a flag left behind would close the next file at its first write, and make the sleep a
        // spin
        try {
            return agent.doWork();
        } catch (final Throwable e) {
            log(e);
            return FAILED;
        }
    }

    private void end() {
        try {
            agent.onClose();
        } catch (final IOException | RuntimeException e) {
            LOG.error("closing the cursor of {} failed:", agent.forwarder().description(), e);
        }
    }

    private void log(final Throwable failure) {
        try {
            LOG.error("{} goes on after a failure of its own:", thread.getName(), failure);
        } catch (final Throwable e) {
            // Not even the log works (no memory, say): going on matters more.
        }
    }
}
