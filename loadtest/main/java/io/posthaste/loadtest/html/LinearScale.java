package io.posthaste.loadtest.html;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** Equal distances for equal differences, from 0. */
public final class LinearScale implements Scale {
    /** Ticks, besides the one at 0, that an axis has at most. */
    private static final int MOST_TICKS = 6;

    private static final double[] MANTISSAS = {1, 2, 5, 10};
    /** Steps of time, in seconds, from one second on. */
    private static final double[] SECONDS = {
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400
    };

    private final double end;
    private final double step;
    private final DoubleFunction<String> label;

    private LinearScale(double end, double step, DoubleFunction<String> label) {
        this.end = end;
        this.step = step;
        this.label = label;
    }

    /**
     * Up to the first tick that {@code largest} does not exceed.
     *
     * @param leastStep smallest distance of ticks, 1 for what is counted
     */
    public static LinearScale upTo(double largest, double leastStep, DoubleFunction<String> label) {
        final double step = Math.max(leastStep, step(largest / MOST_TICKS));
        return new LinearScale(Math.max(1, Math.ceil(largest / step)) * step, step, label);
    }

    /** Of time: ends exactly with {@code seconds}. */
    public static LinearScale time(double seconds) {
        final double end = seconds > 0 ? seconds : 1;
        return new LinearScale(end, timeStep(end / MOST_TICKS), Units.time(end));
    }

    /** The smallest of 1, 2 and 5 times a power of ten that is not below {@code least}. */
    private static double step(double least) {
        if (!(least > 0)) {
            return 1;
        }
        final double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (final double mantissa : MANTISSAS) {
            if (mantissa * power >= least) {
                return mantissa * power;
            }
        }
        return MANTISSAS[MANTISSAS.length - 1] * power;
    }

    private static double timeStep(double least) {
        if (least <= SECONDS[0] / 2) {
            return step(least);
        }
        for (final double step : SECONDS) {
            if (step >= least) {
                return step;
            }
        }
        final double day = SECONDS[SECONDS.length - 1];
        return step(least / day) * day;
    }

    @Override
    public double position(double value) {
        return Math.max(0, Math.min(1, value / end));
    }

    @Override
    public List<Tick> ticks() {
        final List<Tick> ticks = new ArrayList<>();
        // The end may miss the last tick by a rounding error.
        for (int i = 0; i * step <= end * (1 + 1e-9); i++) {
            ticks.add(new Tick(i * step, label.apply(i * step)));
        }
        return ticks;
    }
}
