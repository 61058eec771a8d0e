package io.posthaste.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.metrics.Latency;
import io.posthaste.metrics.ReactorMetrics;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was recorded is found in the buckets where it belongs. */
final class LatencyHistogramTest {
    @ParameterizedTest
    @EnumSource(Latency.class)
    void shouldCountADurationInTheBucketWithTheNextBound(final Latency latency) {
        final ClassicHistogramBuckets empty = collect(latency, new long[0]).getClassicBuckets();
        for (int i = 0; i < empty.size(); i++) {
            final double bound = empty.getUpperBound(i);
            final long withinNs = Double.isInfinite(bound) ? TimeUnit.HOURS.toNanos(2) : (long) (bound * 0.97e9);
            final ClassicHistogramBuckets buckets = collect(latency, withinNs).getClassicBuckets();
            for (int j = 0; j < buckets.size(); j++) {
                assertEquals(j == i ? 1 : 0, buckets.getCount(j), withinNs + " ns, bucket up to " + bound);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Latency.class)
    void shouldCountABoundInItsBucket(final Latency latency) {
        final ClassicHistogramBuckets buckets =
                collect(latency, TimeUnit.SECONDS.toNanos(1)).getClassicBuckets();
        for (int i = 0; i < buckets.size(); i++) {
            assertEquals(buckets.getUpperBound(i) == 1 ? 1 : 0, buckets.getCount(i));
        }
    }

    @Test
    void shouldSumUp() {
        final HistogramDataPointSnapshot point =
                collect(Latency.ACKNOWLEDGEMENT, 1_000_000, 2_000_000, 40_000_000_000L);
        assertEquals(3, point.getCount());
        assertEquals(40.003, point.getSum(), 40.003 * 0.01);
    }

    private static HistogramDataPointSnapshot collect(final Latency latency, final long... durationsNs) {
        final ReactorMetrics metrics = new ReactorMetrics();
        for (final long ns : durationsNs) {
            metrics.took(latency, ns);
        }
        final Histogram durations = ReactorMetrics.newHistogram(latency);
        metrics.drainTo(latency, durations);
        final HistogramSnapshot snapshot = (HistogramSnapshot) new LatencyHistogram(latency, () -> durations).collect();
        return snapshot.getDataPoints().get(0);
    }
}
