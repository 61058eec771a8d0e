package io.posthaste.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at files again and again, and at once when it is asked to, on a thread of its own. */
final class FileWatch {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

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
                files.forEach(file -> look(file, isRequested));
            }
        }
    }

    /** The thread must not end with a file, whatever reading it throws: no other would be read any more. */
    private static void look(final Reloadable file, final boolean isRequested) {
        try {
            if (isRequested) {
                file.reload();
            } else {
                file.look();
            }
        } catch (final Throwable e) {
            log(e);
        }
    }

    private static void log(final Throwable failure) {
        try {
            LOG.error("a file could not be looked at, going on:", failure);
        } catch (final Throwable e) {
            // Not even the log works (no memory, say): going on matters more.
        }
    }
}
