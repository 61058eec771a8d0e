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
    private static final int SIGNIFICANT_DIGITS = 2;

    private static final int COUNTERS = Counter.values().length;
    private static final int HANDSHAKE_FAILURES = HandshakeFailure.values().length;
    private static final int CLOSES = CloseReason.values().length;
    private static final Latency[] LATENCIES = Latency.values();

    /** Slots of {@link #states}. */
    private static final int OPEN_CONNECTIONS = 0;

    private static final int LAST_TURN = 1;
    private static final int LOAD_LEVEL = 2;
    private static final int LAG = 3;
    private static final int OPEN_TLS_CONNECTIONS = 4;
    private static final int STATES = 5;

    private final long[] counters = new long[COUNTERS];
    private final long[] closes = new long[CLOSES];
    private final long[] handshakeFailures = new long[HANDSHAKE_FAILURES];
    private final long[] replies = new long[HIGHEST_CODE - LOWEST_CODE + 1];
    private final long[] states = new long[STATES];
    private final SingleWriterRecorder[] durationsUs = new SingleWriterRecorder[LATENCIES.length];

    public ReactorMetrics() {
        for (final Latency latency : LATENCIES) {
            durationsUs[latency.ordinal()] = new SingleWriterRecorder(latency.highestUs(), SIGNIFICANT_DIGITS);
        }
    }

    public void increment(final Counter counter) {
        add(counters, counter.ordinal(), 1);
    }

    public void add(final Counter counter, final long amount) {
        add(counters, counter.ordinal(), amount);
    }

    public void closed(final CloseReason reason) {
        add(closes, reason.ordinal(), 1);
    }

    /** Counts a handshake of TLS that failed, by its cause and altogether. */
    public void handshakeFailed(final HandshakeFailure cause) {
        add(handshakeFailures, cause.ordinal(), 1);
        increment(Counter.TLS_HANDSHAKE_FAILURES);
    }

    /** Counts a reply by its code, 200 to 599. */
    public void replied(final int code) {
        add(replies, code - LOWEST_CODE, 1);
    }

    public void openConnections(final int count) {
        LONGS.setOpaque(states, OPEN_CONNECTIONS, (long) count);
    }

    /** Of the open connections, those within TLS or in its handshake. */
    public void openTlsConnections(final int count) {
        LONGS.setOpaque(states, OPEN_TLS_CONNECTIONS, (long) count);
    }

    /** The event loop has turned: it begins another turn behind one that came to its end, at this reading of its clock. */
    public void turned(final long nowNs) {
        LONGS.setOpaque(states, LAST_TURN, nowNs);
    }

    /**
     * What the reactor refuses for its load.
     *
     * @param level 0 for nothing
     * @param lagNs how long its cycles take at least
     */
    public void load(final int level, final long lagNs) {
        LONGS.setOpaque(states, LOAD_LEVEL, (long) level);
        LONGS.setOpaque(states, LAG, lagNs);
    }

    /** Records how long something took. */
    public void took(final Latency latency, final long durationNs) {
        durationsUs[latency.ordinal()].recordValue(Math.min(latency.highestUs(), Math.max(0, durationNs / 1000)));
    }

    public long count(final Counter counter) {
        return get(counters, counter.ordinal());
    }

    public long count(final CloseReason reason) {
        return get(closes, reason.ordinal());
    }

    public long count(final HandshakeFailure cause) {
        return get(handshakeFailures, cause.ordinal());
    }

    /** Replies given with this code. */
    public long replies(final int code) {
        return get(replies, code - LOWEST_CODE);
    }

    public long openConnections() {
        return get(states, OPEN_CONNECTIONS);
    }

    /** Of the open connections, those within TLS or in its handshake. */
    public long openTlsConnections() {
        return get(states, OPEN_TLS_CONNECTIONS);
    }

    /**
     * When the event loop last began a turn behind one that came to its end, in the nanoseconds of its clock; 0 before its first.
     */
    public long lastTurnNs() {
        return get(states, LAST_TURN);
    }

    /** How much the reactor refuses for its load; 0 for nothing. */
    public int loadLevel() {
        return (int) get(states, LOAD_LEVEL);
    }

    /** How long the reactor's cycles take at least, in nanoseconds. */
    public long lagNs() {
        return get(states, LAG);
    }

    /** Adds the durations since the last call, in microseconds, to a histogram. One reading thread at a time. */
    public synchronized void drainTo(final Latency latency, final Histogram target) {
        target.add(durationsUs[latency.ordinal()].getIntervalHistogram());
    }

    /** A histogram that can take {@link #drainTo}. */
    public static Histogram newHistogram(final Latency latency) {
        return new Histogram(latency.highestUs(), SIGNIFICANT_DIGITS);
    }

    private static void add(final long[] values, final int index, final long amount) {
        LONGS.setOpaque(values, index, values[index] + amount);
    }

    private static long get(final long[] values, final int index) {
        return (long) LONGS.getOpaque(values, index);
    }
}
