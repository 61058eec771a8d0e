package io.posthaste.jmh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * JMH's command line with this project's defaults: a failed benchmark fails the run (JMH would print an empty table and exit
 * 0), five processes (the least that a published number needs), short iterations, allocation measured. Whatever the command
 * line says itself counts instead.
 */
public final class BenchmarkMain {
    private static final String FORKS = "5";
    private static final String ITERATIONS = "5";
    private static final String ITERATION_TIME = "500ms";

    private BenchmarkMain() {}

    /** @param arguments those of JMH: regular expressions that choose benchmarks, and options; {@code -h} lists them */
    public static void main(final String[] arguments) throws IOException {
        Main.main(withDefaults(arguments));
    }

    /** The arguments, and in front of them a default for each option that they leave out. */
    static String[] withDefaults(final String[] arguments) {
        final CommandLineOptions given;
        try {
            given = new CommandLineOptions(arguments);
        } catch (final CommandLineOptionException e) {
            return arguments; // JMH says itself what is wrong with them
        }
        final List<String> result = new ArrayList<>();
        addUnless(given.shouldFailOnError().hasValue(), result, "-foe", "true");
        addUnless(given.getForkCount().hasValue(), result, "-f", FORKS);
        addUnless(given.getWarmupIterations().hasValue(), result, "-wi", ITERATIONS);
        addUnless(given.getWarmupTime().hasValue(), result, "-w", ITERATION_TIME);
        addUnless(given.getMeasurementIterations().hasValue(), result, "-i", ITERATIONS);
        addUnless(given.getMeasurementTime().hasValue(), result, "-r", ITERATION_TIME);
        addUnless(!given.getProfilers().isEmpty(), result, "-prof", "gc");
        Collections.addAll(result, arguments);
        return result.toArray(String[]::new);
    }

    private static void addUnless(
            final boolean isGiven, final List<String> target, final String option, final String value) {
        if (!isGiven) {
            target.add(option);
            target.add(value);
        }
    }
}
