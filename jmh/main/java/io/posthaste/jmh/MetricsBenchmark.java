package io.posthaste.jmh;

import io.posthaste.metrics.Counter;
import io.posthaste.metrics.Latency;
import io.posthaste.metrics.ReactorMetrics;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Recorder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Counting, and recording a latency, by a thread of which others read. The baselines are what is used where several threads
 * write: the cost that one writer a reactor saves. All run uncontended, which flatters the baselines.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MetricsBenchmark {
    private static final long HIGHEST_LATENCY_US = TimeUnit.MINUTES.toMicros(10);
    private static final int DIGITS = 2;

    private final ReactorMetrics metrics = new ReactorMetrics();
    private final AtomicLong atomic = new AtomicLong();
    private final LongAdder adder = new LongAdder();
    private final Recorder recorder = new Recorder(HIGHEST_LATENCY_US, DIGITS);
    private long latencyNs;

    /** One operation: one count. */
    @Benchmark
    public void increment() {
        metrics.increment(Counter.TRANSACTIONS);
    }

    /** One operation: as {@link #increment}, atomically. */
    @Benchmark
    public void baselineIncrementAtomicLong() {
        atomic.incrementAndGet();
    }

    /** One operation: as {@link #increment}, on cells that spread under contention. */
    @Benchmark
    public void baselineIncrementLongAdder() {
        adder.increment();
    }

    /** One operation: one latency of 0 to 10 ms. */
    @Benchmark
    public void latency() {
        metrics.took(Latency.ACKNOWLEDGEMENT, nextLatencyNs());
    }

    /** One operation: as {@link #latency}, into HdrHistogram's recorder for any number of writers. */
    @Benchmark
    public void baselineLatencyRecorder() {
        recorder.recordValue(nextLatencyNs() / 1000);
    }

    private long nextLatencyNs() {
        latencyNs = (latencyNs + 123_457) % 10_000_000;
        return latencyNs;
    }
}
