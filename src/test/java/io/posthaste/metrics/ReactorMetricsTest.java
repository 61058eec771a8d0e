package io.posthaste.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ReactorMetricsTest {
    private final ReactorMetrics metrics = new ReactorMetrics();

    @Test
    void shouldCountEachByItself() {
        for (final Counter counter : Counter.values()) {
            metrics.add(counter, counter.ordinal());
            metrics.increment(counter);
        }
        for (final CloseReason reason : CloseReason.values()) {
            for (int i = 0; i <= reason.ordinal(); i++) {
                metrics.closed(reason);
            }
        }
        for (final Counter counter : Counter.values()) {
            assertEquals(counter.ordinal() + 1, metrics.count(counter));
        }
        for (final CloseReason reason : CloseReason.values()) {
            assertEquals(reason.ordinal() + 1, metrics.count(reason));
        }
    }

    @Test
    void shouldCountEveryCodeOfTheProtocol() {
        for (int code = 200; code <= 599; code++) {
            metrics.replied(code);
        }
        metrics.replied(250);
        for (int code = 200; code <= 599; code++) {
            assertEquals(code == 250 ? 2 : 1, metrics.replies(code));
        }
    }

    @Test
    void shouldTellHowManyConnectionsAreOpen() {
        metrics.openConnections(3);
        metrics.openConnections(2);
        assertEquals(2, metrics.openConnections());
    }

    @Test
    void shouldTellWhenTheLoopLastTurned() {
        assertEquals(0, metrics.lastTurnNs());
        metrics.turned(-5);
        assertEquals(-5, metrics.lastTurnNs());
    }

    @ParameterizedTest
    @EnumSource(Latency.class)
    void shouldDrainDurationsOnce(final Latency latency) {
        final Histogram durations = ReactorMetrics.newHistogram(latency);
        metrics.took(latency, 1_000_000);
        metrics.took(latency, 3_000_000);
        metrics.drainTo(latency, durations);
        metrics.drainTo(latency, durations);
        assertEquals(2, durations.getTotalCount());
        assertTrue(durations.valuesAreEquivalent(1000, durations.getMinValue()));
        assertTrue(durations.valuesAreEquivalent(3000, durations.getMaxValue()));
        metrics.took(latency, 5_000_000);
        metrics.drainTo(latency, durations);
        assertEquals(3, durations.getTotalCount());
    }

    @Test
    void shouldTimeEachByItself() {
        for (final Latency latency : Latency.values()) {
            for (int i = 0; i <= latency.ordinal(); i++) {
                metrics.took(latency, 1);
            }
        }
        for (final Latency latency : Latency.values()) {
            final Histogram durations = ReactorMetrics.newHistogram(latency);
            metrics.drainTo(latency, durations);
            assertEquals(latency.ordinal() + 1, durations.getTotalCount(), latency::name);
        }
    }

    @ParameterizedTest
    @EnumSource(Latency.class)
    void shouldTakeAnyDuration(final Latency latency) {
        final Histogram durations = ReactorMetrics.newHistogram(latency);
        for (final long ns : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
            metrics.took(latency, ns);
        }
        metrics.drainTo(latency, durations);
        assertEquals(5, durations.getTotalCount());
    }
}
