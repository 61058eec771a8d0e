package io.posthaste.loadtest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * One run: its engines, each on a thread, and the sampler that watches them.
 *
 * <p>{@link #stop} and {@link #latest} are open to any thread.
 */
final class LoadRun implements AutoCloseable {
    private final LoadPlan plan;
    private final LongSupplier clock;
    private final Course course;
    private final SequenceSet accepted = new SequenceSet();
    private final List<Engine> engines = new ArrayList<>();
    private final Sampler sampler;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /**
     * @param clock nanoseconds, as {@link System#nanoTime}
     * @param log owned from now on
     * @throws IllegalArgumentException in words for the user, if the messages cannot be composed
     */
    LoadRun(LoadPlan plan, LongSupplier clock, HistogramLog log) throws IOException {
        this.plan = plan;
        this.clock = clock;
        this.course = new Course(plan);
        final Messages messages = Messages.of(plan.traffic(), ZonedDateTime.now());
        final WallClock wallClock = new WallClock(clock);
        for (int thread = 0; thread < plan.threads(); thread++) {
            engines.add(new Engine(plan, thread, clock, course, messages, accepted, wallClock));
        }
        this.sampler = new Sampler(engines, course, clock, wallClock, accepted, log);
    }

    /** Runs to the end, the first engine on the calling thread. */
    Summary run() throws IOException {
        sampler.launch();
        final List<Thread> threads = new ArrayList<>();
        for (int i = 1; i < engines.size(); i++) {
            final Engine engine = engines.get(i);
            final Thread thread = new Thread(() -> work(engine), "posthaste-load-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        work(engines.get(0));
        awaitAll(threads);
        sampler.finish();
        final Exception e = failure.get();
        if (e instanceof IOException io) {
            throw io;
        }
        if (e != null) {
            throw new IllegalStateException("defect of the load generator", e);
        }
        return summary();
    }

    private void work(Engine engine) {
        try {
            engine.run();
        } catch (IOException | RuntimeException e) {
            failure.compareAndSet(null, e);
            stop();
        }
    }

    private static void awaitAll(List<Thread> threads) {
        boolean isInterrupted = false;
        for (final Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Summary summary() {
        final Tally tally = new Tally();
        engines.forEach(engine -> tally.add(engine.tally()));
        // What follows the last outcome (QUIT, and the tick that ends the run) is no part of the rate.
        final long endNs = tally.lastOutcomeNs() == 0 ? clock.getAsLong() : tally.lastOutcomeNs();
        final long durationNs = course.isStarted() ? Math.max(0, endNs - course.startNs()) : 0;
        final Workload.End end = end();
        final boolean isLimited = plan.extent().messages() != LoadPlan.UNLIMITED;
        final Measurements measurements = sampler.measurements();
        return new Summary(
                plan,
                durationNs,
                end,
                end == Workload.End.GIVEN_UP && isLimited ? plan.extent().messages() - course.claimed() : 0,
                tally,
                measurements,
                plan.pace().map(pace -> openResult(pace, durationNs, end)),
                sampler.intervals(),
                accepted,
                Optional.empty());
    }

    private OpenResult openResult(Pace pace, long durationNs, Workload.End end) {
        final List<OpenLoop> loops =
                engines.stream().map(engine -> (OpenLoop) engine.workload()).toList();
        final boolean isCut = end == Workload.End.STOPPED || end == Workload.End.GIVEN_UP;
        return OpenResult.of(
                plan, pace, loops, durationNs, isCut, sampler.measurements().total(PhaseRecorder.CORRECTED));
    }

    /** The end of the run as a whole: threads that sent their part say little while others did not. */
    private Workload.End end() {
        if (course.claimed() >= plan.extent().messages()) {
            return Workload.End.MESSAGES;
        }
        final List<Workload.End> ends =
                engines.stream().map(engine -> engine.workload().end()).toList();
        return Optional.of(Workload.End.DURATION)
                .filter(ends::contains)
                .orElse(course.isStopped() ? Workload.End.STOPPED : Workload.End.GIVEN_UP);
    }

    /** Begins no further message; those under way are finished. */
    void stop() {
        engines.forEach(Engine::stop);
    }

    LoadPlan plan() {
        return plan;
    }

    /** The last interval of which everything is known, or null. */
    Interval latest() {
        return sampler.latest();
    }

    /** The engines, for stepping them one by one. */
    List<Engine> engines() {
        return engines;
    }

    @Override
    public void close() {
        for (final Engine engine : engines) {
            try {
                engine.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
