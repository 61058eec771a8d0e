package io.posthaste.loadtest;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Percentiles of recorded latencies, in microseconds; all of no meaning while {@code count} is 0.
 *
 * @param count latencies recorded
 */
record Latencies(long count, double p50, double p90, double p99, double p999, double max) {
    /** Names of {@link #values}, as they stand in reports. */
    static final List<String> NAMES = List.of("p50", "p90", "p99", "p999", "max");

    private static final double NS_PER_US = 1000;

    /** From a histogram of nanoseconds. */
    static Latencies of(Histogram ns) {
        return new Latencies(
                ns.getTotalCount(),
                ns.getValueAtPercentile(50) / NS_PER_US,
                ns.getValueAtPercentile(90) / NS_PER_US,
                ns.getValueAtPercentile(99) / NS_PER_US,
                ns.getValueAtPercentile(99.9) / NS_PER_US,
                ns.getMaxValue() / NS_PER_US);
    }

    /** In the order of {@link #NAMES}. */
    List<Double> values() {
        return List.of(p50, p90, p99, p999, max);
    }
}
