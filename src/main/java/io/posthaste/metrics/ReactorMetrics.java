package io.posthaste.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Everything one reactor counts. Written on that reactor's thread only, with plain stores that other threads see soon
 * (opaque mode); read by any thread. Writing allocates nothing.
 */
public final class ReactorMetrics {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int LOWEST_CODE = 200;
    private static final int HIGHEST_CODE = 599;
    /** Latencies above this are counted as this, in microseconds: ten minutes, past which every client has gone. */
    private static final long HIGHEST_LATENCY_US = 600_000_000L;

    private static final int COUNTERS = Counter.values().length;
    private static final int CLOSES = CloseReason.values().length;

    private final long[] counters = new long[COUNTERS];
    private final long[] closes = new long[CLOSES];
    private final long[] replies = new long[HIGHEST_CODE - LOWEST_CODE + 1];
    private final long[] openConnections = new long[1];
    /** Level and lag. */
    private final long[] load = new long[2];

    private final SingleWriterRecorder acknowledgementUs = new SingleWriterRecorder(HIGHEST_LATENCY_US, 2);

    public void increment(final Counter counter) {
        add(counters, counter.ordinal(), 1);
    }

    public void add(final Counter counter, final long amount) {
        add(counters, counter.ordinal(), amount);
    }

    public void closed(final CloseReason reason) {
        add(closes, reason.ordinal(), 1);
    }

    /** Counts a reply by its code, 200 to 599. */
    public void replied(final int code) {
        add(replies, code - LOWEST_CODE, 1);
    }

    public void openConnections(final int count) {
        LONGS.setOpaque(openConnections, 0, (long) count);
    }

    /**
     * What the reactor refuses for its load.
     *
     * @param level 0 for nothing
     * @param lagNs how long its cycles take at least
     */
    public void load(final int level, final long lagNs) {
        LONGS.setOpaque(load, 0, (long) level);
        LONGS.setOpaque(load, 1, lagNs);
    }

    /** Records the time from the end of data to the delivery's answer. */
    public void acknowledged(final long latencyNs) {
        acknowledgementUs.recordValue(Math.min(HIGHEST_LATENCY_US, Math.max(0, latencyNs / 1000)));
    }

    public long count(final Counter counter) {
        return get(counters, counter.ordinal());
    }

    public long count(final CloseReason reason) {
        return get(closes, reason.ordinal());
    }

    /** Replies given with this code. */
    public long replies(final int code) {
        return get(replies, code - LOWEST_CODE);
    }

    public long openConnections() {
        return get(openConnections, 0);
    }

    /** How much the reactor refuses for its load; 0 for nothing. */
    public int loadLevel() {
        return (int) get(load, 0);
    }

    /** How long the reactor's cycles take at least, in nanoseconds. */
    public long lagNs() {
        return get(load, 1);
    }

    /** Adds the latencies since the last call, in microseconds, to a histogram. One reading thread at a time. */
    public synchronized void drainAcknowledgementsTo(final Histogram target) {
        target.add(acknowledgementUs.getIntervalHistogram());
    }

    /** A histogram that can take {@link #drainAcknowledgementsTo}. */
    public static Histogram newLatencyHistogram() {
        return new Histogram(HIGHEST_LATENCY_US, 2);
    }

    private static void add(final long[] values, final int index, final long amount) {
        LONGS.setOpaque(values, index, values[index] + amount);
    }

    private static long get(final long[] values, final int index) {
        return (long) LONGS.getOpaque(values, index);
    }
}
