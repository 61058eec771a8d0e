package io.posthaste.loadtest.html;

import com.samskivert.mustache.Escapers;
import java.util.Locale;

/** Writes one drawing, element by element; the page's style sheet gives colours by class. */
final class Svg {
    /** Width of every drawing in its own units, of which one is about a pixel. */
    static final double WIDTH = 480;

    private final StringBuilder out = new StringBuilder();

    /**
     * @param id unique within the page
     * @param title what it shows, in a few words
     * @param description what can be read from it, for those who cannot see it
     */
    Svg(String id, double height, String title, String description) {
        out.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"%s-title %s-desc\">",
                WIDTH,
                height,
                escape(id),
                escape(id)));
        out.append("<title id=\"").append(escape(id)).append("-title\">").append(escape(title));
        out.append("</title><desc id=\"").append(escape(id)).append("-desc\">").append(escape(description));
        out.append("</desc>");
    }

    static String escape(String text) {
        return Escapers.HTML.escape(PageWriter.visible(text));
    }

    static String number(double value) {
        final String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    Svg line(String cssClass, double x1, double y1, double x2, double y2) {
        out.append("<line class=\"").append(cssClass);
        out.append("\" x1=\"").append(number(x1)).append("\" y1=\"").append(number(y1));
        out.append("\" x2=\"").append(number(x2)).append("\" y2=\"").append(number(y2));
        out.append("\"/>");
        return this;
    }

    /** @param tip what appears under the pointer, empty for nothing */
    Svg rectangle(String cssClass, double x, double y, double width, double height, String tip) {
        out.append("<rect class=\"").append(cssClass);
        out.append("\" x=\"").append(number(x)).append("\" y=\"").append(number(y));
        out.append("\" width=\"").append(number(width)).append("\" height=\"").append(number(height));
        if (tip.isEmpty()) {
            out.append("\"/>");
        } else {
            out.append("\"><title>").append(escape(tip)).append("</title></rect>");
        }
        return this;
    }

    Svg circle(String cssClass, double x, double y, double radius) {
        out.append("<circle class=\"").append(cssClass);
        out.append("\" cx=\"").append(number(x)).append("\" cy=\"").append(number(y));
        out.append("\" r=\"").append(number(radius)).append("\"/>");
        return this;
    }

    /** @param path in the language of the attribute d */
    Svg path(String cssClass, CharSequence path) {
        out.append("<path class=\"").append(cssClass).append("\" d=\"").append(path);
        out.append("\"/>");
        return this;
    }

    /** @param anchor start, middle or end */
    Svg text(String cssClass, String anchor, double x, double y, String text) {
        out.append("<text class=\"")
                .append(cssClass)
                .append("\" text-anchor=\"")
                .append(anchor);
        out.append("\" x=\"").append(number(x)).append("\" y=\"").append(number(y));
        out.append("\">").append(escape(text)).append("</text>");
        return this;
    }

    String end() {
        return out + "</svg>";
    }
}
