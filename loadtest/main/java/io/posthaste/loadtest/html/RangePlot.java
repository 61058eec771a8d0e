package io.posthaste.loadtest.html;

import java.util.List;

/** Distributions one below the other over a common axis: a bar from p50 to p99.9, a notch at p99, a ring at the largest. */
public final class RangePlot {
    private static final double ROW = 28;
    private static final double BAR = 10;
    private static final double LEFT = 96;
    private static final double RIGHT = Svg.WIDTH - 20;
    private static final double TOP = 4;
    /** Room for the axis. */
    private static final double FOOT = 42;

    /** Least distance of two labels of the axis. */
    private static final double LABEL = 58;

    private static final double GAP = 8;
    private static final double TEXT_DROP = 4;
    private static final double RING = 4;
    private static final double DOT = 2;

    private RangePlot() {}

    /**
     * @param isMain whether it is one of those to look at first
     * @param tip the same in words
     */
    public record Row(String label, double p50, double p99, double p999, double max, boolean isMain, String tip) {}

    /**
     * Draws.
     *
     * @param id unique within the page
     * @param rows at least one
     */
    public static String draw(String id, String title, String axisName, Scale scale, List<Row> rows) {
        final double bottom = TOP + rows.size() * ROW;
        final String summary = String.join("; ", rows.stream().map(Row::tip).toList());
        final Svg svg = new Svg(id, bottom + FOOT, title, summary);
        double labelled = 0;
        for (final Scale.Tick tick : scale.ticks()) {
            final double at = at(scale, tick.value());
            svg.line("grid", at, TOP, at, bottom);
            if (at - labelled >= LABEL) {
                svg.text("tick", "middle", at, bottom + 2 * GAP, tick.label());
                labelled = at;
            }
        }
        svg.line("axis", LEFT, bottom, RIGHT, bottom);
        svg.text("name", "end", RIGHT, bottom + FOOT - GAP, axisName);
        for (int i = 0; i < rows.size(); i++) {
            drawRow(svg, scale, rows.get(i), TOP + i * ROW + ROW / 2);
        }
        return svg.end();
    }

    private static double at(Scale scale, double value) {
        return LEFT + scale.position(value) * (RIGHT - LEFT);
    }

    private static void drawRow(Svg svg, Scale scale, Row row, double y) {
        final double from = at(scale, row.p50());
        final double p99 = at(scale, row.p99());
        final double to = at(scale, row.p999());
        final double max = at(scale, row.max());
        final String cssClass = row.isMain() ? "range main" : "range";
        svg.text("label", "end", LEFT - GAP, y + TEXT_DROP, row.label());
        svg.line("whisker", to, y, max, y);
        svg.rectangle(cssClass, from - DOT, y - BAR / 2, to - from + 2 * DOT, BAR, row.tip());
        if (p99 - from > DOT && to - p99 > DOT) {
            svg.line("notch", p99, y - BAR / 2, p99, y + BAR / 2);
        }
        svg.circle("ring", max, y, RING);
        svg.rectangle("zone", LEFT, y - ROW / 2, RIGHT - LEFT, ROW, row.tip());
    }
}
