package io.posthaste.loadtest;

/** The closed loop: each free connection takes the next message at once; none is planned, so there is no backlog. */
final class ClosedLoop implements Workload {
    private final Course course;
    private final long messages;
    private final long durationNs;

    private boolean isOutOfTime;

    ClosedLoop(LoadPlan plan, Course course) {
        this.course = course;
        this.messages = plan.extent().messages();
        this.durationNs = plan.extent().durationNs();
    }

    @Override
    public boolean hasMore(long nowNs) {
        if (durationNs != LoadPlan.UNLIMITED && nowNs - course.startNs() >= durationNs) {
            isOutOfTime = true;
        }
        return course.claimed() < messages && !isOutOfTime && !course.isStopped();
    }

    @Override
    public long claim(long nowNs) {
        final long sequence = hasMore(nowNs) ? course.takeSequence() : OVER;
        return sequence < 0 ? OVER : sequence;
    }

    @Override
    public boolean isDue(long nowNs) {
        return hasMore(nowNs);
    }

    @Override
    public long plannedNs() {
        return NEVER;
    }

    @Override
    public long nextPlannedNs() {
        return NEVER;
    }

    @Override
    public void onPass(long nowNs) {
        // Nothing waits.
    }

    @Override
    public void onFinished(long nowNs) {
        // Nothing waits.
    }

    @Override
    public long backlog() {
        return 0;
    }

    @Override
    public End end() {
        if (course.claimed() >= messages) {
            return End.MESSAGES;
        }
        if (isOutOfTime) {
            return End.DURATION;
        }
        return course.isStopped() ? End.STOPPED : End.GIVEN_UP;
    }
}
