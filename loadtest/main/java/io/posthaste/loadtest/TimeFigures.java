package io.posthaste.loadtest;

import io.posthaste.loadtest.html.Figure;
import io.posthaste.loadtest.html.LinePlot;
import io.posthaste.loadtest.html.LinearScale;
import io.posthaste.loadtest.html.LogScale;
import io.posthaste.loadtest.html.Scale;
import io.posthaste.loadtest.html.Series;
import io.posthaste.loadtest.html.Table;
import io.posthaste.loadtest.html.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Of the page: how latency, rate and backlog went over the time of the run. */
final class TimeFigures {
    private final Summary summary;
    private final boolean isOpen;
    private final List<TimeSlice> slices;
    private final Scale time;

    TimeFigures(Summary summary) {
        this.summary = summary;
        this.isOpen = summary.open().isPresent();
        this.slices = TimeSlice.of(summary);
        this.time = LinearScale.time(
                slices.isEmpty() ? 0 : slices.get(slices.size() - 1).toS());
    }

    List<Figure> all() {
        return isOpen ? List.of(latency(), rate(), backlog()) : List.of(latency(), rate());
    }

    private Latencies latencies(TimeSlice slice) {
        return isOpen ? slice.corrected() : slice.uncorrected();
    }

    private static String span(TimeSlice slice) {
        return Units.seconds(slice.fromS()) + " to " + Units.seconds(slice.toS());
    }

    /** A line that is level over each slice, and interrupted where there is no value. */
    private Series steps(String name, Series.Style style, ToDoubleFunction<TimeSlice> value) {
        final List<Series.Point> points = new ArrayList<>();
        for (final TimeSlice slice : slices) {
            final double y = value.applyAsDouble(slice);
            if (Double.isNaN(y)) {
                points.add(Series.Point.GAP);
            } else {
                points.add(new Series.Point(slice.fromS(), y));
                points.add(new Series.Point(slice.toS(), y));
            }
        }
        return new Series(name, style, points);
    }

    private static double orGap(Latencies us, double value) {
        return us.count() > 0 ? value : Double.NaN;
    }

    private List<LinePlot.Zone> zones(Function<TimeSlice, String> tip) {
        return slices.stream()
                .map(slice -> new LinePlot.Zone(slice.fromS(), slice.toS(), span(slice) + '\n' + tip.apply(slice)))
                .toList();
    }

    private LinePlot.Axis timeAxis() {
        return new LinePlot.Axis("time since the start", time);
    }

    private Table table(List<String> head, Function<TimeSlice, List<String>> cells) {
        final List<Table.Row> rows = slices.stream()
                .map(slice -> new Table.Row(span(slice), cells.apply(slice)))
                .toList();
        return new Table("The figures", false, false, head, rows);
    }

    private List<String> notes(String note) {
        final int width = slices.isEmpty() ? 1 : slices.get(0).intervals();
        return width == 1
                ? List.of(note)
                : List.of(
                        note,
                        "Each step stands for " + width + " samples: latencies and backlog are the largest of them,"
                                + " rates the average.");
    }

    private Figure latency() {
        final String kind = isOpen ? "corrected" : "uncorrected";
        final String heading = "Latency over time";
        double smallest = Double.MAX_VALUE;
        double largest = 0;
        for (final TimeSlice slice : slices) {
            final Latencies us = latencies(slice);
            if (us.count() > 0) {
                smallest = Math.min(smallest, us.p50());
                largest = Math.max(largest, us.max());
            }
        }
        if (smallest == Double.MAX_VALUE) {
            return Figure.empty("latency", heading, "No message was accepted: there is no latency.");
        }
        final List<Series> series = List.of(
                steps(
                        "p50",
                        Series.Style.FIRST,
                        slice -> orGap(latencies(slice), latencies(slice).p50())),
                steps(
                        "p99",
                        Series.Style.SECOND,
                        slice -> orGap(latencies(slice), latencies(slice).p99())),
                steps(
                        "max",
                        Series.Style.THIRD,
                        slice -> orGap(latencies(slice), latencies(slice).max())));
        final String svg = LinePlot.draw(
                "latency",
                heading,
                "p50, p99 and largest " + kind + " latency of the messages accepted in each second; at most "
                        + Units.latency(largest),
                timeAxis(),
                new LinePlot.Axis(
                        kind + " latency, logarithmic", LogScale.around(smallest, largest, Units::roundLatency)),
                series,
                zones(slice -> words(latencies(slice))));
        return new Figure(
                "latency",
                heading,
                false,
                svg,
                series,
                notes("Of the messages accepted in each second; a gap is a second in which none was."),
                List.of(table(
                        isOpen
                                ? List.of("time", "p50", "p99", "max", "uncorrected p50", "p99", "max")
                                : List.of("time", "p50", "p99", "max"),
                        this::latencyCells)));
    }

