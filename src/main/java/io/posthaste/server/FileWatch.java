package io.posthaste.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Looks at files again and again, and at once when it is asked to, on a thread of its own. */
final class FileWatch {
    private final List<Reloadable> files;
    private final long everyNs;
    private final Thread thread;
    private volatile boolean requested;
    private volatile boolean stopped;

    /** @param name of the thread */
    FileWatch(final String name, final List<? extends Reloadable> files, final Duration every) {
        this.files = List.copyOf(files);
        everyNs = every.toNanos();
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        if (!files.isEmpty()) {
            thread.start();
        }
    }

    /** Has all files read now, changed or not; returns at once. Any thread. */
    void request() {
        requested = true;
        LockSupport.unpark(thread);
    }

    /** Returns when the thread has ended. */
    void stop() throws InterruptedException {
        stopped = true;
        LockSupport.unpark(thread);
        thread.join();
    }

    private void run() {
        while (!stopped) {
            if (!requested) {
                LockSupport.parkNanos(this, everyNs);
            }
            final boolean isRequested = requested;
            requested = false;
            if (!stopped) {
                files.forEach(isRequested ? Reloadable::reload : Reloadable::look);
            }
        }
    }
}
