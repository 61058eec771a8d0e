package io.posthaste.reactor;

import io.posthaste.tls.TlsWorkers;
import java.util.ArrayDeque;

/** Workers that do nothing until they are told to, on the test's own thread. */
final class QueuedWorkers implements TlsWorkers {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private int capacity = 1000;

    void capacity(final int count) {
        capacity = count;
    }

    int waiting() {
        return tasks.size();
    }

    void runAll() {
        while (!tasks.isEmpty()) {
            tasks.removeFirst().run();
        }
    }

    @Override
    public boolean offer(final Runnable task) {
        return tasks.size() < capacity && tasks.add(task);
    }

    @Override
    public boolean hasRoom() {
        return tasks.size() < capacity;
    }
}