    private List<String> latencyCells(TimeSlice slice) {
        final List<String> cells = new ArrayList<>(cells(latencies(slice)));
        if (isOpen) {
            cells.addAll(cells(slice.uncorrected()));
        }
        return cells;
    }

    private static List<String> cells(Latencies us) {
        return us.count() == 0
                ? List.of("–", "–", "–")
                : List.of(Units.latency(us.p50()), Units.latency(us.p99()), Units.latency(us.max()));
    }

    private static String words(Latencies us) {
        final List<String> cells = cells(us);
        return us.count() == 0
                ? "no message accepted"
                : "p50 " + cells.get(0) + "\np99 " + cells.get(1) + "\nmax " + cells.get(2);
    }

    /** A rate that the plot shows. */
    private record Rate(String name, Series.Style style, ToDoubleFunction<TimeSlice> count) {
        double of(TimeSlice slice) {
            return slice.rate(count.applyAsDouble(slice));
        }
    }

    private List<Rate> rates() {
        final List<Rate> rates = new ArrayList<>();
        rates.add(new Rate("accepted", Series.Style.FIRST, TimeSlice::accepted));
        if (slices.stream().anyMatch(slice -> slice.errors() > 0)) {
            rates.add(new Rate("rejected or failed", Series.Style.SECOND, TimeSlice::errors));
        }
        if (isOpen) {
            rates.add(new Rate("requested", Series.Style.THIRD, TimeSlice::due));
        }
        return rates;
    }

    private Figure rate() {
        final String heading = "Rate over time";
        if (slices.isEmpty()) {
            return Figure.empty("rate", heading, "The run took no time.");
        }
        final List<Rate> rates = rates();
        final List<Series> series = rates.stream()
                .map(rate -> steps(rate.name(), rate.style(), rate::of))
                .toList();
        double largest = 0;
        for (final TimeSlice slice : slices) {
            for (final Rate rate : rates) {
                largest = Math.max(largest, rate.of(slice));
            }
        }
        final String svg = LinePlot.draw(
                "rate",
                heading,
                "Messages a second; at most " + Units.rate(largest),
                timeAxis(),
                new LinePlot.Axis("messages per second", LinearScale.upTo(largest, 0, Units.counts(largest))),
                series,
                zones(slice -> rates.stream()
                        .map(rate -> rate.name() + ": " + Units.rate(rate.of(slice)) + "/s")
                        .collect(Collectors.joining("\n"))));
        final List<String> head = new ArrayList<>(List.of("time"));
        rates.forEach(rate -> head.add(rate.name() + "/s"));
        final Table table = table(
                head,
                slice -> rates.stream().map(rate -> Units.rate(rate.of(slice))).toList());
        final String note = isOpen
                ? "Messages that became due, and those accepted, in each second."
                : "Messages accepted in each second. A closed loop has no backlog: nothing is due before a connection is"
                        + " free.";
        return new Figure("rate", heading, false, svg, series, notes(note), List.of(table));
    }

    private Figure backlog() {
        final String heading = "Backlog over time";
        if (slices.isEmpty()) {
            return Figure.empty("backlog", heading, "The run took no time.");
        }
        final List<Series.Point> points = new ArrayList<>(List.of(new Series.Point(0, 0)));
        double largest = 0;
        for (final TimeSlice slice : slices) {
            points.add(new Series.Point(slice.toS(), slice.backlog()));
            largest = Math.max(largest, slice.backlog());
        }
        final List<Series> series = List.of(new Series("messages waiting", Series.Style.FIRST, points));
        final OpenResult open = summary.open().get();
        final String svg = LinePlot.draw(
                "backlog",
                heading,
                "Messages that wait for a free connection; at most " + Units.count(open.largestBacklog()),
                timeAxis(),
                new LinePlot.Axis("messages", LinearScale.upTo(largest, 1, Units.counts(largest))),
                series,
                zones(slice -> Units.count(slice.backlog()) + " waiting at the end"));
        return new Figure(
                "backlog",
                heading,
                false,
                svg,
                List.of(),
                notes(
                        "Messages that were due and waited for a free connection, at the end of each second. The largest at"
                                + " any time: " + Units.count(open.largestBacklog()) + '.'),
                List.of(table(List.of("time", "waiting at the end"), slice -> List.of(Units.count(slice.backlog())))));
    }
}
