package io.posthaste.loadtest.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Percentiles as HdrHistogram plots them: each further nine takes the same room, and 100 % would lie at infinity. */
public final class PercentileScale implements Scale {
    private static final double HALF = 50;
    /** Beyond so many nines every second one is named, for want of room. */
    private static final int MANY_NINES = 6;

    /** Powers of ten from the begin to the end. */
    private final double decades;

    private PercentileScale(double decades) {
        this.decades = decades;
    }

    /** Long enough to show the slowest of {@code count} values. */
    public static PercentileScale of(long count) {
        return new PercentileScale(Math.max(1, Math.log10(Math.max(1, count))));
    }

    /** The percentile of the slowest of {@code count} values: all others lie below. */
    public static double last(long count) {
        return 100.0 - 100.0 / Math.max(1, count);
    }

    @Override
    public double position(double percentile) {
        if (percentile >= 100) {
            return 1;
        }
        return Math.max(0, Math.min(1, -Math.log10(1 - percentile / 100) / decades));
    }

    @Override
    public List<Tick> ticks() {
        final List<Tick> ticks = new ArrayList<>();
        final boolean isCrowded = decades > MANY_NINES;
        ticks.add(new Tick(0, "0"));
        ticks.add(new Tick(HALF, isCrowded ? "" : "50"));
        // The end may miss its power of ten by a rounding error.
        for (int nines = 1; nines <= decades + 1e-9; nines++) {
            final double percentile = 100 - Math.pow(10, 2 - nines);
            final String label = String.format(Locale.ROOT, "%." + Math.max(0, nines - 2) + "f", percentile);
            ticks.add(new Tick(percentile, isCrowded && nines % 2 == 0 ? "" : label));
        }
        return ticks;
    }
}
