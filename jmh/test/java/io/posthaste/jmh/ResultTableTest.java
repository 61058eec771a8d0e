package io.posthaste.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResultTableTest {
    private static final String HEAD = "OpenJDK 17.0.15, 3 processes for each row, JMH 1.37.\n"
            + "\n"
            + "| benchmark | baseline | ratio | range | ours | B/op | baseline B/op |\n"
            + "|---|---|---|---|---|---|---|\n";

    @Test
    void shouldCompareMediansOfProcesses() throws Exception {
        assertEquals(
                HEAD + "| Parse.mail | baselineMailAsString | **0.100** | 0.0350 to 0.225 | 10.0 ns/op | < 1 | 320 |\n",
                ResultTable.of(results(
                        result("Parse.mail", "avgt", "{}", "[[9, 6, 7], [10, 8, 12], [18, 18, 18]]", 0.004),
                        result(
                                "Parse.baselineMailAsString",
                                "avgt",
                                "{}",
                                "[[200, 200, 200], [100, 90, 105], [80, 80, 80]]",
                                320.2))));
    }

    @Test
    void shouldInvertThroughputAndPutTheWorstFirst() throws Exception {
        assertEquals(
                HEAD
                        + "| Scan.scan (shape=DOTS) | baselineScanByByte | **2.00** | 2.00 to 2.00 | 5.00 ns/op | < 1 | < 1 |\n"
                        + "| Scan.scan (shape=TEXT) | baselineScanByByte | **0.100** | 0.100 to 0.100 | 100 ns/op | < 1 | < 1 |\n",
                ResultTable.of(results(
                        result("Scan.scan", "thrpt", "{\"shape\":\"TEXT\"}", "[[100],[100],[100]]", 0),
                        result("Scan.scan", "thrpt", "{\"shape\":\"DOTS\"}", "[[5],[5],[5]]", 0),
                        result("Scan.baselineScanByByte", "thrpt", "{\"shape\":\"TEXT\"}", "[[10],[10],[10]]", 0),
                        result("Scan.baselineScanByByte", "thrpt", "{\"shape\":\"DOTS\"}", "[[10],[10],[10]]", 0))));
    }

    @Test
    void shouldListApartWhatHasNoBaseline() throws Exception {
        assertEquals(
                HEAD
                        + "\n| without a baseline | ours | B/op |\n|---|---|---|\n| Session.pipelined | 900 ns/op | 16 |\n",
                ResultTable.of(results(result("Session.pipelined", "avgt", "{}", "[[900],[900],[900]]", 16))));
    }

    @Test
    void shouldRefuseABaselineThatStandsAlone() {
        assertThrows(
                IllegalArgumentException.class,
                () -> ResultTable.of(results(result("Parse.baselineMail", "avgt", "{}", "[[1],[1],[1]]", 0))));
    }

    private static String results(final String... results) {
        return Stream.of(results).collect(Collectors.joining(",", "[", "]"));
    }

    /** An entry as JMH writes it, as far as it counts here. */
    private static String result(
            final String name, final String mode, final String params, final String rawData, final double bytes) {
        return """
                {"jmhVersion": "1.37", "benchmark": "io.posthaste.jmh.%s", "mode": "%s", "forks": 3,
                 "vmName": "OpenJDK", "vmVersion": "17.0.15", "params": %s,
                 "primaryMetric": {"score": 1.0, "scoreUnit": "ns/op", "rawData": %s},
                 "secondaryMetrics": {"gc.alloc.rate.norm": {"score": %s, "scoreUnit": "B/op"}}}
                """.formatted(name.replace(".", "Benchmark."), mode, params, rawData, bytes);
    }
}
