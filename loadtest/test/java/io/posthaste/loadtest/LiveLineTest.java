package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LiveLineTest {
    private static Latencies of(long... ns) {
        final Histogram histogram = PhaseRecorder.histogram();
        for (final long value : ns) {
            histogram.recordValue(value);
        }
        return Latencies.of(histogram);
    }

    private static String line(Plans plans, Latencies corrected) {
        final Interval interval =
                new Interval(2, 1.5, 3000, 3000, 3, 4500, 1, 2, 77, corrected, of(TimeUnit.MILLISECONDS.toNanos(1)));
        try (LiveLine live = new LiveLine(plans.plan(), () -> interval, System.err)) {
            return live.line(interval);
        }
    }

    @Test
    void shouldTellTheIntervalOfAClosedLoop() {
        assertEquals(
                "    2 s  50 %  4,500 accepted, 2,000/s  3 errors  p50 1.00 ms  p99 1.00 ms",
                line(Plans.to(25).messages(9006), of()));
    }

    @Test
    void shouldTellBacklogAndCorrectedLatenciesOfAnOpenLoop() {
        assertEquals(
                "    2 s  20 %  4,500 accepted, 2,000/s  3 errors  p50 1,000.34 ms  p99 1,000.34 ms  backlog 77",
                line(
                        Plans.to(25)
                                .messages(LoadPlan.UNLIMITED)
                                .durationNs(TimeUnit.SECONDS.toNanos(10))
                                .rate(1000),
                        of(TimeUnit.SECONDS.toNanos(1))));
    }

    @Test
    void shouldNotShowLatenciesWhenThereAreNone() {
        assertEquals(
                "    2 s  4,500 accepted, 2,000/s  3 errors  backlog 77",
                line(Plans.to(25).messages(LoadPlan.UNLIMITED).rate(1000), of()));
    }
}
