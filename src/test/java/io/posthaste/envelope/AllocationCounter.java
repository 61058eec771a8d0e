package io.posthaste.envelope;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts the octets of heap this thread allocates. */
public final class AllocationCounter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MEASUREMENTS = 4;

    private AllocationCounter() {}

    /**
     * Octets allocated by {@code rounds} runs of the task, after as many for warming up: the least of several
     * measurements. While the optimising compiler (C2) is at work, single measurements show 112 or 2,344 octets once,
     * however many rounds they have; with {@code -Xint} or the first compiler alone all show 0. What the task allocates in
     * each round is in every measurement; what it allocates once in a long while is not seen here.
     */
    public static long octets(final int rounds, final Runnable task) {
        long least = measured(rounds, task);
        for (int i = 0; i < MEASUREMENTS; i++) {
            least = Math.min(least, measured(rounds, task));
        }
        return least;
    }

    private static long measured(final int rounds, final Runnable task) {
        final long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < rounds; i++) {
            task.run();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
