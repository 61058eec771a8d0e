package io.posthaste.loadtest;

import java.util.SplittableRandom;

/**
 * A cursor over the planned times of one thread's messages. It has no end and needs no memory: two cursors of the same
 * making tell the same times, so that one may run ahead and count what is due while the other follows what is begun.
 *
 * <p>Of {@code threads} threads each gets every {@code threads}-th message of a uniform schedule; a Poisson process of a
 * part of the rate is one again, so there each gets a process of its own. No allocation. One thread.
 */
final class Arrivals {
    /** How planned times lie about the rate. */
    enum Spacing {
        /** At equal distances. */
        UNIFORM,
        /** At random, each independent of the one before: exponential distances. */
        POISSON
    }

    private final RateProfile profile;
    private final Spacing spacing;
    private final int threads;
    private final int thread;
    private final SplittableRandom random;

    private long index;
    /** Messages of all threads that the rate has summed up to. */
    private double count;

    private long plannedNs;

    /** @param thread from 0 */
    Arrivals(Pace pace, int threads, int thread) {
        this.profile = pace.profile();
        this.spacing = pace.spacing();
        this.threads = threads;
        this.thread = thread;
        this.random = new SplittableRandom(pace.seed() + thread);
        place();
    }

    private void place() {
        count = spacing == Spacing.UNIFORM
                ? (double) index * threads + thread
                : count - threads * Math.log(1 - random.nextDouble());
        plannedNs = profile.timeNsOf(count);
    }

    /** Number of this message among those of the thread, from 0. */
    long index() {
        return index;
    }

    /** When this message is due, in nanoseconds from the start of the run. */
    long plannedNs() {
        return plannedNs;
    }

    /** On to the next message. */
    void advance() {
        index++;
        place();
    }
}
