package io.posthaste.loadtest;

import io.posthaste.loadtest.html.Figure;
import io.posthaste.loadtest.html.LinePlot;
import io.posthaste.loadtest.html.LogScale;
import io.posthaste.loadtest.html.PercentileScale;
import io.posthaste.loadtest.html.RangePlot;
import io.posthaste.loadtest.html.Series;
import io.posthaste.loadtest.html.Table;
import io.posthaste.loadtest.html.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Of the page: how long transactions and their phases took. */
final class LatencyFigures {
    /** {@link Latencies#NAMES} as they are spoken. */
    static final List<String> NAMES = List.of("p50", "p90", "p99", "p99.9", "max");
    /** Index of p90 among them. */
    static final int P90 = 1;

    private static final double NS_PER_US = 1000;
    /** Points of a line for each halving of the distance to 100 %. */
    private static final int TICKS_PER_HALF = 5;
    /** Percentiles of the table up to the second nine; from there on each nine and half of the way to the next. */
    private static final double[] FIRST_PERCENTILES = {0, 25, 50, 75, 90, 95};

    /** A distribution with the name it has in the page. */
    private record Distribution(String name, Series.Style style, Histogram ns) {
        double us(double percentile) {
            return (percentile == 0 ? ns.getMinValue() : ns.getValueAtPercentile(percentile)) / NS_PER_US;
        }
    }

    private final Summary summary;

    LatencyFigures(Summary summary) {
        this.summary = summary;
    }

    private List<Distribution> transactions() {
        final List<Distribution> all = new ArrayList<>();
        final Histogram uncorrected = summary.measurements().total(PhaseRecorder.UNCORRECTED);
        if (summary.open().isEmpty()) {
            all.add(new Distribution("uncorrected", Series.Style.FIRST, uncorrected));
        } else {
            final OpenResult open = summary.open().get();
            all.add(new Distribution(
                    "corrected", Series.Style.FIRST, summary.measurements().total(PhaseRecorder.CORRECTED)));
            if (open.notBegun() > 0) {
                all.add(new Distribution("corrected + not begun (at least)", Series.Style.THIRD, open.withNotBegun()));
            }
            all.add(new Distribution("uncorrected", Series.Style.SECOND, uncorrected));
        }
        all.removeIf(distribution -> distribution.ns().getTotalCount() == 0);
        return all;
    }

    Figure byPercentile() {
        final List<Distribution> all = transactions();
        final String heading = "Latency by percentile";
        if (all.isEmpty()) {
            return Figure.empty("percentiles", heading, "No message was accepted: there is no latency.");
        }
        final long count =
                all.stream().mapToLong(d -> d.ns().getTotalCount()).max().orElse(1);
        final List<Double> percentiles = percentiles(count);
        final List<Series> series = all.stream()
                .map(d -> new Series(d.name(), d.style(), points(d.ns())))
                .toList();
        return new Figure(
                "percentiles",
                heading,
                false,
                LinePlot.draw(
                        "percentiles",
                        heading,
                        words(all),
                        new LinePlot.Axis("percentile, each nine as wide as the last", PercentileScale.of(count)),
                        new LinePlot.Axis("latency, logarithmic", scale(series)),
                        series,
                        zones(all, percentiles)),
                series,
                List.of(
                        summary.open().isPresent()
                                ? "Corrected counts from the planned time, uncorrected from the begin of the"
                                        + " transaction: where the lines part, messages waited for a free connection."
                                : "From the begin of the transaction. A closed loop plans nothing, so there is no"
                                        + " corrected latency."),
                List.of(table(all, percentiles)));
    }

    private static LogScale scale(List<Series> series) {
        double smallest = Double.MAX_VALUE;
        double largest = 0;
        for (final Series one : series) {
            for (final Series.Point point : one.points()) {
                smallest = point.y() > 0 ? Math.min(smallest, point.y()) : smallest;
                largest = Math.max(largest, point.y());
            }
        }
        return LogScale.around(Math.min(smallest, Math.max(1, largest)), largest, Units::roundLatency);
    }

    private static List<Series.Point> points(Histogram ns) {
        // A lone latency is every percentile.
        final double last = ns.getTotalCount() == 1 ? 100 : PercentileScale.last(ns.getTotalCount());
        final List<Series.Point> points = new ArrayList<>();
        for (final HistogramIterationValue value : ns.percentiles(TICKS_PER_HALF)) {
            points.add(new Series.Point(
                    Math.min(last, value.getPercentileLevelIteratedTo()), value.getValueIteratedTo() / NS_PER_US));
        }
        return points;
    }

