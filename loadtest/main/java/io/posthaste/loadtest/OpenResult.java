package io.posthaste.loadtest;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What became of an open loop's plan.
 *
 * @param requestedRate messages planned per second, on the average of the planned time
 * @param planned messages that were planned by the end of the run
 * @param largestBacklog sum of the largest backlogs of all threads
 * @param notBegun messages that were due and had not begun when the run ended
 * @param oldestWaitNs how long the oldest of them had waited
 * @param isKeptUp whether what was planned was begun, and in time
 * @param withNotBegun corrected latencies and, for those not begun, their waiting so far, which is the least they can be
 */
record OpenResult(
        double requestedRate,
        long planned,
        long largestBacklog,
        long notBegun,
        long oldestWaitNs,
        boolean isKeptUp,
        Histogram withNotBegun) {

    /** Share of the plan that may be late or missing in a run that kept up. */
    private static final int TOLERANCE_PERCENT = 1;
    /** Lateness that is nothing to speak of, however short the run. */
    private static final long TOLERANCE_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    /** @param durationNs of the run, which may have been ended before its plan */
    static OpenResult of(
            LoadPlan plan, Pace pace, List<OpenLoop> loops, long durationNs, boolean isCut, Histogram corrected) {
        final long messages = plan.extent().messages();
        final long allNs =
                messages == LoadPlan.UNLIMITED ? Long.MAX_VALUE : pace.profile().timeNsOf(messages);
        final long wholeNs = Math.min(allNs, plan.extent().durationNs());
        final long spanNs = Math.max(1, isCut ? Math.min(wholeNs, durationNs) : wholeNs);
        final Histogram withNotBegun = corrected.copy();
        long begun = 0;
        long largestBacklog = 0;
        long notBegun = 0;
        long oldestWaitNs = 0;
        long latenessNs = 0;
        for (final OpenLoop loop : loops) {
            begun += loop.begun();
            largestBacklog += loop.largestBacklog();
            notBegun += loop.notBegun();
            latenessNs = Math.max(latenessNs, loop.lastLatenessNs());
            oldestWaitNs = Math.max(oldestWaitNs, loop.oldestWaitNs());
            loop.forEachNotBegun(waitNs -> withNotBegun.recordValue(PhaseRecorder.clamp(waitNs)));
        }
        final long planned = begun + notBegun;
        return new OpenResult(
                pace.profile().countAt(spanNs) / (spanNs / NS_PER_S),
                planned,
                largestBacklog,
                notBegun,
                oldestWaitNs,
                notBegun * 100 <= planned * TOLERANCE_PERCENT
                        && latenessNs <= Math.max(TOLERANCE_NS, spanNs / 100 * TOLERANCE_PERCENT),
                withNotBegun);
    }
}
