package io.posthaste.conformance;

import io.posthaste.conformance.CaseResult.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Results as text: a table of the groups, then each failure, those of MUST first.
 *
 * @param results in the order of the suite
 */
public record ProbeReport(List<CaseResult> results) {
    private static final String TOTAL = "total";
    private static final String ROW = "%-12s %6d %7d %9d %11d %8d %8d%n";
    private static final String HEADING = String.format(
            ROW.replace('d', 's'), "group", "cases", "passed", "MUST fail", "SHOULD fail", "MAY fail", "skipped");

    public ProbeReport {
        results = List.copyOf(results);
    }

    /** Whether a MUST was violated. */
    public boolean hasViolation() {
        return results.stream().anyMatch(CaseResult::isViolation);
    }

    /** The table, one row for each group. */
    public String table() {
        final Map<String, List<CaseResult>> groups = new LinkedHashMap<>();
        results.forEach(
                result -> groups.computeIfAbsent(result.conformanceCase().group(), group -> new ArrayList<>())
                        .add(result));
        groups.put(TOTAL, results);
        final StringBuilder table = new StringBuilder(HEADING);
        groups.forEach((group, ofGroup) -> table.append(String.format(
                Locale.ROOT,
                ROW,
                group,
                ofGroup.size(),
                count(ofGroup, Verdict.PASSED),
                failed(ofGroup, Level.MUST),
                failed(ofGroup, Level.SHOULD),
                failed(ofGroup, Level.MAY),
                count(ofGroup, Verdict.SKIPPED))));
        return table.toString();
    }

    /**
     * Each failure.
     *
     * @param dialogues whether with its dialogue
     */
    public String failures(final boolean dialogues) {
        final StringBuilder text = new StringBuilder();
        results.stream()
                .filter(result -> result.verdict() == Verdict.FAILED)
                .sorted(Comparator.comparing(result -> result.conformanceCase().level()))
                .forEach(result -> append(text, result, dialogues));
        return text.toString();
    }

    private static void append(final StringBuilder text, final CaseResult result, final boolean dialogues) {
        final ConformanceCase failed = result.conformanceCase();
        text.append(String.format("%n%s %s: %s (%s)%n", failed.level(), failed.id(), failed.title(), failed.rfc()));
        text.append(String.format("    expected %s%n    came     %s%n", result.expected(), result.came()));
        if (dialogues) {
            result.transcript().forEach(line -> text.append(String.format("      %s%n", line)));
        }
    }

    private static long count(final List<CaseResult> results, final Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }

    private static long failed(final List<CaseResult> results, final Level level) {
        return results.stream()
                .filter(result -> result.verdict() == Verdict.FAILED)
                .filter(result -> result.conformanceCase().level() == level)
                .count();
    }
}
