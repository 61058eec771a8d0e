package io.posthaste.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * A properties file with options by their names: {@code max-connections = 100}. A key that no option has, or that is there
 * twice, is an error: it would otherwise be a setting believed and not in force.
 */
final class ConfigFile {
    /** A name that is further away from what was written is no help. */
    private static final int FURTHEST = 4;

    private final Properties properties;

    private ConfigFile(final Properties properties) {
        this.properties = properties;
    }

    /** A file that sets nothing. */
    static ConfigFile none() {
        return new ConfigFile(new Properties());
    }

    /**
     * Reads a file.
     *
     * @param known the names that options have
     * @throws IllegalArgumentException it cannot be read, or is wrong; the message is for the operator
     */
    static ConfigFile read(final String file, final Set<String> known) {
        final StrictProperties properties = new StrictProperties();
        try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (final IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cannot read the configuration file " + file + ": "
                            + (e instanceof NoSuchFileException ? "no such file" : e),
                    e);
        }
        if (!properties.repeated.isEmpty()) {
            throw new IllegalArgumentException("the configuration file " + file + " sets twice: "
                    + String.join(", ", properties.repeated)
                    + " (several values go into one line, with commas between them)");
        }
        final TreeSet<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            final List<String> told = new ArrayList<>();
            unknown.forEach(key -> told.add(key + suggestion(key, known)));
            throw new IllegalArgumentException(
                    "the configuration file " + file + " sets what is no option: " + String.join(", ", told));
        }
        return new ConfigFile(properties);
    }

    /** The value of a key; null when the file does not set it. */
    String value(final String key) {
        return properties.getProperty(key);
    }

    /** Such as {@code " (is max-errors meant?)"}; empty when nothing is near. */
    static String suggestion(final String key, final Set<String> known) {
        final String written = key.startsWith("--") ? key.substring(2) : key.replace('_', '-');
        return known.stream()
                .min(Comparator.<String>comparingInt(name -> distance(written, name))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(name -> distance(written, name) <= Math.min(FURTHEST, name.length() / 2))
                .map(name -> " (is " + name + " meant?)")
                .orElse("");
    }

    /** Letters to put in, leave out or exchange to come from one to the other. */
    private static int distance(final String from, final String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            final int[] above = row;
            row = new int[above.length];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                final int exchanged = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(exchanged, Math.min(above[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }

    /** Notes keys that are there twice. */
    private static final class StrictProperties extends Properties {
        private static final long serialVersionUID = 1;

        private final TreeSet<String> repeated = new TreeSet<>();

        @Override
        public synchronized Object put(final Object key, final Object value) {
            if (containsKey(key)) {
                repeated.add((String) key);
            }
            return super.put(key, value);
        }
    }
}
