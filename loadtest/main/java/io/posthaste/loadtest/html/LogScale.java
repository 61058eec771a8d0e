package io.posthaste.loadtest.html;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** Equal distances for equal ratios, between two of the numbers 1, 2 and 5 times a power of ten. */
public final class LogScale implements Scale {
    private static final int[] MANTISSAS = {1, 2, 5};
    /** Below so many powers of ten the numbers between them are named too. */
    private static final double FEW_DECADES = 2.4;

    private final int first;
    private final int last;
    private final DoubleFunction<String> label;

    private LogScale(int first, int last, DoubleFunction<String> label) {
        this.first = first;
        this.last = last;
        this.label = label;
    }

    /**
     * From the last such number not above {@code smallest} to the first not below {@code largest}; at least one power
     * of ten long. Takes positive numbers; others lie at the begin.
     */
    public static LogScale around(double smallest, double largest, DoubleFunction<String> label) {
        final double from = smallest > 0 ? smallest : 1;
        final double to = Math.max(from, largest);
        int first = 3 * (int) Math.floor(Math.log10(from)) + 3;
        while (value(first) > from) {
            first--;
        }
        int last = first;
        while (value(last) < to) {
            last++;
        }
        while (last - first < MANTISSAS.length) {
            last++;
            if (last - first < MANTISSAS.length) {
                first--;
            }
        }
        return new LogScale(first, last, label);
    }

    /** The numbers 1, 2, 5, 10, 20, 50 … by index, 0 for 1. */
    private static double value(int index) {
        final int exponent = Math.floorDiv(index, MANTISSAS.length);
        final double mantissa = MANTISSAS[Math.floorMod(index, MANTISSAS.length)];
        return exponent < 0 ? mantissa / Math.pow(10, -exponent) : mantissa * Math.pow(10, exponent);
    }

    @Override
    public double position(double value) {
        final double from = Math.log(value(first));
        if (!(value > 0)) {
            return 0;
        }
        return Math.max(0, Math.min(1, (Math.log(value) - from) / (Math.log(value(last)) - from)));
    }

    @Override
    public List<Tick> ticks() {
        final boolean isShort = Math.log10(value(last) / value(first)) < FEW_DECADES;
        final List<Tick> ticks = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            if (isShort || Math.floorMod(i, MANTISSAS.length) == 0) {
                ticks.add(new Tick(value(i), label.apply(value(i))));
            }
        }
        return ticks;
    }
}
