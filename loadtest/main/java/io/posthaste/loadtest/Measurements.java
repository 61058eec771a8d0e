package io.posthaste.loadtest;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The recorders of all threads brought together: for each series what was recorded since the last sample, and in all.
 * One thread at a time; the recording threads are not held up.
 */
final class Measurements {
    private final List<PhaseRecorder> recorders;
    /** Of each recorder, taken before last, to be used again. */
    private final Histogram[][] recycled;

    private final Histogram[] intervals = new Histogram[PhaseRecorder.COUNT];
    private final Histogram[] totals = new Histogram[PhaseRecorder.COUNT];

    Measurements(List<PhaseRecorder> recorders) {
        this.recorders = recorders;
        this.recycled = new Histogram[recorders.size()][PhaseRecorder.COUNT];
        for (int series = 0; series < PhaseRecorder.COUNT; series++) {
            intervals[series] = PhaseRecorder.histogram();
            totals[series] = PhaseRecorder.histogram();
        }
    }

    /** Takes what was recorded since the last call. */
    void sample() {
        for (int series = 0; series < PhaseRecorder.COUNT; series++) {
            intervals[series].reset();
            for (int i = 0; i < recorders.size(); i++) {
                final Histogram taken = recorders.get(i).take(series, recycled[i][series]);
                recycled[i][series] = taken;
                if (taken.getTotalCount() > 0) {
                    intervals[series].add(taken);
                }
            }
            if (intervals[series].getTotalCount() > 0) {
                totals[series].add(intervals[series]);
            }
        }
    }

    /** What the last sample held, in nanoseconds; overwritten by the next. */
    Histogram interval(int series) {
        return intervals[series];
    }

    /** What all samples held, in nanoseconds. */
    Histogram total(int series) {
        return totals[series];
    }

    Latencies latencies(Phase phase) {
        return Latencies.of(totals[phase.ordinal()]);
    }

    Latencies latencies(int series) {
        return Latencies.of(totals[series]);
    }
}
