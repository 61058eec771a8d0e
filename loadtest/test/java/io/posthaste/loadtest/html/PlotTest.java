package io.posthaste.loadtest.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class PlotTest {
    private static final LinePlot.Axis X = new LinePlot.Axis("time", LinearScale.time(10));
    private static final LinePlot.Axis Y = new LinePlot.Axis("messages", LinearScale.upTo(10, 1, Units.counts(10)));

    private static Document line(Series.Point... points) {
        final List<Series> series = List.of(new Series("a", Series.Style.SECOND, List.of(points)));
        final List<LinePlot.Zone> zones = List.of(new LinePlot.Zone(0, 5, "<first> & half"));
        return Xml.parse(LinePlot.draw("id", "\"Title\"", "a < b", X, Y, series, zones));
    }

    private static String path(Document svg) {
        return Xml.elements(svg, "path", "s2").get(0).getAttribute("d");
    }

    @Test
    void shouldDrawFromCornerToCorner() {
        // The plane is 58 to 464 wide and 228 to 30 high.
        assertEquals("M58 228h0L464 30", path(line(new Series.Point(0, 0), new Series.Point(10, 10))));
    }

    @Test
    void shouldInterruptTheLineWhereThereIsNoValue() {
        assertEquals(
                "M58 228h0L261 228M464 30h0",
                path(line(new Series.Point(0, 0), new Series.Point(5, 0), Series.Point.GAP, new Series.Point(10, 10))));
    }

    @Test
    void shouldKeepValuesBeyondTheAxisOnItsEnd() {
        assertEquals("M58 228h0L464 30", path(line(new Series.Point(-1, -1), new Series.Point(11, 11))));
    }

    @Test
    void shouldDrawNoPathForNoPoints() {
        assertEquals("", path(line()));
    }

    @Test
    void shouldEscapeAndDescribe() {
        final Document svg = line(new Series.Point(0, 0));
        final Element root = svg.getDocumentElement();
        assertEquals("img", root.getAttribute("role"));
        assertEquals("id-title id-desc", root.getAttribute("aria-labelledby"));
        assertEquals("\"Title\"", Xml.elements(svg, "title").get(0).getTextContent());
        assertEquals("id-title", Xml.elements(svg, "title").get(0).getAttribute("id"));
        assertEquals("a < b", Xml.elements(svg, "desc").get(0).getTextContent());
        assertEquals("<first> & half", Xml.elements(svg, "title").get(1).getTextContent());
    }

    @Test
    void shouldShowACountHoweverSmall() {
        final Document svg = Xml.parse(BarPlot.draw(
                "id",
                "Replies",
                List.of(
                        new BarPlot.Bar("250", 1_000_000, BarPlot.Tone.GOOD),
                        new BarPlot.Bar("451", 1, BarPlot.Tone.POOR),
                        new BarPlot.Bar("550", 0, BarPlot.Tone.BAD))));
        final List<Element> bars = Xml.elements(svg, "rect", "bar");
        assertEquals("240", bars.get(0).getAttribute("width"));
        assertEquals("2", bars.get(1).getAttribute("width"));
        assertEquals("0", bars.get(2).getAttribute("width"));
        assertTrue(svg.getDocumentElement().getTextContent().contains("1,000,000"));
    }

    @Test
    void shouldDrawNothingLongWhenAllCountsAreZero() {
        final Document svg =
                Xml.parse(BarPlot.draw("id", "Replies", List.of(new BarPlot.Bar("250", 0, BarPlot.Tone.GOOD))));
        assertEquals("0", Xml.elements(svg, "rect", "bar").get(0).getAttribute("width"));
    }

    @Test
    void shouldDrawARangeWhoseEndsAreOne() {
        final Scale scale = LogScale.around(100, 100, Units::roundLatency);
        final Document svg = Xml.parse(RangePlot.draw(
                "id",
                "Phases",
                "latency",
                scale,
                List.of(new RangePlot.Row("mail", 100, 100, 100, 100, false, "tip"))));
        assertEquals("4", Xml.elements(svg, "rect", "range").get(0).getAttribute("width"));
        assertEquals(0, Xml.elements(svg, "line", "notch").size());
        assertEquals(1, Xml.elements(svg, "circle", "ring").size());
    }
}
