package io.posthaste.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

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
    void shouldDrainLatenciesOnce() {
        final Histogram latency = ReactorMetrics.newLatencyHistogram();
        metrics.acknowledged(1_000_000);
        metrics.acknowledged(3_000_000);
        metrics.drainAcknowledgementsTo(latency);
        metrics.drainAcknowledgementsTo(latency);
        assertEquals(2, latency.getTotalCount());
        assertTrue(latency.valuesAreEquivalent(1000, latency.getMinValue()));
        assertTrue(latency.valuesAreEquivalent(3000, latency.getMaxValue()));
        metrics.acknowledged(5_000_000);
        metrics.drainAcknowledgementsTo(latency);
        assertEquals(3, latency.getTotalCount());
    }

    @Test
    void shouldTakeAnyLatency() {
        final Histogram latency = ReactorMetrics.newLatencyHistogram();
        for (final long ns : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
            metrics.acknowledged(ns);
        }
        metrics.drainAcknowledgementsTo(latency);
        assertEquals(5, latency.getTotalCount());
    }
}
