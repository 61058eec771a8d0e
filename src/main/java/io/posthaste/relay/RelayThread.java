package io.posthaste.relay;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of a {@link RelayClient}: turn after turn until that is closed, whatever one of them throws. A daemon thread. */
final class RelayThread {
    /** The longest sleep of a turn: times are kept so exactly. */
    private static final long LONGEST_SLEEP_MS = 100;

    /** Time that a turn that failed is not repeated. */
    private static final long FAILURE_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long END_S = 10;
    private static final Logger LOG = LoggerFactory.getLogger(RelayClient.class);

    private final RelayClient client;
    private final NanoClock clock;
    private final Thread thread;

    RelayThread(final RelayClient client, final String name, final NanoClock clock) {
        this.client = client;
        this.clock = clock;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Waits for the end of a client that is closed, for a bounded time.
     *
     * @throws IOException it does not come
     */
    void awaitEnd() throws IOException {
        LockSupport.unpark(thread);
        try {
            TimeUnit.SECONDS.timedJoin(thread, END_S);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new IOException("the relay to " + client.description() + " did not end in time");
        }
    }

    Thread thread() {
        return thread;
    }

    private void run() {
        try {
            while (!client.isClosed()) {
                try {
                    client.doWork(LONGEST_SLEEP_MS);
                } catch (final Throwable e) {
                    // A thread that dies would leave clients waiting for ever.
                    log(client.description(), e);
                    rest();
                }
            }
        } finally {
            client.end();
        }
    }

    /** What it failed on may still be there. */
    private void rest() {
        final long endNs = clock.nanoTime() + FAILURE_PAUSE_NS;
        long leftNs = FAILURE_PAUSE_NS;
        while (leftNs > 0 && !client.isClosed()) {
            LockSupport.parkNanos(this, leftNs);
            Thread.interrupted(); // would make the sleep a spin
            leftNs = endNs - clock.nanoTime();
        }
    }

    /** @param relay where to */
    static void log(final String relay, final Throwable failure) {
        try {
            LOG.error("the relay to {} goes on after a failure of its own", relay, failure);
        } catch (final Throwable e) {
            // Not even the log works (no memory, say): going on matters more.
        }
    }
}
