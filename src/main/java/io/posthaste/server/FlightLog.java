package io.posthaste.server;

import io.posthaste.metrics.Counter;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.session.FlightListener;
import io.posthaste.session.FlightReport;
import java.util.function.Consumer;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one reactor's reports of sessions that ended badly to the thread of the logs, which gives each to the logger
 * {@code io.posthaste.flight}. At most {@value #REPORTS_A_SECOND} a second, and {@value #REPORTS} not yet written; the others are
 * counted and their number is logged.
 */
final class FlightLog implements FlightListener, LogSource {
    static final String LOGGER_NAME = "io.posthaste.flight";
    static final int REPORTS = 32;
    static final int REPORTS_A_SECOND = 10;

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER_NAME);

    private final ReactorMetrics metrics;
    private final Consumer<FlightReport> writer;
    private final SpscVarHandleArrayQueue<FlightReport> full = new SpscVarHandleArrayQueue<>(REPORTS);
    private final SpscVarHandleArrayQueue<FlightReport> empty = new SpscVarHandleArrayQueue<>(REPORTS);

    // The reactor's.
    private final LineRate rate = new LineRate(REPORTS_A_SECOND);

    private int made;

    // The log thread's.
    private long leftOut;

    FlightLog(final ReactorMetrics metrics) {
        this(metrics, report -> LOG.warn(FlightText.of(report)));
    }

    /** @param writer takes each report, lent for the call */
    FlightLog(final ReactorMetrics metrics, final Consumer<FlightReport> writer) {
        this.metrics = metrics;
        this.writer = writer;
    }

    @Override
    public FlightReport tryTake(final long nowNs) {
        final FlightReport report = rate.tryLine(nowNs) ? emptyReport() : null;
        if (report == null) {
            metrics.increment(Counter.FLIGHTS_LEFT_OUT);
        }
        return report;
    }

    private FlightReport emptyReport() {
        final FlightReport report = empty.poll();
        if (report == null && made < REPORTS) {
            made++;
            return new FlightReport();
        }
        return report;
    }

    @Override
    public void offer(final FlightReport report) {
        full.offer(report);
    }

    @Override
    public int write() {
        int written = 0;
        FlightReport report;
        while (written < REPORTS && (report = full.poll()) != null) {
            try {
                writer.accept(report);
            } catch (final Throwable e) {
                // A logger that fails costs the report, not the thread of the logs.
                LOG.debug("a report could not be logged", e);
            } finally {
                empty.offer(report);
            }
            written++;
        }
        final long leftOutNow = metrics.count(Counter.FLIGHTS_LEFT_OUT);
        if (leftOutNow > leftOut && written > 0) {
            LOG.warn("{} sessions more ended badly and are not told, as there were too many", leftOutNow - leftOut);
            leftOut = leftOutNow;
        }
        return written;
    }
}
