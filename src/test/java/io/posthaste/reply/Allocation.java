package io.posthaste.reply;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what the current thread allocates. */
final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int REPETITIONS = 20_000;
    private static final int ROUNDS = 5;

    private Allocation() {}

    /**
     * Bytes allocated by many runs of an action once it is warm. The least of some rounds counts, as the compiler may
     * allocate on behalf of one of them; what the action itself allocates shows in each.
     */
    static long bytesOf(Runnable action) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < REPETITIONS; i++) {
                action.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
