package io.posthaste.loadtest.html;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Fills the template. Its output is well-formed XML too, behind the document type. */
public final class PageWriter {
    private static final char REPLACEMENT = '\uFFFD';

    private PageWriter() {}

    /** The page as one document, to be stored as UTF-8. */
    public static String write(Page page) {
        final Template template = Mustache.compiler()
                .strictSections(true)
                .emptyStringIsFalse(true)
                .withEscaper(text -> Escapers.HTML.escape(visible(text)))
                .compile(resource("page.mustache"));
        return template.execute(Map.of("page", page, "style", resource("page.css")));
    }

    /** Text without what is not seen and may confuse: control characters, changes of direction, broken surrogates. */
    static String visible(String text) {
        final StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED ->
                    visible.append(REPLACEMENT);
                default -> visible.appendCodePoint(c);
            }
        });
        return visible.toString();
    }

    private static String resource(String name) {
        try (InputStream in = PageWriter.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("not in the jar: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
