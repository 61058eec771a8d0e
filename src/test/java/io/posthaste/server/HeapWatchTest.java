package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.policy.LoadLimits;
import java.lang.management.MemoryPoolMXBean;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is known of the heap, and when a collection is asked for; stepped, on a clock of the test's own. */
final class HeapWatchTest {
    private static final long COLLECT_NS = TimeUnit.SECONDS.toNanos(HeapWatch.COLLECT_SECONDS);

    private int percent;
    private int collections;
    private long nowNs = Long.MAX_VALUE - COLLECT_NS / 2; // wraps on the way
    private final HeapWatch watch = new HeapWatch(LoadLimits.DEFAULTS, () -> percent, () -> collections++);

    private void looks(final int newPercent, final long ns) {
        percent = newPercent;
        for (long end = nowNs + ns; end - nowNs > 0; ) {
            nowNs += HeapWatch.LOOK_NS;
            watch.look(nowNs);
        }
    }

    @Test
    void shouldAskForNoCollectionWhileThereIsHeap() {
        looks(84, 10 * COLLECT_NS);
        assertEquals(84, watch.usedPercent());
        assertEquals(0, collections);
    }

    /** Else the last collection would go on saying that it is full when the clients have long gone. */
    @Test
    void shouldAskForACollectionNowAndThenWhileTheHeapIsFull() {
        looks(85, COLLECT_NS);
        assertEquals(0, collections, "given time for one of its own");
        looks(99, HeapWatch.LOOK_NS);
        assertEquals(1, collections);
        looks(82, 2 * COLLECT_NS);
        assertEquals(3, collections, "as long as load is shed: three points below the limit it is calm");
        looks(81, 10 * COLLECT_NS);
        assertEquals(3, collections);
        looks(84, 10 * COLLECT_NS);
        assertEquals(3, collections);
    }

    @Test
    void shouldTakeAHeapWithoutRoomToLookForFull() {
        final HeapWatch blind = new HeapWatch(
                LoadLimits.DEFAULTS,
                () -> {
                    throw new OutOfMemoryError("planted");
                },
                () -> collections++);
        blind.look(nowNs);
        assertEquals(100, blind.usedPercent());
        blind.look(nowNs + COLLECT_NS);
        assertEquals(1, collections);
    }

    @Test
    void shouldFindWhereThisVirtualMachineKeepsWhatLives() {
        final MemoryPoolMXBean pool = HeapWatch.tenured().orElseThrow();
        System.gc();
        assertTrue(pool.getCollectionUsage().getUsed() > 0, pool.getName());
        final HeapWatch real = new HeapWatch(LoadLimits.DEFAULTS);
        real.look(0);
        assertTrue(real.usedPercent() >= 0 && real.usedPercent() < 100, real.usedPercent() + " % of " + pool.getName());
    }
}
