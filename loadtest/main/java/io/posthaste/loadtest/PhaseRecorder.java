package io.posthaste.loadtest;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Latencies in nanoseconds, one series each for the phases, the transactions and the generator's own lag, as seen by one
 * thread. Of fixed size: recording allocates nothing.
 *
 * <p>Recorded by one thread; another one may take what was recorded so far ({@link #take}) without holding it up.
 */
final class PhaseRecorder {
    /** Longest latency told apart; longer ones count as this. */
    static final long MAX_LATENCY_NS = TimeUnit.HOURS.toNanos(1);

    /** Series of transactions, from the planned time to the acceptance; those of phases go by the phase's ordinal. */
    static final int CORRECTED = Phase.COUNT;
    /** Series of transactions, from the first octet of MAIL to the acceptance. */
    static final int UNCORRECTED = Phase.COUNT + 1;
    /** Series of begins that came late although a connection was free. */
    static final int GENERATOR_LAG = Phase.COUNT + 2;
    /** Number of series. */
    static final int COUNT = Phase.COUNT + 3;

    private static final String[] LABELS = {"corrected", "uncorrected", "generator_lag"};
    private static final int SIGNIFICANT_DIGITS = 3;

    private final SingleWriterRecorder[] series = new SingleWriterRecorder[COUNT];

    PhaseRecorder() {
        for (int i = 0; i < COUNT; i++) {
            series[i] = new SingleWriterRecorder(1, MAX_LATENCY_NS, SIGNIFICANT_DIGITS);
        }
    }

    /** A histogram like those of the series. */
    static Histogram histogram() {
        return new Histogram(1, MAX_LATENCY_NS, SIGNIFICANT_DIGITS);
    }

    /** The name of a series in reports. */
    static String label(int series) {
        return series < Phase.COUNT ? Phase.of(series).label() : LABELS[series - Phase.COUNT];
    }

    void record(Phase phase, long latencyNs) {
        record(phase.ordinal(), latencyNs);
    }

    void record(int series, long latencyNs) {
        this.series[series].recordValue(clamp(latencyNs));
    }

    static long clamp(long latencyNs) {
        return Math.max(0, Math.min(MAX_LATENCY_NS, latencyNs));
    }

    /**
     * Takes what a series recorded since it was taken last. One thread at a time, not the recording one.
     *
     * @param recycled what was taken before last, to be used again, or null
     */
    Histogram take(int series, Histogram recycled) {
        return this.series[series].getIntervalHistogram(recycled);
    }
}
