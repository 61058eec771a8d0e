package io.posthaste.reply;

import java.util.List;

/** Breaks text at spaces. */
final class TextWrapper {
    private TextWrapper() {}

    /**
     * Appends the lines of a text that is broken where it would pass a column; a single word may pass it.
     *
     * @param lines takes the lines.
     * @param text words separated by single spaces.
     * @param first what the first line starts with.
     * @param rest what each further line starts with.
     * @param columns longest line, including what it starts with.
     */
    static void wrap(List<String> lines, String text, String first, String rest, int columns) {
        StringBuilder line = new StringBuilder(first);
        boolean hasWord = false;
        for (String word : text.split(" ")) {
            if (hasWord && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line.setLength(0);
                line.append(rest);
                hasWord = false;
            }
            line.append(hasWord ? " " : "").append(word);
            hasWord = true;
        }
        lines.add(line.toString());
    }
}
