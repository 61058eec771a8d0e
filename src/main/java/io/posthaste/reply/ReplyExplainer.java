package io.posthaste.reply;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Renders the catalogue for people at a terminal: one page, a comparison of two, and what an enhanced status code goes
 * with. Lines end in LF and have at most {@link #COLUMNS} columns.
 */
public final class ReplyExplainer {
    /** Width of the text. */
    public static final int COLUMNS = 78;

    private static final String INDENT = "  ";

    private ReplyExplainer() {}

    /** The page of one code. */
    public static String explain(CodePage page) {
        List<String> lines = new ArrayList<>();
        lines.add(page.code() + "  " + page.title());
        wrap(lines, "Kind: " + page.kind().label() + ". " + page.kind().meaning(), "");

        section(lines, "MEANING");
        wrap(lines, page.summary(), INDENT);
        section(lines, "EFFECT ON THE SESSION");
        wrap(lines, page.effect(), INDENT);
        section(lines, "WHEN IT IS SEEN");
        for (CodePage.Sighting sighting : page.whenSeen()) {
            item(lines, "* ", sighting.when());
            sighting.dialogue().forEach(line -> TextWrapper.wrap(lines, line, "      ", "         ", COLUMNS));
        }
        section(lines, "WHAT TO DO");
        for (CodePage.Remedy remedy : page.whatToDo()) {
            item(lines, remedy.party().label() + ": ", remedy.action());
        }
        section(lines, "EASILY CONFUSED WITH");
        for (CodePage.Contrast contrast : page.contrasts()) {
            item(lines, contrast.other() + "  ", contrast.difference());
        }
        section(lines, "REPLIES WITH THIS CODE");
        page.replies().forEach(reply -> item(lines, "", reply));
        section(lines, "REFERENCES");
        page.references().forEach(reference -> item(lines, "", reference));
        return text(lines);
    }

    /** Two codes side by side: kind, key differences, when each is seen, what to do. */
    public static String compare(CodePage a, CodePage b) {
        List<CodePage> both = List.of(a, b);
        List<String> lines = new ArrayList<>();
        lines.add(a.code() + " and " + b.code() + " compared");
        both.forEach(page -> item(lines, page.code() + "  ", page.title()));

        section(lines, "KIND");
        both.forEach(page -> item(
                lines,
                page.code() + "  ",
                page.kind().label() + ". " + page.kind().meaning()));
        section(lines, "KEY DIFFERENCES");
        keyDifferences(a, b).forEach(difference -> item(lines, "* ", difference));
        section(lines, "MEANING");
        both.forEach(page -> item(lines, page.code() + "  ", page.summary()));
        section(lines, "EFFECT ON THE SESSION");
        both.forEach(page -> item(lines, page.code() + "  ", page.effect()));
        section(lines, "WHEN EACH IS SEEN");
        for (CodePage page : both) {
            page.whenSeen().forEach(sighting -> item(lines, page.code() + "  ", sighting.when()));
        }
        section(lines, "WHAT TO DO");
        for (CodePage page : both) {
            page.whatToDo()
                    .forEach(remedy ->
                            item(lines, page.code() + "  " + remedy.party().label() + ": ", remedy.action()));
        }
        return text(lines);
    }

    /**
     * The replies that an enhanced status code goes with.
     *
     * @param enhancedStatus such as "5.5.1".
     * @return the text; null if no reply has it.
     */
    public static String explainEnhanced(String enhancedStatus) {
        List<String> lines = new ArrayList<>();
        lines.add(enhancedStatus + " goes with these replies; 'posthaste explain CODE' tells more about each code:");
        for (CodePage page : ReplyCatalogue.pages()) {
            for (String reply : page.replies()) {
                if (reply.startsWith(enhancedStatus + " ", 4)) {
                    item(lines, "", reply);
                }
            }
        }
        return lines.size() == 1 ? null : text(lines);
    }

    private static List<String> keyDifferences(CodePage a, CodePage b) {
        List<String> differences = new ArrayList<>();
        contrasts(differences, a, b);
        contrasts(differences, b, a);
        if (a.kind() == b.kind()) {
            differences.add("Both are of one kind (" + a.kind().label()
                    + "): a client that looks only at the first digit" + " does the same for both.");
        } else {
            differences.add(a.code() + " is of the kind '" + a.kind().label() + "', " + b.code() + " of the kind '"
                    + b.kind().label() + "'.");
        }
        if (Objects.equals(a.subject(), b.subject())) {
            differences.add("Both are about " + a.subject() + ".");
        } else {
            differences.add(a.code() + " is about " + a.subject() + ", " + b.code() + " about " + b.subject() + ".");
        }
        differences.add("Enhanced status codes: " + a.code() + " has " + statuses(a) + "; " + b.code() + " has "
                + statuses(b) + ".");
        return differences;
    }

    private static void contrasts(List<String> differences, CodePage page, CodePage other) {
        for (CodePage.Contrast contrast : page.contrasts()) {
            if (contrast.other() == other.code()) {
                differences.add(contrast.difference());
            }
        }
    }

    private static String statuses(CodePage page) {
        return page.enhancedStatuses().isEmpty() ? "none" : String.join(", ", page.enhancedStatuses());
    }

    private static void section(List<String> lines, String heading) {
        lines.add("");
        lines.add(heading);
    }

    private static void item(List<String> lines, String label, String text) {
        TextWrapper.wrap(lines, text, INDENT + label, INDENT + " ".repeat(Math.max(label.length(), 2)), COLUMNS);
    }

    private static void wrap(List<String> lines, String text, String indent) {
        TextWrapper.wrap(lines, text, indent, indent, COLUMNS);
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }
}
