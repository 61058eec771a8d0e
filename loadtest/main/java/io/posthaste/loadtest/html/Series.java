package io.posthaste.loadtest.html;

import java.util.List;

/**
 * One line of a plot.
 *
 * @param name as it stands in the legend
 * @param points from left to right; one whose y is not a number interrupts the line
 */
public record Series(String name, Style style, List<Point> points) {
    public record Point(double x, double y) {
        /** Where a line is interrupted. */
        public static final Point GAP = new Point(Double.NaN, Double.NaN);

        boolean isGap() {
            return Double.isNaN(y);
        }
    }

    /** What tells lines apart: colour and dashes. */
    public enum Style {
        /** Blue, solid. */
        FIRST("s1"),
        /** Orange, dashed. */
        SECOND("s2"),
        /** Grey, dotted. */
        THIRD("s3");

        private final String cssClass;

        Style(String cssClass) {
            this.cssClass = cssClass;
        }

        String cssClass() {
            return cssClass;
        }
    }

    /** For the template. */
    String swatch() {
        return style.cssClass();
    }
}
