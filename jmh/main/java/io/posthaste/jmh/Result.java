package io.posthaste.jmh;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What JMH's JSON says about one benchmark with one choice of parameters.
 *
 * @param type simple name of its class
 * @param method its own name
 * @param parameters {@code name=value} of each, in order of their names; may be empty
 * @param isThroughput whether a greater score is the better one
 * @param unit of the score
 * @param forkScores of each process the median of its iterations
 * @param bytesPerOperation what it allocates; NaN when that was not measured
 */
record Result(
        String type,
        String method,
        String parameters,
        boolean isThroughput,
        String unit,
        List<Double> forkScores,
        double bytesPerOperation) {
    private static final String THROUGHPUT = "thrpt";
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    static Result of(final JsonObject json) {
        final String name = json.getString("benchmark");
        final int methodStart = name.lastIndexOf('.') + 1;
        final JsonObject metric = json.getObject("primaryMetric");
        final JsonObject allocation = json.getObject("secondaryMetrics").getObject(ALLOCATION);
        final List<Double> forkScores = new ArrayList<>();
        for (final Object fork : metric.getArray("rawData")) {
            forkScores.add(median(numbers((JsonArray) fork)));
        }
        return new Result(
                name.substring(name.lastIndexOf('.', methodStart - 2) + 1, methodStart - 1),
                name.substring(methodStart),
                parameters(json.getObject("params", new JsonObject())),
                THROUGHPUT.equals(json.getString("mode")),
                metric.getString("scoreUnit"),
                List.copyOf(forkScores),
                allocation == null ? Double.NaN : allocation.getDouble("score"));
    }

    /** The median of the processes. */
    double score() {
        return median(forkScores);
    }

    double leastScore() {
        return forkScores.stream().min(Comparator.naturalOrder()).orElseThrow();
    }

    double greatestScore() {
        return forkScores.stream().max(Comparator.naturalOrder()).orElseThrow();
    }

    private static String parameters(final JsonObject parameters) {
        return parameters.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + '=' + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private static List<Double> numbers(final JsonArray array) {
        return array.stream().map(value -> ((Number) value).doubleValue()).toList();
    }

    private static double median(final List<Double> values) {
        final List<Double> sorted = values.stream().sorted().toList();
        final int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
