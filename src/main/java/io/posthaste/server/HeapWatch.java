package io.posthaste.server;

import io.posthaste.policy.LoadGauge;
import io.posthaste.policy.LoadLimits;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows how much of the heap was in use behind its last collection, for {@link LoadGauge}: what is there before one may be garbage.
 * Looks on a thread of its own, because asking the virtual machine allocates; the reactors read a number.
 *
 * <p>A server that refuses for its heap makes little garbage, and might never learn that its clients have gone. So while the heap
 * is full it asks for a collection itself, at most every {@value #COLLECT_SECONDS} s.
 */
final class HeapWatch {
    /** Between two looks: a window of the gauge. */
    static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(500);

    static final int COLLECT_SECONDS = 30;

    private static final long COLLECT_NS = TimeUnit.SECONDS.toNanos(COLLECT_SECONDS);
    private static final int ALL_PERCENT = 100;
    private static final Logger LOG = LoggerFactory.getLogger(HeapWatch.class);

    private final IntSupplier look;
    private final Runnable collect;
    private final int fullPercent;
    private final Thread thread;
    private volatile int usedPercent;
    private volatile boolean stopped;

    // The thread's own.
    private boolean isFull;
    private long collectAtNs;

    /** Watches the heap of this process. */
    HeapWatch(final LoadLimits limits) {
        this(limits, lookAt(tenured()), System::gc);
    }

    /**
     * @param look tells the percent of the heap that were in use behind the last collection
     * @param collect asks for a collection
     */
    HeapWatch(final LoadLimits limits, final IntSupplier look, final Runnable collect) {
        this.look = look;
        this.collect = collect;
        fullPercent = Math.min(limits.connectionsHeapPercent(), limits.messagesHeapPercent());
        thread = new Thread(this::run, "posthaste-heap");
        thread.setDaemon(true);
    }

    /**
     * Where objects end up that live: the one pool of the heap that has a threshold of use, as the others are emptied at each
     * collection. Seen with Serial, Parallel, G1, ZGC and Shenandoah, on Java 17 and 25.
     */
    static Optional<MemoryPoolMXBean> tenured() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .filter(pool -> pool.isUsageThresholdSupported() && pool.isCollectionUsageThresholdSupported())
                .findFirst();
    }

    /** Empty where the virtual machine does not tell: nothing is in use then. */
    private static IntSupplier lookAt(final Optional<MemoryPoolMXBean> pool) {
        return () -> pool.map(MemoryPoolMXBean::getCollectionUsage)
                .map(HeapWatch::percent)
                .orElse(0);
    }

    private static int percent(final MemoryUsage usage) {
        final long most =
                usage.getMax() > 0 ? usage.getMax() : Runtime.getRuntime().maxMemory();
        return (int) (ALL_PERCENT * usage.getUsed() / most);
    }

    /** Of the heap, behind its last collection; 0 before the first. Any thread. */
    int usedPercent() {
        return usedPercent;
    }

    void start() {
        thread.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        LockSupport.unpark(thread);
        thread.join();
    }

    private void run() {
        if (tenured().isEmpty()) {
            LOG.warn("this Java does not tell how full its heap is: no load is shed for that");
        }
        while (!stopped) {
            try {
                look(System.nanoTime());
            } catch (final Throwable e) {
                // No room to log it, say; what was found is known, and it is looked again.
            }
            LockSupport.parkNanos(this, LOOK_NS);
        }
    }

    /** Without room even to look, the heap is full. */
    private int percent() {
        try {
            return look.getAsInt();
        } catch (final OutOfMemoryError e) {
            return ALL_PERCENT;
        }
    }

    /** Looks once. */
    void look(final long nowNs) {
        final int percent = percent();
        usedPercent = percent;
        if (percent >= fullPercent && !isFull) {
            isFull = true;
            collectAtNs = nowNs + COLLECT_NS;
            LOG.warn("the heap is full to {} % behind its collection: new connections are refused (-Xmx)", percent);
        } else if (percent < fullPercent - LoadGauge.CALM_HEAP_PERCENT) {
            isFull = false;
        }
        if (isFull && nowNs - collectAtNs >= 0) {
            collectAtNs = nowNs + COLLECT_NS;
            collect.run();
        }
    }
}
