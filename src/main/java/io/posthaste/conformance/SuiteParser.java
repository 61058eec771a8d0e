package io.posthaste.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads files of cases. A file is a row of sections, each begun by {@code case: ID}, {@code prologue: NAME} or
 * {@code table: NAME}; header lines before the first section are defaults for its cases. Prologues are shared between the
 * files that one parser reads, tables belong to their file.
 *
 * <p>A case with {@code each: TABLE…} stands for one case for each row, or each combination of rows: {@code ${TABLE}} is the
 * value, {@code ${TABLE.name}} the row's name, and the names are appended to the id.
 */
final class SuiteParser {
    private static final Set<String> HEADERS = Set.of("title", "rfc", "level", "needs", "after", "each", "delivers");

    /** Value of {@code delivers} that takes back a default. */
    private static final String ANY = "any";

    private final Map<String, List<Step>> prologues = new HashMap<>();
    private final Set<String> ids = new HashSet<>();
    private final Map<String, Map<String, String>> tables = new HashMap<>();
    private String file;

    /** One row of each table that a case goes through. */
    private record Rows(String idSuffix, Map<String, String> values) {
        String replaceIn(final String text) {
            String result = text;
            for (final Map.Entry<String, String> value : values.entrySet()) {
                result = result.replace("${" + value.getKey() + "}", value.getValue());
            }
            return result;
        }
    }

    /** A section: its first line, headers and body. */
    private static final class Section {
        private final SourceLine first;
        private final Map<String, String> headers;
        private final List<SourceLine> body = new ArrayList<>();

        Section(final SourceLine first, final Map<String, String> defaults) {
            this.first = first;
            this.headers = new HashMap<>(defaults);
        }
    }

    /**
     * Reads a file.
     *
     * @throws SuiteFormatException it does not keep to the format
     */
    List<ConformanceCase> parse(final String fileName, final String text) {
        file = fileName;
        tables.clear();
        final List<ConformanceCase> cases = new ArrayList<>();
        for (final Section section : sections(text)) {
            switch (section.first.keyword()) {
                case "table" -> tables.put(section.first.argument(), rows(section));
                case "prologue" -> prologues.put(section.first.argument(), steps(section, new Rows("", Map.of())));
                default -> addCases(section, cases);
            }
        }
        return cases;
    }

    private List<Section> sections(final String text) {
        final List<Section> sections = new ArrayList<>();
        final Map<String, String> defaults = new HashMap<>();
        Section current = null;
        int number = 0;
        for (final String raw : text.lines().toList()) {
            number++;
            if (raw.isBlank() || raw.stripLeading().startsWith("#")) {
                continue;
            }
            final SourceLine line = SourceLine.of(number, raw);
            if (line.indent() == 0 && List.of("case", "prologue", "table").contains(line.keyword())) {
                current = new Section(line, line.keyword().equals("case") ? defaults : Map.of());
                sections.add(current);
            } else if (line.indent() == 0 && HEADERS.contains(line.keyword())) {
                (current == null ? defaults : current.headers).put(line.keyword(), line.argument());
            } else if (current == null) {
                throw line.fault(file, "a case has to begin first");
            } else {
                current.body.add(line);
            }
        }
        return sections;
    }

    private Map<String, String> rows(final Section section) {
        final Map<String, String> rows = new LinkedHashMap<>();
        for (final SourceLine line : section.body) {
            if (rows.put(line.keyword(), line.argument()) != null) {
                throw line.fault(file, "the row stands twice");
            }
        }
        return rows;
    }

    private void addCases(final Section section, final List<ConformanceCase> cases) {
        List<Rows> combinations = List.of(new Rows("", Map.of()));
        for (final String table : words(section.headers.getOrDefault("each", ""))) {
            if (!tables.containsKey(table)) {
                throw section.first.fault(file, "there is no table " + table);
            }
            combinations = combine(combinations, table);
        }
        for (final Rows rows : combinations) {
            cases.add(newCase(section, rows));
        }
    }

    private List<Rows> combine(final List<Rows> combinations, final String table) {
        final List<Rows> result = new ArrayList<>();
        for (final Rows rows : combinations) {
            for (final Map.Entry<String, String> row : tables.get(table).entrySet()) {
                final Map<String, String> values = new HashMap<>(rows.values);
                values.put(table, row.getValue());
                values.put(table + ".name", row.getKey());
                result.add(new Rows(rows.idSuffix + "." + row.getKey(), values));
            }
        }
        return result;
    }

    private ConformanceCase newCase(final Section section, final Rows rows) {
        final String id = section.first.argument() + rows.idSuffix;
        if (!id.matches("[a-z0-9]+(\\.[a-z0-9-]+)+")) {
            throw section.first.fault(file, "'" + id + "' is no id: write group.name");
        }
        if (!ids.add(id)) {
            throw section.first.fault(file, "the id " + id + " stands twice");
        }
        final String title = rows.replaceIn(header(section, "title"));
        final String[] rfc = header(section, "rfc").split(" ", 2);
        if (rfc.length != 2 || !rfc[0].matches("\\d{3,4}")) {
            throw section.first.fault(file, "write rfc: NUMBER SECTION");
        }
        final List<Step> steps = steps(section, rows);
        if (steps.isEmpty()) {
            throw section.first.fault(file, "a case without steps");
        }
        try {
            final Level level = Level.valueOf(header(section, "level").toUpperCase(Locale.ROOT));
            final List<Requirement> needs = new ArrayList<>();
            for (final String need : section.headers.getOrDefault("needs", "").split(",")) {
                if (!need.isBlank()) {
                    needs.add(new Requirement(need.strip()));
                }
            }
            final String delivers = section.headers.getOrDefault("delivers", ANY);
            return new ConformanceCase(
                    id,
                    title,
                    "RFC " + rfc[0] + " section " + rfc[1],
                    level,
                    needs,
                    steps,
                    delivers.equals(ANY) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(delivers)));
        } catch (final IllegalArgumentException e) {
            throw section.first.fault(file, e.getMessage());
        }
    }

    private List<Step> steps(final Section section, final Rows rows) {
        final List<Step> steps = new ArrayList<>();
        final String prologue = section.headers.get("after");
        if (prologue != null) {
            if (!prologues.containsKey(prologue)) {
                throw section.first.fault(file, "there is no prologue " + prologue);
            }
            steps.addAll(prologues.get(prologue));
        }
        final List<SourceLine> lines = section.body.stream()
                .map(line -> new SourceLine(line.number(), line.indent(), rows.replaceIn(line.text())))
                .toList();
        steps.addAll(new StepParser(file, lines).parse());
        return steps;
    }

    private String header(final Section section, final String name) {
        final String value = section.headers.get(name);
        if (value == null) {
            throw section.first.fault(file, "the case has no " + name);
        }
        return value;
    }

    private static List<String> words(final String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }
}
