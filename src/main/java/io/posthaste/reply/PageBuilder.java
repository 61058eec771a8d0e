package io.posthaste.reply;

import java.util.ArrayList;
import java.util.List;

/** Writes a {@link CodePage} down in the order it is read. */
final class PageBuilder {
    private final int code;
    private final String title;
    private String summary;
    private String effect;
    private final List<CodePage.Sighting> whenSeen = new ArrayList<>();
    private final List<CodePage.Remedy> whatToDo = new ArrayList<>();
    private final List<CodePage.Contrast> contrasts = new ArrayList<>();
    private final List<String> composed = new ArrayList<>();
    private final List<String> references = new ArrayList<>();

    private PageBuilder(int code, String title) {
        this.code = code;
        this.title = title;
    }

    static PageBuilder page(int code, String title) {
        return new PageBuilder(code, title);
    }

    /** A line of a dialogue that the client sends. */
    static String client(String line) {
        return "C: " + line;
    }

    /** A line of a dialogue that the server sends. */
    static String server(String line) {
        return "S: " + line;
    }

    /** A line of a dialogue that the server sends, as it is on the wire. */
    static String server(Reply reply) {
        return server(reply.line());
    }

    PageBuilder means(String text) {
        summary = text;
        return this;
    }

    PageBuilder effect(String text) {
        effect = text;
        return this;
    }

    PageBuilder seen(String when, String... dialogue) {
        whenSeen.add(new CodePage.Sighting(when, List.of(dialogue)));
        return this;
    }

    PageBuilder sender(String action) {
        whatToDo.add(new CodePage.Remedy(CodePage.Party.SENDER, action));
        return this;
    }

    PageBuilder operator(String action) {
        whatToDo.add(new CodePage.Remedy(CodePage.Party.OPERATOR, action));
        return this;
    }

    PageBuilder unlike(int other, String difference) {
        contrasts.add(new CodePage.Contrast(other, difference));
        return this;
    }

    PageBuilder composed(String... forms) {
        composed.addAll(List.of(forms));
        return this;
    }

    CodePage references(String... all) {
        references.addAll(List.of(all));
        return new CodePage(
                code,
                title,
                summary,
                effect,
                List.copyOf(whenSeen),
                List.copyOf(whatToDo),
                List.copyOf(contrasts),
                List.copyOf(composed),
                List.copyOf(references));
    }
}
