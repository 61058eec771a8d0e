package io.posthaste.policy;

import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Decides from the cycles of one reactor how much it has to refuse. Knows no clock: times are given. Called on the reactor thread
 * only; allocates nothing.
 *
 * <p>What counts is what stays: of each window the shortest cycle and the least memory in use. A pause of the machine, a burst or
 * a large message makes one cycle long or one moment tight, and is no load. A level is left only when the load has been well below
 * it, half the lag, {@value #CALM_PERCENT} points of memory and {@value #CALM_HEAP_PERCENT} of heap, for {@value #CALM_WINDOWS} windows on end, and then for the next
 * lower one: so it does not flap.
 */
public final class LoadGauge {
    /** A window is at least so long, in nanoseconds, and has at least {@value #LEAST_CYCLES} cycles. */
    static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(500);

    static final int LEAST_CYCLES = 4;
    static final int CALM_WINDOWS = 4;
    /** How far below its limit memory is to be before it counts as calm. */
    static final int CALM_PERCENT = 10;

    /** The same of the heap: behind a collection it does not swing, and part of it may never be free. */
    public static final int CALM_HEAP_PERCENT = 3;

    /** Refuses nothing; for any number of reactors, as it counts nothing. */
    public static final LoadGauge OFF = new LoadGauge(LoadLimits.NONE, 0);

    private static final LoadLevel[] LEVELS = LoadLevel.values();
    private static final int ALL_PERCENT = 100;

    private final LoadLimits limits;
    private final IntSupplier heapPercent;
    private final boolean isOff;

    private long windowEndNs;
    private int cycles;
    private long shortestNs = Long.MAX_VALUE;
    private int leastUsedPercent = ALL_PERCENT;

    private LoadLevel level = LoadLevel.NORMAL;
    private int calmWindows;
    private long lagNs;

    /** As the other, where the heap does not count. */
    public LoadGauge(final LoadLimits limits, final long nowNs) {
        this(limits, () -> 0, nowNs);
    }

    /** @param heapPercent of the heap that was in use behind its last collection; asked at the end of a window, to answer at once */
    public LoadGauge(final LoadLimits limits, final IntSupplier heapPercent, final long nowNs) {
        this.limits = limits;
        this.heapPercent = heapPercent;
        isOff = limits.equals(LoadLimits.NONE);
        windowEndNs = nowNs + WINDOW_NS;
    }

    /**
     * A cycle is over.
     *
     * @param busyNs how long it took, but for sleep
     * @param usedPercent of the message memory that the reactor can have
     * @return whether a window has ended, so that level and lag are new
     */
    public boolean onCycle(final long nowNs, final long busyNs, final int usedPercent) {
        if (isOff) {
            return false;
        }
        shortestNs = Math.min(shortestNs, busyNs);
        leastUsedPercent = Math.min(leastUsedPercent, usedPercent);
        cycles++;
        if (nowNs - windowEndNs < 0 || cycles < LEAST_CYCLES) {
            return false;
        }
        lagNs = shortestNs;
        judge(leastUsedPercent, heapPercent.getAsInt());
        windowEndNs = nowNs + WINDOW_NS;
        cycles = 0;
        shortestNs = Long.MAX_VALUE;
        leastUsedPercent = ALL_PERCENT;
        return true;
    }

    private void judge(final int usedPercent, final int heap) {
        final LoadLevel asked = asked(usedPercent, heap);
        if (asked.compareTo(level) > 0) {
            level = asked;
            calmWindows = 0;
        } else if (level != LoadLevel.NORMAL && isCalm(usedPercent, heap)) {
            calmWindows++;
            if (calmWindows == CALM_WINDOWS) {
                level = LEVELS[level.ordinal() - 1];
                calmWindows = 0;
            }
        } else {
            calmWindows = 0;
        }
    }

    private LoadLevel asked(final int usedPercent, final int heap) {
        if (lagNs >= limits.messagesLagNs()
                || usedPercent >= limits.messagesMemoryPercent()
                || heap >= limits.messagesHeapPercent()) {
            return LoadLevel.NO_MESSAGES;
        }
        return lagNs >= limits.connectionsLagNs()
                        || usedPercent >= limits.connectionsMemoryPercent()
                        || heap >= limits.connectionsHeapPercent()
                ? LoadLevel.NO_CONNECTIONS
                : LoadLevel.NORMAL;
    }

    private boolean isCalm(final int usedPercent, final int heap) {
        final boolean messages = level == LoadLevel.NO_MESSAGES;
        final long lagLimitNs = messages ? limits.messagesLagNs() : limits.connectionsLagNs();
        final int percentLimit = messages ? limits.messagesMemoryPercent() : limits.connectionsMemoryPercent();
        final int heapLimit = messages ? limits.messagesHeapPercent() : limits.connectionsHeapPercent();
        return lagNs < lagLimitNs / 2
                && isCalm(usedPercent, percentLimit, CALM_PERCENT)
                && isCalm(heap, heapLimit, CALM_HEAP_PERCENT);
    }

    /** What never refuses keeps nothing refused. */
    private static boolean isCalm(final int percent, final int limit, final int distance) {
        return limit > ALL_PERCENT || percent < Math.max(1, limit - distance);
    }

    /** What is refused now. */
    public LoadLevel level() {
        return level;
    }

    /** The shortest cycle of the last window, in nanoseconds. */
    public long lagNs() {
        return lagNs;
    }
}
