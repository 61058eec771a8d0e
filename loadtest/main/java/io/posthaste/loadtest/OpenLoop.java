package io.posthaste.loadtest;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * The open loop: messages are due at planned times, whatever the server does. Those that no connection is free for wait
 * in a backlog, which is the distance between two cursors over the planned times and takes no memory.
 *
 * <pre>
 *  planned times  ──┬───┬───┬───┬───┬───┬───┬───┬──▶
 *                      next            arrived
 *        begun ◀───────┘└── backlog ──┘└──────────▶ not due yet
 * </pre>
 */
final class OpenLoop implements Workload {
    private final Course course;
    private final long messages;
    private final long durationNs;
    /** The message that is begun next. */
    private final Arrivals next;
    /** The message that becomes due next. */
    private final Arrivals arrived;

    private final AtomicLong backlog = new AtomicLong();

    private long plannedNs = NEVER;
    private long largestBacklog;
    private boolean isClosed;
    /** When it was closed, from the start of the run. */
    private long closedNs;

    private long notBegun;
    private long begun;
    private long lastLatenessNs;

    /** @param thread from 0 */
    OpenLoop(LoadPlan plan, Pace pace, Course course, int thread) {
        final long all = plan.extent().messages();
        this.course = course;
        this.messages = all == LoadPlan.UNLIMITED ? all : (all - thread + plan.threads() - 1) / plan.threads();
        this.durationNs = plan.extent().durationNs();
        this.next = new Arrivals(pace, plan.threads(), thread);
        this.arrived = new Arrivals(pace, plan.threads(), thread);
    }

    /** Whether a message is planned at all; those planned at the end or behind it are not. */
    private boolean exists(Arrivals message) {
        return message.index() < messages && message.plannedNs() < durationNs;
    }

    @Override
    public boolean hasMore(long nowNs) {
        return !isClosed && exists(next);
    }

    @Override
    public boolean isDue(long nowNs) {
        return hasMore(nowNs) && course.isStarted() && nowNs - course.startNs() >= next.plannedNs();
    }

    @Override
    public long claim(long nowNs) {
        if (!hasMore(nowNs)) {
            return OVER;
        }
        if (!isDue(nowNs)) {
            return NOT_DUE;
        }
        plannedNs = course.startNs() + next.plannedNs();
        lastLatenessNs = nowNs - plannedNs;
        next.advance();
        begun++;
        return course.takeSequence();
    }

    @Override
    public long plannedNs() {
        return plannedNs;
    }

    @Override
    public long nextPlannedNs() {
        return !isClosed && course.isStarted() && exists(next) ? course.startNs() + next.plannedNs() : NEVER;
    }

    @Override
    public void onPass(long nowNs) {
        if (isClosed || !course.isStarted() && !course.isStopped()) {
            return;
        }
        final long elapsedNs = course.isStarted() ? nowNs - course.startNs() : -1;
        while (exists(arrived) && arrived.plannedNs() <= elapsedNs) {
            arrived.advance();
        }
        final long waiting = Math.max(0, arrived.index() - next.index());
        largestBacklog = Math.max(largestBacklog, waiting);
        backlog.lazySet(waiting);
        if (elapsedNs >= durationNs || course.isStopped()) {
            isClosed = true;
            closedNs = Math.max(0, Math.min(elapsedNs, durationNs));
            notBegun = waiting;
        }
    }

    @Override
    public void onFinished(long nowNs) {
        onPass(nowNs);
        if (!isClosed) {
            isClosed = true;
            closedNs = course.isStarted() ? nowNs - course.startNs() : 0;
            notBegun = backlog.get();
        }
    }

    @Override
    public long backlog() {
        return backlog.get();
    }

    /** The largest backlog at the end of a pass. */
    long largestBacklog() {
        return largestBacklog;
    }

    /** Messages that were due and had not begun when the run ended. */
    long notBegun() {
        return notBegun;
    }

    /** How long the oldest of them had waited; 0 if there is none. Of no meaning behind {@link #forEachNotBegun}. */
    long oldestWaitNs() {
        return notBegun == 0 ? 0 : closedNs - next.plannedNs();
    }

    /** Messages that were begun. */
    long begun() {
        return begun;
    }

    /** How late the last of them was begun, for want of a free connection or otherwise. */
    long lastLatenessNs() {
        return lastLatenessNs;
    }

    /** Tells how long each message that was not begun had waited by the end, in nanoseconds. To be called once. */
    void forEachNotBegun(LongConsumer waitNs) {
        for (long i = 0; i < notBegun; i++) {
            waitNs.accept(closedNs - next.plannedNs());
            next.advance();
        }
    }

    @Override
    public End end() {
        if (begun == messages) {
            return End.MESSAGES;
        }
        if (isClosed && closedNs >= durationNs || next.plannedNs() >= durationNs) {
            return End.DURATION;
        }
        return course.isStopped() ? End.STOPPED : End.GIVEN_UP;
    }
}
