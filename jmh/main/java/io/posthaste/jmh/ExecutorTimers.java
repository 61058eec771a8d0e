package io.posthaste.jmh;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Baseline: the JDK's scheduler, a heap behind a lock with a thread of its own, set to forget cancelled timers at once. It has
 * its own clock: a deadline counts from the moment it is armed or moved, which puts timers in the same order.
 */
final class ExecutorTimers implements Timers {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);

    ExecutorTimers() {
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void arm(final ConnectionTimer timer, final long deadlineNs) {
        timer.future = executor.schedule(() -> {}, deadlineNs, TimeUnit.NANOSECONDS);
    }

    @Override
    public void disarm(final ConnectionTimer timer) {
        timer.future.cancel(false);
    }

    @Override
    public void move(final ConnectionTimer timer, final long deadlineNs) {
        disarm(timer);
        arm(timer, deadlineNs);
    }

    @Override
    public int poll(final long nowNs) {
        return 0;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