    /** Those of which {@code count} latencies can tell, and 100. */
    private static List<Double> percentiles(long count) {
        final List<Double> percentiles = new ArrayList<>();
        final double last = PercentileScale.last(count);
        for (final double percentile : FIRST_PERCENTILES) {
            percentiles.add(percentile);
        }
        for (double rest = 1; 100 - rest < last; rest /= 10) {
            percentiles.add(100 - rest);
            percentiles.add(100 - rest / 2);
        }
        percentiles.removeIf(percentile -> percentile > 0 && percentile >= last);
        percentiles.add(100.0);
        return percentiles;
    }

    private static String percentile(double percentile) {
        return String.format(Locale.ROOT, "%.6f", percentile).replaceFirst("\\.?0+$", "") + " %";
    }

    private static List<LinePlot.Zone> zones(List<Distribution> all, List<Double> percentiles) {
        final List<LinePlot.Zone> zones = new ArrayList<>();
        for (int i = 0; i + 1 < percentiles.size(); i++) {
            final double upTo = percentiles.get(i + 1);
            final StringBuilder tip = new StringBuilder(upTo == 100 ? "max" : percentile(upTo));
            for (final Distribution one : all) {
                tip.append('\n').append(one.name()).append(": ").append(Units.latency(one.us(upTo)));
            }
            zones.add(new LinePlot.Zone(percentiles.get(i), upTo, tip.toString()));
        }
        return zones;
    }

    private static Table table(List<Distribution> all, List<Double> percentiles) {
        final List<String> head = new ArrayList<>(List.of("percentile"));
        all.forEach(distribution -> head.add(distribution.name()));
        final List<Table.Row> rows = new ArrayList<>();
        for (final double percentile : percentiles) {
            rows.add(new Table.Row(
                    percentile == 0 ? "min" : percentile == 100 ? "max" : percentile(percentile),
                    all.stream().map(d -> Units.latency(d.us(percentile))).toList()));
        }
        rows.add(new Table.Row(
                "count",
                all.stream().map(d -> Units.count(d.ns().getTotalCount())).toList()));
        return new Table("The figures", false, false, head, rows);
    }

    private static String words(List<Distribution> all) {
        final List<String> words = new ArrayList<>();
        for (final Distribution one : all) {
            words.add(one.name() + ": " + words(Latencies.of(one.ns())));
        }
        return String.join("; ", words);
    }

    private static String words(Latencies us) {
        final List<String> words = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            words.add(NAMES.get(i) + ' ' + Units.latency(us.values().get(i)));
        }
        return String.join(", ", words);
    }

    Figure phases() {
        final List<RangePlot.Row> ranges = new ArrayList<>();
        final List<Table.Row> rows = new ArrayList<>();
        for (final Distribution one : transactions()) {
            final String name = one.style() == Series.Style.THIRD ? "+ not begun" : one.name();
            add(ranges, rows, name, Latencies.of(one.ns()), true);
        }
        for (final Phase phase : Phase.values()) {
            add(ranges, rows, phase.label(), summary.measurements().latencies(phase), false);
        }
        final String heading = "Phases";
        if (ranges.isEmpty()) {
            return Figure.empty("phases", heading, "No phase was completed.");
        }
        final double smallest = ranges.stream()
                .mapToDouble(RangePlot.Row::p50)
                .filter(us -> us > 0)
                .min()
                .orElse(1);
        final double largest =
                ranges.stream().mapToDouble(RangePlot.Row::max).max().orElse(1);
        final List<String> head = new ArrayList<>(List.of("", "count"));
        head.addAll(NAMES);
        return new Figure(
                "phases",
                heading,
                true,
                RangePlot.draw(
                        "phases",
                        heading,
                        "latency, logarithmic",
                        LogScale.around(smallest, largest, Units::roundLatency),
                        ranges),
                List.of(),
                List.of(
                        "Each bar goes from p50 to p99.9, with a notch at p99 and a ring at the largest. Blue: the whole"
                                + " transaction, to the reply that accepts the message; grey: its phases."
                                + overlap()),
                List.of(new Table("The figures", true, false, head, rows)));
    }

    private String overlap() {
        return summary.tally().pipelined() > 0
                ? " Commands that leave in one write are all timed from it, so their phases overlap."
                : "";
    }

    private static void add(
            List<RangePlot.Row> ranges, List<Table.Row> rows, String name, Latencies us, boolean isMain) {
        if (us.count() == 0) {
            return;
        }
        ranges.add(new RangePlot.Row(name, us.p50(), us.p99(), us.p999(), us.max(), isMain, name + ": " + words(us)));
        final List<String> cells = new ArrayList<>(List.of(Units.count(us.count())));
        us.values().forEach(value -> cells.add(Units.latency(value)));
        rows.add(new Table.Row(name, cells));
    }
}
