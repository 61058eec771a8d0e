package io.posthaste.jmh;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
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

    private static final TimeValue ITERATION = TimeValue.milliseconds(10);

    /** Operations of more than 10 us: whole blocks of content, many transactions at once. */
    private static final String LONG_OPERATIONS =
            "EndOfDataBenchmark|BareLineEndingsBenchmark|BlockChainBenchmark|BdatTransactionBenchmark";

    /** Its envelopes go to another thread and back: too slow for so many of them, and what it measures is time alone. */
    private static final String PING = "HandOffPingBenchmark";

    /** Calls in one measurement. */
    private static final int CALLS = 10_000;

    private static final int FEWER_CALLS = 1_000;

    /** Enough for hostile content, where each call has thousands of events. */
    private static final int FEWEST_CALLS = 50;

    /**
     * What the harness and other threads of the test allocate in one measurement, about 6 KB, and a margin. For each of the
     * fewer calls it is still less than the smallest object, and so it is for each event of the fewest.
     */
    private static final double TOLERATED_BYTES = 12_000;

    private static final int ROUNDS = 3;

    @Test
    void shouldRunEveryBenchmarkInTheSources() throws IOException, RunnerException {
        final Collection<RunResult> results = new Runner(inProcess()
                        .warmupIterations(0)
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
    void shouldFindWhatEachBaselineIsComparedWith() throws IOException, ClassNotFoundException {
        for (final String type : benchmarkClasses()) {
            final List<String> methods = Stream.of(Class.forName(type).getMethods())
                    .filter(method -> method.isAnnotationPresent(Benchmark.class))
                    .map(Method::getName)
                    .toList();
            assertFalse(methods.isEmpty(), type);
            for (final String method : methods) {
                assertTrue(
                        !Baselines.isBaseline(method)
                                || Baselines.counterpart(method, methods).isPresent(),
                        () -> type + '.' + method + " stands alone");
            }
        }
    }

    @Test
    void shouldAllocateNothing() throws RunnerException {
        assertAllocateNothing(inProcess().exclude(LONG_OPERATIONS), CALLS);
    }

    @Test
    void shouldAllocateNothingInLongOperations() throws RunnerException {
        assertAllocateNothing(
                inProcess()
                        .include(LONG_OPERATIONS)
                        .param("shape", "TEXT_76", "LONG_LINES", "SHORT_LINES")
                        .param("chunk", "TEXT_76", "LONG_LINES"),
                FEWER_CALLS);
    }

    @Test
    void shouldAllocateNothingInHostileContent() throws RunnerException {
        assertAllocateNothing(inProcess().include("EndOfDataBenchmark").param("shape", "STUFFED_DOTS"), FEWEST_CALLS);
        assertAllocateNothing(inProcess().include("BareLineEndingsBenchmark").param("chunk", "BARE_LF"), FEWEST_CALLS);
    }

    private static void assertAllocateNothing(final ChainedOptionsBuilder chosen, final int calls)
            throws RunnerException {
        final Collection<RunResult> results = new Runner(chosen.exclude("\\.baseline")
                        .exclude(PING)
                        .mode(Mode.SingleShotTime)
                        .warmupIterations(1)
                        .warmupBatchSize(calls)
                        .measurementIterations(ROUNDS)
                        .measurementBatchSize(calls)
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();

        assertFalse(results.isEmpty());
        assertAll(results.stream()
                .map(result -> () -> assertTrue(
                        bytesAllocated(result) < TOLERATED_BYTES,
                        () -> label(result) + " allocates " + bytesAllocated(result) + " B in " + calls + " calls")));
    }

    private static ChainedOptionsBuilder inProcess() {
        return new OptionsBuilder().forks(0).shouldFailOnError(true).verbosity(VerboseMode.SILENT);
    }

    /**
     * Bytes in one measurement; JMH calls a whole batch one operation. The least of the rounds counts, as the compiler or
     * the harness may allocate during one of them; what the benchmark itself allocates shows in each.
     */
    private static double bytesAllocated(final RunResult result) {
        return result.getBenchmarkResults().stream()
                .flatMap(benchmark -> benchmark.getIterationResults().stream())
                .mapToDouble(iteration -> iteration
                                .getSecondaryResults()
                                .get("gc.alloc.rate.norm")
                                .getScore()
                        * result.getParams().getOpsPerInvocation())
                .min()
                .orElseThrow();
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
