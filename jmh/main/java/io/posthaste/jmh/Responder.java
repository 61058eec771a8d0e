package io.posthaste.jmh;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The thread at the other end of a ping: works without a pause until it is stopped. */
final class Responder {
    private static final long STOP_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(10);

    private final BooleanSupplier work;
    private final Thread thread;
    private volatile boolean stopRequested;

    /** @param work one turn, true when there was something to do; may wait if it ends when it is interrupted */
    Responder(final BooleanSupplier work) {
        this.work = work;
        thread = new Thread(this::run, "responder");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void stop() throws InterruptedException {
        stopRequested = true;
        thread.interrupt();
        thread.join(STOP_TIMEOUT_MS);
        if (thread.isAlive()) {
            throw new IllegalStateException("the responder did not stop");
        }
    }

    private void run() {
        final Patience patience = new Patience();
        while (!stopRequested) {
            if (!work.getAsBoolean()) {
                patience.spin();
            }
        }
    }
}
