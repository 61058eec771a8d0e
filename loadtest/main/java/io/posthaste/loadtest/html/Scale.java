package io.posthaste.loadtest.html;

import java.util.List;

/** One axis: where a value lies on it, and which values are named. */
public interface Scale {
    /** Position of a value, from 0 at the begin of the axis to 1 at its end; what lies beyond is put on the end. */
    double position(double value);

    /** In the order of the axis. */
    List<Tick> ticks();

    /** @param label what stands beside the axis, empty for a line only */
    record Tick(double value, String label) {}
}
