package io.posthaste.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prometheus's text format 0.0.4, read strictly: every family has HELP, then TYPE, then its samples in one piece; no sample
 * twice; counters end in {@code _total}; the buckets of a histogram are cumulative and end with that of all.
 */
public final class Exposition {
    private static final Pattern HELP = Pattern.compile("# HELP ([a-z][a-z0-9_]*) (\\S.*\\S)");
    private static final Pattern TYPE = Pattern.compile("# TYPE ([a-z][a-z0-9_]*) (counter|gauge|histogram|summary)");
    private static final Pattern SAMPLE =
            Pattern.compile("([a-z][a-z0-9_]*)(?:\\{(.*)})? (-?[0-9.]+(?:E-?[0-9]+)?|\\+Inf|NaN)");
    private static final Pattern LABEL =
            Pattern.compile("([a-z][a-z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\"\\\\n])*)\"(?:,|$)");

    /** A family: its kind, its help, and its samples by name and labels as they are written. */
    private record Family(String type, String help, Map<String, Double> samples) {}

    private final Map<String, Family> families = new LinkedHashMap<>();
    private String current;
    private String helped;
    private String help;

    private Exposition() {}

    public static Exposition parse(final String text) {
        assertTrue(text.endsWith("\n"), "the last line is whole");
        final Exposition exposition = new Exposition();
        text.lines().forEach(exposition::line);
        assertFalse(exposition.families.isEmpty());
        exposition.families.forEach(exposition::check);
        return exposition;
    }

    /** Names of the families. */
    public Set<String> families() {
        return families.keySet();
    }

    /** Names as a query writes them: those of the samples. */
    public Set<String> sampleNames() {
        final Set<String> names = new HashSet<>();
        families.values()
                .forEach(family ->
                        family.samples().keySet().forEach(sample -> names.add(sample.replaceAll("\\{.*", ""))));
        return names;
    }

    public String help(final String family) {
        return families.get(family).help();
    }

    public String type(final String family) {
        return families.get(family).type();
    }

    /** The value of a sample, written as {@code name} or <code>name{label="value"}</code>. */
    public double value(final String sample) {
        final Double value = families.values().stream()
                .map(family -> family.samples().get(sample))
                .filter(found -> found != null)
                .findFirst()
                .orElse(null);
        assertNotNull(value, () -> "no sample " + sample);
        return value;
    }

    /** Samples of a family with their label values, for families of one label. */
    public Map<String, Double> byLabel(final String family) {
        final Map<String, Double> values = new TreeMap<>();
        families.get(family)
                .samples()
                .forEach((sample, value) -> values.put(sample.replaceAll(".*=\"(.*)\"}", "$1"), value));
        return values;
    }

    private void line(final String line) {
        final Matcher isHelp = HELP.matcher(line);
        final Matcher isType = TYPE.matcher(line);
        final Matcher isSample = SAMPLE.matcher(line);
        if (isHelp.matches()) {
            helped = isHelp.group(1);
            help = isHelp.group(2);
            assertFalse(families.containsKey(helped), () -> "family in two pieces: " + line);
        } else if (isType.matches()) {
            assertEquals(helped, isType.group(1), "HELP comes before TYPE");
            current = helped;
            families.put(current, new Family(isType.group(2), help, new LinkedHashMap<>()));
        } else {
            assertTrue(isSample.matches(), () -> "not a line of the format: " + line);
            sample(isSample.group(1), isSample.group(2), isSample.group(3), line);
        }
    }

    private void sample(final String name, final String labels, final String value, final String line) {
        assertNotNull(current, line);
        final Family family = families.get(current);
        final boolean isPart = name.equals(current)
                || family.type().matches("histogram|summary") && name.matches(current + "_(sum|count)")
                || family.type().equals("histogram") && name.equals(current + "_bucket");
        assertTrue(isPart, () -> "sample outside of its family: " + line);
        if (labels != null) {
            assertTrue(labelsAreWhole(labels), () -> "labels of " + line);
        }
        final String key = name + (labels == null ? "" : "{" + labels + "}");
        final double number = value.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(value);
        assertEquals(null, family.samples().put(key, number), () -> "twice: " + line);
    }

    private static boolean labelsAreWhole(final String labels) {
        final Set<String> names = new HashSet<>();
        final Matcher label = LABEL.matcher(labels);
        int end = 0;
        while (label.find() && label.start() == end) {
            assertTrue(names.add(label.group(1)), () -> "label twice: " + labels);
            end = label.end();
        }
        return end == labels.length();
    }

    private void check(final String name, final Family family) {
        if (family.type().equals("counter")) {
            assertTrue(name.endsWith("_total"), () -> "a counter without _total: " + name);
            family.samples().forEach((sample, value) -> assertTrue(value >= 0, sample));
        }
        if (family.type().equals("histogram")) {
            checkHistogram(name, family);
        }
    }

    private static void checkHistogram(final String name, final Family family) {
        final List<Double> buckets = new ArrayList<>();
        family.samples().forEach((sample, value) -> {
            if (sample.startsWith(name + "_bucket")) {
                assertTrue(buckets.isEmpty() || buckets.get(buckets.size() - 1) <= value, sample);
                buckets.add(value);
            }
        });
        assertEquals(family.samples().get(name + "_bucket{le=\"+Inf\"}"), buckets.get(buckets.size() - 1), name);
        assertEquals(family.samples().get(name + "_count"), buckets.get(buckets.size() - 1), name);
        assertNotNull(family.samples().get(name + "_sum"), name);
    }
}
