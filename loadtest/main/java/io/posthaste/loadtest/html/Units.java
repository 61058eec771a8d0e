package io.posthaste.loadtest.html;

import java.util.Locale;
import java.util.function.DoubleFunction;

/** Numbers with their units, as they stand in the page. */
public final class Units {
    /** Keeps a number and its unit on one line. */
    private static final char NO_BREAK = '\u00A0';

    private static final String[] LATENCIES = {"µs", "ms", "s"};
    private static final double SECONDS_PER_MINUTE = 60;
    private static final double SECONDS_PER_HOUR = 3600;
    private static final double KILO = 1e3;
    private static final double MEGA = 1e6;
    /** From so many thousands on an axis counts thousands. */
    private static final double MANY = 10;
    /** Up to so many seconds an axis counts seconds. */
    private static final double MOST_SECONDS = 120;
    /** Up to so many seconds an axis counts minutes. */
    private static final double MOST_MINUTES = 7200;

    private Units() {}

    /** A latency of so many microseconds, with three significant digits. */
    public static String latency(double us) {
        double value = us;
        int unit = 0;
        // 999.5 would be written as 1000.
        while (value >= 999.5 && unit < LATENCIES.length - 1) {
            value /= 1000;
            unit++;
        }
        return (unit == LATENCIES.length - 1 && value >= 999.5 ? count(Math.round(value)) : significant(value))
                + NO_BREAK
                + LATENCIES[unit];
    }

    /** A latency on an axis, where it is a round number. */
    public static String roundLatency(double us) {
        double value = us;
        int unit = 0;
        while (value >= 1000 && unit < LATENCIES.length - 1) {
            value /= 1000;
            unit++;
        }
        return plain(value) + NO_BREAK + LATENCIES[unit];
    }

    /** With thousands apart. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Something per second: whole from 100 on. */
    public static String rate(double perSecond) {
        return perSecond >= 100
                ? String.format(Locale.ROOT, "%,.0f", perSecond)
                : perSecond == 0 ? "0" : significant(perSecond);
    }

    /** Names numbers on an axis that ends about {@code end}, all in one unit: 500, 20k, 1.5M. */
    public static DoubleFunction<String> counts(double end) {
        if (end >= MEGA) {
            return value -> value == 0 ? "0" : plain(value / MEGA) + 'M';
        }
        return end >= MANY * KILO ? value -> value == 0 ? "0" : plain(value / KILO) + 'k' : Units::plain;
    }

    /** Names times on an axis that ends with {@code endS}, all in one unit. */
    public static DoubleFunction<String> time(double endS) {
        if (endS <= MOST_SECONDS) {
            return s -> plain(s) + " s";
        }
        return endS <= MOST_MINUTES
                ? s -> plain(s / SECONDS_PER_MINUTE) + " min"
                : s -> plain(s / SECONDS_PER_HOUR) + " h";
    }

    /** A point or length of time. */
    public static String seconds(double s) {
        return String.format(Locale.ROOT, s < 10 ? "%.3f\u00A0s" : "%,.1f\u00A0s", s);
    }

    /** Three significant digits, for a value from 0 to 999.5. */
    private static String significant(double value) {
        final String format = value >= 99.95 ? "%.0f" : value >= 9.995 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    /** As many digits as it takes, for a number of few. */
    private static String plain(double value) {
        final String text = String.format(Locale.ROOT, "%.6f", value);
        return text.replaceFirst("\\.?0+$", "");
    }
}
