package io.posthaste.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One step of a plot over time: one interval, or several where there are more than a plot can show.
 *
 * @param fromS its begin and end, in seconds from the start of the run
 * @param intervals how many it stands for, a stub at the end not counted
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
        final List<TimeSlice> all = new ArrayList<>();
        for (final Interval interval : summary.intervals()) {
            if (interval.seconds() > 0) {
                all.add(of(summary, interval));
            }
        }
        final int last = all.size() - 1;
        if (last > 0 && all.get(last).seconds() < STUB * all.get(last - 1).seconds()) {
            final TimeSlice stub = all.remove(last);
            all.set(last - 1, all.get(last - 1).withStub(stub));
        }
        final int width = Math.max(1, (all.size() + MOST - 1) / MOST);
        final List<TimeSlice> slices = new ArrayList<>();
        for (int i = 0; i < all.size(); i += width) {
            slices.add(together(all.subList(i, Math.min(all.size(), i + width))));
        }
        return List.copyOf(slices);
    }

    private static TimeSlice of(Summary summary, Interval interval) {
        final double fromS = interval.endS() - interval.seconds();
        return new TimeSlice(
                fromS,
                interval.endS(),
                1,
                dueAt(summary, interval.endS()) - dueAt(summary, fromS),
                interval.accepted(),
                interval.errors(),
                interval.backlog(),
                interval.corrected(),
                interval.uncorrected());
    }

    private static TimeSlice together(List<TimeSlice> slices) {
        TimeSlice all = slices.get(0);
        for (final TimeSlice next : slices.subList(1, slices.size())) {
            all = all.with(
                    next,
                    all.intervals + next.intervals,
                    largest(all.corrected, next.corrected),
                    largest(all.uncorrected, next.uncorrected));
        }
        return all;
    }

    /** Percentiles of the few messages in a stub say nothing, but their largest latency counts. */
    private TimeSlice withStub(TimeSlice stub) {
        return with(stub, intervals, withMax(corrected, stub.corrected), withMax(uncorrected, stub.uncorrected));
    }

    private TimeSlice with(TimeSlice next, int intervals, Latencies corrected, Latencies uncorrected) {
        return new TimeSlice(
                fromS,
                next.toS,
                intervals,
                due + next.due,
                accepted + next.accepted,
                errors + next.errors,
                Math.max(backlog, next.backlog),
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

    private static Latencies withMax(Latencies us, Latencies stub) {
        if (us.count() == 0 || stub.count() == 0) {
            return us.count() == 0 ? stub : us;
        }
        return new Latencies(
                us.count() + stub.count(), us.p50(), us.p90(), us.p99(), us.p999(), Math.max(us.max(), stub.max()));
    }

    double seconds() {
        return toS - fromS;
    }

    /** So many in it, per second. */
    double rate(double count) {
        return count / seconds();
    }
}
