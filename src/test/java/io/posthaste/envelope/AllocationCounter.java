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
     * measurements, because the compiler, when it throws a compiled method away, puts objects on the heap that it had
     * spared before. What the task itself allocates is in every measurement.
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
