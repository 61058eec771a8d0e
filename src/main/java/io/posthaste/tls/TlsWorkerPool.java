package io.posthaste.tls;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A few threads with a bounded queue. Any thread. */
public final class TlsWorkerPool implements TlsWorkers, AutoCloseable {
    private final ThreadPoolExecutor executor;
    private final int queueCapacity;

    /** @param queueCapacity tasks that may wait */
    public TlsWorkerPool(final int threads, final int queueCapacity) {
        this.queueCapacity = queueCapacity;
        final AtomicInteger made = new AtomicInteger();
        executor = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queueCapacity), task -> {
                    final Thread thread = new Thread(task, "posthaste-tls-" + made.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public boolean offer(final Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (final RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public boolean hasRoom() {
        return executor.getQueue().remainingCapacity() > 0;
    }

    /** Tasks that wait for a thread now. */
    public int queueDepth() {
        return executor.getQueue().size();
    }

    /** Tasks that may wait. */
    public int queueCapacity() {
        return queueCapacity;
    }

    /**
     * Takes no more and ends its threads; returns when they have done what waits, whose engines are to be given back, or have
     * not within two seconds.
     */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(2, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
