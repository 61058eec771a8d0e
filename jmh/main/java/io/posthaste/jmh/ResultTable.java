package io.posthaste.jmh;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes Markdown of the JSON that a run has written: what each benchmark costs as a ratio to its baselines, the worst first,
 * then what those without a baseline cost. A ratio is that of the medians of all processes; its range goes from the best
 * process of ours against the worst of the baseline to the contrary.
 */
public final class ResultTable {
    private final List<Result> results;

    ResultTable(final List<Result> results) {
        this.results = results;
    }

    /** @param arguments the file that {@code -rf json -rff FILE} has written; the tables go to standard output */
    public static void main(final String[] arguments) throws IOException, JsonParserException {
        if (arguments.length != 1) {
            System.err.println("usage: ResultTable RESULTS.json");
            System.exit(2);
        }
        System.out.print(of(Files.readString(Path.of(arguments[0]))));
    }

    /** The tables for the text of such a file. */
    static String of(final String json) throws JsonParserException {
        final JsonArray array = JsonParser.array().from(json);
        final List<Result> results = new ArrayList<>();
        for (final Object result : array) {
            results.add(Result.of((JsonObject) result));
        }
        final JsonObject first = array.getObject(0);
        return String.format(
                Locale.ROOT,
                "%s %s, %d processes for each row, JMH %s.%n%n%s",
                first.getString("vmName"),
                first.getString("vmVersion"),
                first.getInt("forks"),
                first.getString("jmhVersion"),
                new ResultTable(results).render());
    }

    private String render() {
        final StringBuilder text = new StringBuilder(
                        "| benchmark | baseline | ratio | range | ours | B/op | baseline B/op |\n")
                .append("|---|---|---|---|---|---|---|\n");
        results.stream()
                .filter(result -> Baselines.isBaseline(result.method()))
                .map(baseline -> new Comparison(ours(baseline), baseline))
                .sorted(Comparator.comparingDouble(Comparison::ratio).reversed())
                .forEach(comparison -> text.append(comparison.row()));
        final Set<Result> compared = results.stream()
                .filter(result -> Baselines.isBaseline(result.method()))
                .map(this::ours)
                .collect(Collectors.toSet());
        final List<Result> others = results.stream()
                .filter(result -> !Baselines.isBaseline(result.method()) && !compared.contains(result))
                .toList();
        if (!others.isEmpty()) {
            text.append("\n| without a baseline | ours | B/op |\n|---|---|---|\n");
            others.forEach(result -> text.append(cells(name(result), score(result), bytes(result))));
        }
        return text.toString();
    }

    private Result ours(final Result baseline) {
        final List<Result> sameKind = results.stream()
                .filter(result -> result.type().equals(baseline.type())
                        && result.parameters().equals(baseline.parameters()))
                .toList();
        final Collection<String> methods = sameKind.stream().map(Result::method).toList();
        final String method = Baselines.counterpart(baseline.method(), methods)
                .orElseThrow(() -> new IllegalArgumentException("nothing to compare with: " + baseline));
        return sameKind.stream()
                .filter(result -> result.method().equals(method))
                .findFirst()
                .orElseThrow();
    }

    private record Comparison(Result ours, Result baseline) {
        /** Below 1, ours costs less. */
        double ratio() {
            return cost(ours.score(), baseline.score());
        }

        String row() {
            final double oneEnd = cost(ours.leastScore(), baseline.greatestScore());
            final double otherEnd = cost(ours.greatestScore(), baseline.leastScore());
            return cells(
                    name(ours),
                    baseline.method(),
                    "**" + threeDigits(ratio()) + "**",
                    threeDigits(Math.min(oneEnd, otherEnd)) + " to " + threeDigits(Math.max(oneEnd, otherEnd)),
                    score(ours),
                    bytes(ours),
                    bytes(baseline));
        }

        private double cost(final double ourScore, final double itsScore) {
            return ours.isThroughput() ? itsScore / ourScore : ourScore / itsScore;
        }
    }

    private static String name(final Result result) {
        final String name = result.type().replaceFirst("Benchmark$", "") + '.' + result.method();
        return result.parameters().isEmpty() ? name : name + " (" + result.parameters() + ')';
    }

    private static String score(final Result result) {
        return threeDigits(result.score()) + ' ' + result.unit();
    }

    /** Less than a byte stands for none: it is what the harness itself allocates. */
    private static String bytes(final Result result) {
        final double bytes = result.bytesPerOperation();
        if (Double.isNaN(bytes)) {
            return "not measured";
        }
        return bytes < 1 ? "< 1" : String.format(Locale.ROOT, "%.0f", bytes);
    }

    private static String threeDigits(final double value) {
        return value >= 100 ? String.format(Locale.ROOT, "%.0f", value) : String.format(Locale.ROOT, "%.3g", value);
    }

    private static String cells(final String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
