package io.posthaste.reply;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Renders the whole catalogue as Markdown, the text of docs/reply-codes.md. */
public final class ReplyDocument {
    private static final int COLUMNS = 120;

    private ReplyDocument() {}

    /** The document. Lines end in LF. */
    public static String markdown() {
        List<String> lines = new ArrayList<>();
        introduction(lines);
        conversation(lines);
        index(lines);
        ReplyCatalogue.pages().forEach(page -> page(lines, page));
        return String.join("\n", lines) + "\n";
    }

    private static void introduction(List<String> lines) {
        lines.add("# Reply codes");
        lines.add("");
        lines.add(
                "<!-- Made from the catalogue in io.posthaste.reply, and a test compares the two. Do not edit; after a change of");
        lines.add(
                "     the catalogue run: mvn -pl src test -Dtest=ReplyCodesDocumentTest -Dposthaste.regenerate=true -->");
        lines.add("");
        paragraph(
                lines,
                "Every reply that Posthaste can send, what it means, when it is seen, and what to do about it. The same pages"
                        + " are shown by `posthaste explain 503` (two codes: compared) and, shorter, by `HELP 503` in a session.");
        lines.add("");
        paragraph(
                lines,
                "A reply has a code of three digits for programs, in most cases an enhanced status code with more detail,"
                        + " and a text for people. A program that knows nothing but the first digit does the right thing:");
        lines.add("");
        lines.add("| first digit | kind | what to make of it |");
        lines.add("|---|---|---|");
        for (ReplyKind kind : ReplyKind.values()) {
            lines.add("| " + kind.digit() + " | " + kind.label() + " | " + escape(kind.meaning()) + " |");
        }
        lines.add("");
        paragraph(
                lines,
                "The second digit tells the subject: 0 the form and the order of commands, 1 information for people, 2 the"
                        + " connection, 5 the mail itself.");
        lines.add("");
    }

    private static void conversation(List<String> lines) {
        lines.add("## The six that define the conversation");
        lines.add("");
        lines.add("| code | title | kind | effect on the session |");
        lines.add("|---|---|---|---|");
        for (int code : ReplyCatalogue.CORE_CODES) {
            CodePage page = ReplyCatalogue.page(code);
            lines.add("| " + link(page) + " | " + escape(page.title()) + " | "
                    + page.kind().label() + " | " + escape(page.effect()) + " |");
        }
        lines.add("");
    }

    private static void index(List<String> lines) {
        lines.add("## All codes");
        lines.add("");
        lines.add("| code | title | enhanced status codes |");
        lines.add("|---|---|---|");
        for (CodePage page : ReplyCatalogue.pages()) {
            lines.add("| " + link(page) + " | " + escape(page.title()) + " | " + statuses(page) + " |");
        }
        lines.add("");
    }

    private static void page(List<String> lines, CodePage page) {
        lines.add("<a id=\"" + page.code() + "\"></a>");
        lines.add("");
        lines.add("## " + page.code() + " " + escape(page.title()));
        lines.add("");
        paragraph(
                lines,
                "**Kind:** " + page.kind().label() + ". " + escape(page.kind().meaning()));
        lines.add("");
        paragraph(lines, "**Meaning:** " + escape(page.summary()));
        lines.add("");
        paragraph(lines, "**Effect on the session:** " + escape(page.effect()));
        lines.add("");
        lines.add("### When " + page.code() + " is seen");
        lines.add("");
        for (CodePage.Sighting sighting : page.whenSeen()) {
            item(lines, escape(sighting.when()));
            if (!sighting.dialogue().isEmpty()) {
                block(lines, "  ", sighting.dialogue());
            }
        }
        lines.add("");
        lines.add("### What to do about " + page.code());
        lines.add("");
        for (CodePage.Remedy remedy : page.whatToDo()) {
            item(lines, "**" + remedy.party().label() + ":** " + escape(remedy.action()));
        }
        lines.add("");
        lines.add("### Easily confused with " + page.code());
        lines.add("");
        for (CodePage.Contrast contrast : page.contrasts()) {
            item(lines, link(ReplyCatalogue.page(contrast.other())) + ": " + escape(contrast.difference()));
        }
        lines.add("");
        lines.add("### Replies with " + page.code());
        lines.add("");
        block(lines, "", page.replies());
        lines.add("");
        paragraph(lines, "**References:** " + escape(String.join("; ", page.references())) + ".");
        lines.add("");
    }

    private static void block(List<String> lines, String indent, Collection<String> content) {
        lines.add(indent + "```text");
        content.forEach(line -> lines.add(indent + line.stripTrailing()));
        lines.add(indent + "```");
    }

    private static void item(List<String> lines, String text) {
        TextWrapper.wrap(lines, text, "- ", "  ", COLUMNS);
    }

    private static void paragraph(List<String> lines, String text) {
        TextWrapper.wrap(lines, text, "", "", COLUMNS);
    }

    private static String link(CodePage page) {
        return "[" + page.code() + "](#" + page.code() + ")";
    }

    private static String statuses(CodePage page) {
        return String.join(", ", page.enhancedStatuses());
    }

    /** Keeps Markdown from reading a character as markup. */
    private static String escape(String text) {
        return text.replaceAll("([\\\\`*_<>|\\[\\]])", "\\\\$1");
    }
}
