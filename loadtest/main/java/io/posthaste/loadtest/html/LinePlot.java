package io.posthaste.loadtest.html;

import java.util.List;

/** Lines over two axes. */
public final class LinePlot {
    private static final double HEIGHT = 270;
    private static final double LEFT = 58;
    private static final double RIGHT = Svg.WIDTH - 16;
    private static final double TOP = 30;
    private static final double BOTTOM = HEIGHT - 42;
    private static final double NAME_Y = 14;
    private static final double TICK_GAP = 6;
    private static final double TEXT_DROP = 4;

    private LinePlot() {}

    /** @param name what is drawn along it and in which unit */
    public record Axis(String name, Scale scale) {}

    /**
     * A stretch of the horizontal axis that has something to say to the pointer.
     *
     * @param from where it begins, a value of the axis; as {@code to}, where it ends
     */
    public record Zone(double from, double to, String tip) {}

    /**
     * Draws.
     *
     * @param id unique within the page
     * @param series in the order of the legend; the first lies on top
     */
    public static String draw(
            String id, String title, String description, Axis x, Axis y, List<Series> series, List<Zone> zones) {
        final Svg svg = new Svg(id, HEIGHT, title, description);
        for (final Scale.Tick tick : y.scale().ticks()) {
            final double at = atY(y, tick.value());
            svg.line("grid", LEFT, at, RIGHT, at);
            svg.text("tick", "end", LEFT - TICK_GAP, at + TEXT_DROP, tick.label());
        }
        for (final Scale.Tick tick : x.scale().ticks()) {
            final double at = atX(x, tick.value());
            svg.line("grid", at, TOP, at, BOTTOM);
            svg.text("tick", "middle", at, BOTTOM + 3 * TICK_GAP, tick.label());
        }
        svg.line("axis", LEFT, BOTTOM, RIGHT, BOTTOM);
        svg.text("name", "start", 0, NAME_Y, y.name());
        svg.text("name", "end", RIGHT, HEIGHT - TICK_GAP, x.name());
        for (int i = series.size() - 1; i >= 0; i--) {
            svg.path(
                    "line " + series.get(i).style().cssClass(),
                    path(x, y, series.get(i).points()));
        }
        for (final Zone zone : zones) {
            final double from = atX(x, zone.from());
            svg.rectangle("zone", from, TOP, Math.max(1, atX(x, zone.to()) - from), BOTTOM - TOP, zone.tip());
        }
        return svg.end();
    }

    private static double atX(Axis axis, double value) {
        return LEFT + axis.scale().position(value) * (RIGHT - LEFT);
    }

    private static double atY(Axis axis, double value) {
        return BOTTOM - axis.scale().position(value) * (BOTTOM - TOP);
    }

    private static StringBuilder path(Axis x, Axis y, List<Series.Point> points) {
        final StringBuilder path = new StringBuilder();
        boolean isDrawing = false;
        for (final Series.Point point : points) {
            if (!point.isGap()) {
                path.append(isDrawing ? 'L' : 'M');
                path.append(Svg.number(atX(x, point.x()))).append(' ').append(Svg.number(atY(y, point.y())));
                if (!isDrawing) {
                    // With round ends a lone point is a dot.
                    path.append("h0");
                }
            }
            isDrawing = !point.isGap();
        }
        return path;
    }
}
