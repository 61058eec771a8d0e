package io.posthaste.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Looks at files again and again, on a thread of its own. */
final class FileWatch {
    private final List<WatchedFile<?>> files;
    private final long everyNs;
    private final Thread thread;
    private volatile boolean stopped;

    FileWatch(final List<WatchedFile<?>> files, final Duration every) {
        this.files = List.copyOf(files);
        everyNs = every.toNanos();
        thread = new Thread(this::run, "posthaste-lists");
        thread.setDaemon(true);
    }

    void start() {
        if (!files.isEmpty()) {
            thread.start();
        }
    }

    /** Returns when the thread has ended. */
    void stop() throws InterruptedException {
        stopped = true;
        LockSupport.unpark(thread);
        thread.join();
    }

    private void run() {
        while (!stopped) {
            LockSupport.parkNanos(this, everyNs);
            if (!stopped) {
                files.forEach(WatchedFile::look);
            }
        }
    }
}
