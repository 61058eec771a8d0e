package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.posthaste.metrics.Counter;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.session.FlightReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How many reports of sessions that ended badly go to the log. */
final class FlightLogTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final ReactorMetrics metrics = new ReactorMetrics();
    private final List<FlightReport> written = new ArrayList<>();
    private final FlightLog log = new FlightLog(metrics, written::add);

    /** As many as there are to be had, all offered. */
    private int takes(final int wanted, final long nowNs) {
        int taken = 0;
        for (int i = 0; i < wanted; i++) {
            final FlightReport report = log.tryTake(nowNs);
            if (report != null) {
                log.offer(report);
                taken++;
            }
        }
        return taken;
    }

    @Test
    void shouldTellSoManyASecondAndCountTheRest() {
        assertEquals(FlightLog.REPORTS_A_SECOND, takes(100, 5));
        assertEquals(90, metrics.count(Counter.FLIGHTS_LEFT_OUT));
        assertEquals(FlightLog.REPORTS_A_SECOND, log.write());
        assertEquals(1, takes(100, 5 + SECOND_NS / FlightLog.REPORTS_A_SECOND));
        assertEquals(FlightLog.REPORTS_A_SECOND, takes(100, 5 + 10 * SECOND_NS), "no more is saved up");
    }

    @Test
    void shouldLeaveOutWhatTheLogDoesNotKeepUpWith() {
        long nowNs = 0;
        int taken = 0;
        for (int i = 0; i < 10; i++) {
            nowNs += SECOND_NS;
            taken += takes(FlightLog.REPORTS_A_SECOND, nowNs);
        }
        assertEquals(FlightLog.REPORTS, taken);
        assertEquals(100 - FlightLog.REPORTS, metrics.count(Counter.FLIGHTS_LEFT_OUT));
        assertEquals(FlightLog.REPORTS, log.write());
        assertEquals(FlightLog.REPORTS, written.size());
        nowNs += SECOND_NS;
        assertNotNull(log.tryTake(nowNs), "the old ones are used again");
    }

    @Test
    void shouldSurviveAWriterThatFails() {
        final FlightLog failing = new FlightLog(metrics, report -> {
            throw new IllegalStateException("the disk is full");
        });
        failing.offer(failing.tryTake(0));
        assertEquals(1, failing.write());
        assertEquals(0, failing.write());
    }
}
