package io.posthaste.loadtest;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Latencies in nanoseconds, by phase and for whole transactions, as seen by this client. Of fixed size: recording
 * allocates nothing. Engine thread only.
 */
final class PhaseRecorder {
    /** Longest latency told apart; longer ones count as this. */
    static final long MAX_LATENCY_NS = TimeUnit.HOURS.toNanos(1);

    private static final int SIGNIFICANT_DIGITS = 3;

    private final Histogram[] phases = new Histogram[Phase.COUNT];
    private final Histogram transactions = histogram();

    PhaseRecorder() {
        for (int i = 0; i < phases.length; i++) {
            phases[i] = histogram();
        }
    }

    private static Histogram histogram() {
        return new Histogram(1, MAX_LATENCY_NS, SIGNIFICANT_DIGITS);
    }

    void record(Phase phase, long latencyNs) {
        phases[phase.ordinal()].recordValue(clamp(latencyNs));
    }

    /** Records a transaction, from MAIL sent to the message's acceptance. */
    void recordTransaction(long latencyNs) {
        transactions.recordValue(clamp(latencyNs));
    }

    private static long clamp(long latencyNs) {
        return Math.max(0, Math.min(MAX_LATENCY_NS, latencyNs));
    }

    Latencies latencies(Phase phase) {
        return Latencies.of(phases[phase.ordinal()]);
    }

    Latencies transactionLatencies() {
        return Latencies.of(transactions);
    }
}
