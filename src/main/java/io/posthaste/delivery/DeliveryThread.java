package io.posthaste.delivery;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a {@link DeliveryAgent} or {@link PartAgent}: works while there is work, sleeps while there is none, and at the end stops with
 * an empty queue.
 *
 * <p>A daemon thread: the reactors' threads decide how long the process lives. A store that hangs cannot hold the process,
 * and nothing is lost by that, because what was not acknowledged is still the sender's.
 */
public final class DeliveryThread {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryThread.class);

    private final QueueAgent agent;
    private final Thread thread;

    /** @param name of the thread, for people */
    public DeliveryThread(final DeliveryAgent agent, final String name) {
        this((QueueAgent) agent, name);
    }

    /** @param name of the thread, for people */
    public DeliveryThread(final PartAgent agent, final String name) {
        this((QueueAgent) agent, name);
    }

    private boolean isClosedUnstarted;

    private DeliveryThread(final QueueAgent agent, final String name) {
        this.agent = agent;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Starts the thread. Once. */
    public void start() {
        thread.start();
    }

    /**
     * Stops: the caller promises that no more will be offered. The queue is emptied, every receipt sent, the delivery
     * closed. Idempotent; any thread but this one. Receipts need reactors that still run. Where the thread was never started
     * there is nothing to empty, and the delivery is closed at once.
     *
     * @param timeoutNs how long to wait for that, 0 not at all
     * @return false when the time was not enough; the thread goes on by itself, and this may be called again
     * @throws InterruptedException the caller was interrupted while it waited
     */
    public boolean stopWhenDrained(final long timeoutNs) throws InterruptedException {
        if (thread.getState() == Thread.State.NEW) {
            closeUnstarted();
            return true;
        }
        agent.requestStop();
        TimeUnit.NANOSECONDS.timedJoin(thread, timeoutNs);
        return !thread.isAlive();
    }

    private synchronized void closeUnstarted() {
        if (!isClosedUnstarted) {
            isClosedUnstarted = true;
            agent.onClose();
        }
    }

    private void run() {
        agent.onStart();
        try {
            while (true) {
                // Asked before the queue is looked at: what was offered before the request is then seen.
                final boolean stopping = agent.isStopRequested();
                if (doWork() == 0) {
                    if (stopping) {
                        return;
                    }
                    agent.awaitWork();
                }
                // A flag left behind would close the next file at its first write, and make the sleep a spin.
                Thread.interrupted();
            }
        } finally {
            agent.onClose();
        }
    }

    /** One turn, which nothing leaves: a thread that dies takes the intake of the whole server with it. */
    private int doWork() {
        try {
            return agent.doWork();
        } catch (final Throwable e) {
            log(e);
            return 1;
        }
    }

    private void log(final Throwable failure) {
        try {
            LOG.error("{} goes on after a failure of its own", thread.getName(), failure);
        } catch (final Throwable e) {
            // Not even the log works (no memory, say): going on matters more.
        }
    }
}
