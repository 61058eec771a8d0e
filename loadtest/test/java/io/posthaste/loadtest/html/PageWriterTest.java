package io.posthaste.loadtest.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class PageWriterTest {
    private static final String EVIL = "</td><script>alert('x')</script>&amp;\"{{title}}";

    private static Page page(String text) {
        return new Page(
                text,
                text,
                List.of(new Page.Verdict(false, text, text)),
                List.of(new Page.Tile(text, text, text)),
                List.of(new Page.Fact(text, text)),
                text,
                List.of(new Figure(
                        "figure",
                        text,
                        true,
                        LinePlot.draw(
                                "figure",
                                text,
                                text,
                                new LinePlot.Axis(text, LinearScale.time(1)),
                                new LinePlot.Axis(text, LinearScale.time(1)),
                                List.of(),
                                List.of(new LinePlot.Zone(0, 1, text))),
                        List.of(new Series(text, Series.Style.FIRST, List.of())),
                        List.of(text),
                        List.of(new Table(
                                text, true, true, List.of(text, text), List.of(new Table.Row(text, List.of(text))))))),
                text);
    }

    @Test
    void shouldEscapeTextEverywhere() {
        final String html = PageWriter.write(page(EVIL));
        assertFalse(html.contains("<script"), html);
        final Document document = Xml.parse(html);
        assertEquals(0, Xml.elements(document, "script").size());
        assertEquals(EVIL, Xml.elements(document, "h1").get(0).getTextContent());
        assertEquals(EVIL, Xml.elements(document, "code").get(0).getTextContent());
        assertEquals(EVIL, Xml.elements(document, "td").get(0).getTextContent());
        assertEquals(EVIL, Xml.elements(document, "th").get(0).getTextContent());
        assertEquals(EVIL, Xml.elements(document, "summary").get(0).getTextContent());
        assertEquals(EVIL, Xml.elements(document, "desc").get(0).getTextContent());
    }

    @Test
    void shouldReplaceWhatIsNotSeen() {
        assertEquals("a\uFFFDb\uFFFDc\uFFFDd\uFFFD", PageWriter.visible("a\u0000b\u001Bc\u202Ed\uD800"));
        assertEquals("µ 中 \uD83D\uDCE7 \u00A0", PageWriter.visible("µ 中 \uD83D\uDCE7 \u00A0"));
    }

    @Test
    void shouldNeedNothingFromOutside() {
        final String html = PageWriter.write(page("text"));
        for (final String reference : List.of("http:", "https:", "//", "src=", "href=", "@import", "@font-face")) {
            assertFalse(html.contains(reference), reference);
        }
        // The only address is that of a pattern on the page itself.
        assertEquals(1, html.split("url\\(", -1).length - 1);
        assertTrue(html.contains("url(#hatch)"));
        assertTrue(html.contains("default-src 'none'"));
    }

    @Test
    void shouldWriteAPageWithNothingOnIt() {
        final Page page =
                new Page("t", "l", List.of(), List.of(), List.of(), "c", List.of(Figure.empty("f", "h", "why")), "m");
        final Document document = Xml.parse(PageWriter.write(page));
        assertEquals(0, Xml.elements(document, "table").size());
        assertEquals("why", Xml.elements(document, "p", "note").get(0).getTextContent());
        assertEquals(0, Xml.elements(document, "ul").size());
    }
}
