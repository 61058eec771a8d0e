package io.posthaste.cli;

import java.util.ArrayList;
import java.util.List;

/** Settings as a properties file that {@code --config} takes, with comments for people. In ASCII, whatever they hold. */
final class SettingsFile {
    private static final int COLUMNS = 100;
    private static final int LAST_ASCII = 0x7E;

    private SettingsFile() {}

    /** Its lines. What is not set, and what holds a secret, is a comment. */
    static List<String> lines(final List<Setting> settings) {
        final List<String> lines = new ArrayList<>();
        lines.add(
                "# What 'posthaste serve' would run with, made by posthaste check-config --print. Use it by --config FILE,");
        lines.add("# in the same directory. It names the files of keys and passwords, and holds none of them.");
        for (final Setting setting : settings) {
            lines.add("");
            wrap(setting.description()).forEach(line -> lines.add("# " + line));
            final String line = setting.key() + " = " + escaped(setting.shown());
            if (setting.hasSecret()) {
                lines.add("# From " + setting.origin()
                        + ". It has a password, which is not printed: write this line yourself.");
                lines.add("#" + line);
            } else if (setting.value().isEmpty()) {
                lines.add("# Not set.");
                lines.add("#" + line.strip());
            } else {
                lines.add("# From " + escaped(setting.origin()) + ".");
                lines.add(line);
            }
        }
        return lines;
    }

    private static List<String> wrap(final String text) {
        final List<String> lines = new ArrayList<>();
        final StringBuilder line = new StringBuilder();
        for (final String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > COLUMNS) {
                lines.add(escaped(line.toString()));
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(escaped(line.toString()));
        return lines;
    }

    /** As {@link java.util.Properties} reads it: backslashes doubled, what is not printable ASCII by its number. */
    private static String escaped(final String text) {
        final StringBuilder result = new StringBuilder(text.length());
        for (final char each : text.toCharArray()) {
            if (each == '\\') {
                result.append("\\\\");
            } else if (each < ' ' || each > LAST_ASCII) {
                result.append(String.format("\\u%04x", (int) each));
            } else {
                result.append(each);
            }
        }
        return result.toString();
    }
}
