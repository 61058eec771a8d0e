package io.posthaste.loadtest.html;

import java.util.List;

/** Counts as bars from left to right, one below the other, each with its number. */
public final class BarPlot {
    private static final double ROW = 28;
    private static final double BAR = 16;
    private static final double LEFT = 150;
    /** Room for the number behind the longest bar. */
    private static final double NUMBER = 90;

    private static final double LONGEST = Svg.WIDTH - LEFT - NUMBER;
    /** A count that is not 0 shows, however small. */
    private static final double SHORTEST = 2;

    private static final double GAP = 8;
    private static final double TEXT_DROP = 4;

    private BarPlot() {}

    /** How a bar is filled. */
    public enum Tone {
        /** Blue. */
        GOOD("good"),
        /** Orange, hatched. */
        POOR("poor"),
        /** Orange. */
        BAD("bad");

        private final String cssClass;

        Tone(String cssClass) {
            this.cssClass = cssClass;
        }
    }

    /** @param label what is counted */
    public record Bar(String label, long count, Tone tone) {}

    /**
     * Draws.
     *
     * @param id unique within the page
     * @param bars at least one
     */
    public static String draw(String id, String title, List<Bar> bars) {
        final double height = bars.size() * ROW;
        final String summary =
                String.join(", ", bars.stream().map(BarPlot::words).toList());
        final Svg svg = new Svg(id, height, title, summary);
        final long largest = bars.stream().mapToLong(Bar::count).max().orElse(0);
        for (int i = 0; i < bars.size(); i++) {
            final Bar bar = bars.get(i);
            final double middle = i * ROW + ROW / 2;
            final double length = bar.count() == 0 ? 0 : Math.max(SHORTEST, LONGEST * bar.count() / largest);
            svg.text("label", "end", LEFT - GAP, middle + TEXT_DROP, bar.label());
            svg.rectangle("bar " + bar.tone().cssClass, LEFT, middle - BAR / 2, length, BAR, words(bar));
            svg.text("label", "start", LEFT + length + GAP, middle + TEXT_DROP, Units.count(bar.count()));
        }
        svg.line("axis", LEFT, 0, LEFT, height);
        return svg.end();
    }

    private static String words(Bar bar) {
        return bar.label() + ": " + Units.count(bar.count());
    }
}
