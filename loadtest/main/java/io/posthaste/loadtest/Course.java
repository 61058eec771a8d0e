package io.posthaste.loadtest;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the threads of a run have in common: when it starts, whether it was stopped, and the next sequence number. Any
 * thread.
 *
 * <p>A closed loop starts with its launch. An open loop starts when each connection has become ready or has failed once,
 * so that the time to open them all is not mistaken for a server that is slow.
 */
final class Course {
    /** How long the start is put off for all threads to learn of it; none where there is one. */
    private static final long NOTICE_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long NOT_STARTED = Long.MIN_VALUE;

    private final long messages;
    private final long noticeNs;
    private final AtomicInteger unsettled;
    private final AtomicLong claimed = new AtomicLong();
    private final AtomicLong startNs = new AtomicLong(NOT_STARTED);

    private volatile boolean isStopped;

    Course(LoadPlan plan) {
        this.messages = plan.extent().messages();
        this.noticeNs = plan.threads() > 1 ? NOTICE_NS : 0;
        this.unsettled = new AtomicInteger(plan.openConnections());
    }

    /** Starts the run, if it has not started yet. */
    void start(long nowNs) {
        startNs.compareAndSet(NOT_STARTED, nowNs);
    }

    /** One more connection is ready or has failed; called once for each. */
    void onSettled(long nowNs) {
        if (unsettled.decrementAndGet() == 0) {
            start(nowNs + noticeNs);
        }
    }

    boolean isStarted() {
        return startNs.get() != NOT_STARTED;
    }

    /** When the run started; of no meaning before. */
    long startNs() {
        return startNs.get();
    }

    /** Ends the run as if its time were over. */
    void stop() {
        isStopped = true;
    }

    boolean isStopped() {
        return isStopped;
    }

    /** Messages whose sequence number was taken. */
    long claimed() {
        return claimed.get();
    }

    /** Takes the next sequence number, or returns a negative number when all messages asked for are taken. */
    long takeSequence() {
        long sequence;
        do {
            sequence = claimed.get();
            if (sequence >= messages) {
                return -1;
            }
        } while (!claimed.compareAndSet(sequence, sequence + 1));
        return sequence;
    }
}
