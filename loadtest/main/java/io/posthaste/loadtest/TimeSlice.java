package io.posthaste.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One step of a plot over time: one interval, or several where there are more than a plot can show.
 *
 * @param fromS its begin and end, in seconds from the start of the run
 * @param intervals how many it stands for
 * @param due messages that became due in it; 0 in a closed loop
 * @param accepted messages accepted in it
 * @param errors messages rejected or failed in it
 * @param backlog the largest of its intervals
 * @param corrected the largest of its intervals, figure by figure, which is not less than those of them all together
 */
record TimeSlice(
        double fromS,
        double toS,
        int intervals,
        double due,
        long accepted,
        long errors,
        long backlog,
        Latencies corrected,
        Latencies uncorrected) {

    /** Steps that a plot shows. */
    static final int MOST = 240;
    /** A last interval shorter than this share of the one before is counted with that: rates over an instant mislead. */
    private static final double STUB = 0.5;

    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    /** The intervals of a run, drawn together to at most {@link #MOST}. */
    static List<TimeSlice> of(Summary summary) {
        final List<Interval> intervals =
                summary.intervals().stream().filter(i -> i.seconds() > 0).toList();
        final int width = Math.max(1, (intervals.size() + MOST - 1) / MOST);
        final List<TimeSlice> slices = new ArrayList<>();
        for (int i = 0; i < intervals.size(); i += width) {
            slices.add(of(summary, intervals.subList(i, Math.min(intervals.size(), i + width))));
        }
        final int last = slices.size() - 1;
        if (last > 0 && slices.get(last).seconds() < STUB * slices.get(last - 1).seconds()) {
            final int from = (last - 1) * width;
            slices.subList(last - 1, last + 1).clear();
            slices.add(of(summary, intervals.subList(from, intervals.size())));
        }
        return List.copyOf(slices);
    }

    private static TimeSlice of(Summary summary, List<Interval> intervals) {
        final Interval first = intervals.get(0);
        final double fromS = first.endS() - first.seconds();
        final double toS = intervals.get(intervals.size() - 1).endS();
        long accepted = 0;
        long errors = 0;
        long backlog = 0;
        Latencies corrected = first.corrected();
        Latencies uncorrected = first.uncorrected();
        for (final Interval interval : intervals) {
            accepted += interval.accepted();
            errors += interval.errors();
            backlog = Math.max(backlog, interval.backlog());
            corrected = largest(corrected, interval.corrected());
            uncorrected = largest(uncorrected, interval.uncorrected());
        }
        return new TimeSlice(
                fromS,
                toS,
                intervals.size(),
                dueAt(summary, toS) - dueAt(summary, fromS),
                accepted,
                errors,
                backlog,
                corrected,
                uncorrected);
    }

    /** Messages that have become due after so many seconds, as the rate has it. */
    private static double dueAt(Summary summary, double s) {
        final LoadPlan.Extent extent = summary.plan().extent();
        final long ns = Math.min(extent.durationNs(), Math.round(s * NS_PER_S));
        return summary.plan()
                .pace()
                .map(pace -> Math.min(extent.messages(), pace.profile().countAt(ns)))
                .orElse(0.0);
    }

    private static Latencies largest(Latencies a, Latencies b) {
        if (a.count() == 0 || b.count() == 0) {
            return a.count() == 0 ? b : a;
        }
        return new Latencies(
                a.count() + b.count(),
                Math.max(a.p50(), b.p50()),
                Math.max(a.p90(), b.p90()),
                Math.max(a.p99(), b.p99()),
                Math.max(a.p999(), b.p999()),
                Math.max(a.max(), b.max()));
    }

    double seconds() {
        return toS - fromS;
    }

    /** So many in it, per second. */
    double rate(double count) {
        return count / seconds();
    }
}
