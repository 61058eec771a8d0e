package io.posthaste.jmh;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark still runs, and what must not allocate does not. The times it takes mean nothing. */
class BenchmarksSmokeTest {
    private static final Path SOURCES = Path.of("main", "java");
    private static final Pattern BENCHMARK = Pattern.compile("^\\s*@Benchmark\\s*$", Pattern.MULTILINE);

    private static final TimeValue ITERATION = TimeValue.milliseconds(20);

    /** Calls in one measurement: so many that what the harness itself allocates, about 6 KB, is less than a byte for each. */
    private static final int BATCH = 10_000;

    private static final int ROUNDS = 2;
    private static final double TOLERATED_BYTES = 1.0;

    @Test
    void shouldRunEveryBenchmarkInTheSources() throws IOException, RunnerException {
        final Collection<RunResult> results = new Runner(inProcess()
                        .warmupIterations(1)
                        .warmupTime(ITERATION)
                        .measurementIterations(1)
                        .measurementTime(ITERATION)
                        .build())
                .run();

        assertEquals(
                benchmarkClasses(),
                results.stream()
                        .map(result -> className(result.getParams().getBenchmark()))
                        .collect(Collectors.toCollection(TreeSet::new)));
        assertAll(results.stream()
                .map(result -> () -> assertTrue(
                        result.getPrimaryResult().getScore() > 0,
                        () -> label(result) + ": " + result.getPrimaryResult().getScore())));
    }

    @Test
    void shouldAllocateNothingInParsersSessionsAndQueues() throws RunnerException {
        assertAllocateNothing(
                inProcess().include("CommandParseBenchmark|SessionTransactionBenchmark|HandOffBenchmark"));
    }

    @Test
    void shouldAllocateNothingInScanners() throws RunnerException {
        // The hostile shape takes the same way through the code, but too long for a smoke run.
        assertAllocateNothing(
                inProcess().include("EndOfDataBenchmark").param("shape", "TEXT_76", "LONG_LINES", "SHORT_LINES"));
    }

    private static void assertAllocateNothing(final ChainedOptionsBuilder chosen) throws RunnerException {
        final Collection<RunResult> results = new Runner(chosen.exclude("\\.baseline")
                        .mode(Mode.SingleShotTime)
                        .warmupIterations(1)
                        .warmupBatchSize(BATCH)
                        .measurementIterations(ROUNDS)
                        .measurementBatchSize(BATCH)
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();

        assertFalse(results.isEmpty());
        assertAll(results.stream()
                .map(result -> () -> assertTrue(
                        bytesAllocated(result) < TOLERATED_BYTES,
                        () -> label(result) + " allocates " + bytesAllocated(result) + " B a call")));
    }

    private static ChainedOptionsBuilder inProcess() {
        return new OptionsBuilder().forks(0).shouldFailOnError(true).verbosity(VerboseMode.SILENT);
    }

    /**
     * Bytes a call. The least of the rounds counts, as the compiler or the harness may allocate during one of them;
     * what the benchmark itself allocates shows in each.
     */
    private static double bytesAllocated(final RunResult result) {
        return result.getBenchmarkResults().stream()
                .flatMap(benchmark -> benchmark.getIterationResults().stream())
                .mapToDouble(BenchmarksSmokeTest::bytesPerCall)
                .min()
                .orElseThrow();
    }

    /** JMH calls a whole batch one operation. */
    private static double bytesPerCall(final IterationResult iteration) {
        return iteration.getSecondaryResults().get("gc.alloc.rate.norm").getScore() / BATCH;
    }

    /** Classes with a benchmark in them, as the sources say: one that the annotation processor missed is here all the same. */
    private static Set<String> benchmarkClasses() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> BENCHMARK.matcher(text(file)).find())
                    .map(file -> SOURCES.relativize(file).toString())
                    .map(file ->
                            file.substring(0, file.length() - ".java".length()).replaceAll("[/\\\\]", "."))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String text(final Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String className(final String benchmark) {
        return benchmark.substring(0, benchmark.lastIndexOf('.'));
    }

    private static String label(final RunResult result) {
        return result.getParams().id();
    }
}
