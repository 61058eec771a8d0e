package io.posthaste.monitor;

import io.posthaste.metrics.Latency;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** One latency as a histogram of Prometheus. What was recorded is exact to 1 %, and so are the bounds of its buckets. */
final class LatencyHistogram implements Collector {
    private static final double US_PER_SECOND = 1e6;

    /** Upper bounds of the buckets, in seconds. */
    private static final double[] SHORT = {
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    private static final double[] LONG = {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600};

    private final Supplier<Histogram> durationsUs;
    private final double[] bounds;
    private final MetricMetadata metadata;

    /** @param durationsUs all of them since the start, in microseconds */
    LatencyHistogram(final Latency latency, final Supplier<Histogram> durationsUs) {
        this.durationsUs = durationsUs;
        bounds = switch (latency) {
            case SESSION, CONTENT -> LONG;
            case TLS_HANDSHAKE, ACKNOWLEDGEMENT, REACTOR_CYCLE, POLICY_WAIT, PASSWORD_WAIT, TLS_WORKER_WAIT -> SHORT;
        };
        metadata = new MetricMetadata(name(latency), help(latency));
    }

    private static String name(final Latency latency) {
        return ServerMetrics.PREFIX
                + switch (latency) {
                    case SESSION -> "session_duration_seconds";
                    case TLS_HANDSHAKE -> "tls_handshake_duration_seconds";
                    case CONTENT -> "content_reception_seconds";
                    case ACKNOWLEDGEMENT -> "acknowledgement_wait_seconds";
                    case REACTOR_CYCLE -> "reactor_cycle_seconds";
                    case POLICY_WAIT -> "policy_wait_seconds";
                    case PASSWORD_WAIT -> "password_wait_seconds";
                    case TLS_WORKER_WAIT -> "tls_worker_wait_seconds";
                };
    }

    private static String help(final Latency latency) {
        return switch (latency) {
            case SESSION -> "Connections from their acceptance to their end.";
            case TLS_HANDSHAKE -> "Handshakes of TLS that were completed.";
            case CONTENT -> "From the answer to DATA, or the first BDAT, to the end of the content.";
            case ACKNOWLEDGEMENT -> "From the end of the content to the delivery's answer, for messages accepted.";
            case REACTOR_CYCLE -> "Turns of the event loops that had something to do, without their sleep.";
            case POLICY_WAIT -> "Waits of sessions for a policy or DNS list that did not answer at once.";
            case PASSWORD_WAIT -> "Waits of sessions for a password to be checked.";
            case TLS_WORKER_WAIT -> "Heavy steps of handshakes of TLS, in the queue before the workers and with one.";
        };
    }

    @Override
    public MetricSnapshot collect() {
        final long[] counts = new long[bounds.length + 1];
        double sumUs = 0;
        final Histogram durations = durationsUs.get();
        for (final HistogramIterationValue step : durations.recordedValues()) {
            final long count = step.getCountAddedInThisIterationStep();
            counts[bucket(durations.lowestEquivalentValue(step.getValueIteratedTo()))] += count;
            sumUs += (double) count * durations.medianEquivalentValue(step.getValueIteratedTo());
        }
        final ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < counts.length; i++) {
            buckets.bucket(i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY, counts[i]);
        }
        return new HistogramSnapshot(
                metadata,
                List.of(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(buckets.build())
                        .sum(sumUs / US_PER_SECOND)
                        .build()));
    }

    private int bucket(final long us) {
        int bucket = 0;
        while (bucket < bounds.length && us > Math.round(bounds[bucket] * US_PER_SECOND)) {
            bucket++;
        }
        return bucket;
    }

    @Override
    public MetricFamilyDescriptor getMetricFamilyDescriptor() {
        return MetricFamilyDescriptor.of(MetricType.HISTOGRAM, metadata);
    }
}
