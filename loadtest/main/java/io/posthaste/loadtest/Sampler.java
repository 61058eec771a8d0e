package io.posthaste.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Takes a sample of all engines once a second, from a thread of its own, and does for them what allocates: the time of
 * day, room for sequence numbers, the interval log.
 */
final class Sampler {
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    /** Sequence numbers for which room is made ahead. */
    private static final long AHEAD = 4_000_000;

    private final List<Engine> engines;
    private final Course course;
    private final LongSupplier clock;
    private final WallClock wallClock;
    private final SequenceSet accepted;
    private final HistogramLog log;
    private final Measurements measurements;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::work, "posthaste-load-sampler");
    private final List<Interval> intervals = new ArrayList<>();

    private double previousS;
    private long sent;
    private long answered;
    private long errors;

    /** What went wrong on the sampler's thread; its result is then not whole. */
    private volatile RuntimeException defect;

    private volatile Interval latest;

    /** @param log where intervals are written as well */
    Sampler(
            List<Engine> engines,
            Course course,
            LongSupplier clock,
            WallClock wallClock,
            SequenceSet accepted,
            HistogramLog log) {
        this.engines = engines;
        this.course = course;
        this.clock = clock;
        this.wallClock = wallClock;
        this.accepted = accepted;
        this.log = log;
        this.measurements =
                new Measurements(engines.stream().map(Engine::recorder).toList());
    }

    void launch() {
        accepted.reserve(AHEAD);
        thread.setDaemon(true);
        thread.start();
    }

    private void work() {
        try {
            long dueNs = INTERVAL_NS;
            while (!over.await(waitNs(dueNs), TimeUnit.NANOSECONDS)) {
                if (course.isStarted() && clock.getAsLong() - course.startNs() >= dueNs) {
                    sample();
                    dueNs += INTERVAL_NS;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            defect = e;
        }
    }

    private long waitNs(long dueNs) {
        final long elapsedNs = course.isStarted() ? clock.getAsLong() - course.startNs() : 0;
        // Until the run starts it may do so at any time; an interval that is late is taken at once.
        return Math.max(0, Math.min(INTERVAL_NS, dueNs - elapsedNs));
    }

    /** Takes a sample. The sampler's own thread, or any other once that has ended. */
    void sample() {
        measurements.sample();
        wallClock.resync();
        accepted.reserve(course.claimed() + AHEAD);
        final double nowS =
                course.isStarted() ? (double) (clock.getAsLong() - course.startNs()) / TimeUnit.SECONDS.toNanos(1) : 0;
        final Interval interval = interval(Math.max(nowS, previousS));
        log.write(measurements, previousS, interval.endS());
        previousS = interval.endS();
        intervals.add(interval);
        latest = interval;
    }

    private Interval interval(double nowS) {
        long sentNow = 0;
        long acceptedNow = 0;
        long rejectedNow = 0;
        long failedNow = 0;
        long backlog = 0;
        for (final Engine engine : engines) {
            sentNow += engine.tally().sent();
            acceptedNow += engine.tally().accepted();
            rejectedNow += engine.tally().rejected();
            failedNow += engine.tally().failed();
            backlog += engine.backlog();
        }
        final Interval interval = new Interval(
                nowS,
                nowS - previousS,
                sentNow - sent,
                acceptedNow - answered,
                rejectedNow + failedNow - errors,
                acceptedNow,
                rejectedNow,
                failedNow,
                backlog,
                Latencies.of(measurements.interval(PhaseRecorder.CORRECTED)),
                Latencies.of(measurements.interval(PhaseRecorder.UNCORRECTED)));
        sent = sentNow;
        answered = acceptedNow;
        errors = rejectedNow + failedNow;
        return interval;
    }

    /** Takes the last sample, once the engines are done; the results are whole then. */
    void finish() {
        over.countDown();
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (defect != null) {
            throw defect;
        }
        sample();
        log.close();
    }

    /** The interval taken last, or null. Any thread. */
    Interval latest() {
        return latest;
    }

    /** All intervals, once finished. */
    List<Interval> intervals() {
        return List.copyOf(intervals);
    }

    Measurements measurements() {
        return measurements;
    }
}
