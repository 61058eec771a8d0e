package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonObject;
import io.posthaste.monitor.HttpGet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a real Prometheus gets from a server under mixed traffic, asked by the board's queries; and the alerts. */
@Timeout(180)
final class PrometheusTest {
    private static final Path DOCUMENTS = Path.of(System.getProperty("basedir", ""), "..", "docs", "operations");
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(45);

    /** Of what the board asks for: all that this traffic does not bring about, and so is 0. */
    private static final Set<String> NEVER = Set.of(
            "Messages B", // the delivery fails
            "Messages C", // the delivery refuses
            "Messages D", // a client goes before the 250 it waits for
            "New connections B", // too many connections
            "New connections C", // too few open files
            "Before the delivery A", // at the moment of a scrape there may be none
            "Before the delivery B",
            "Before the delivery C",
            "Limits reached B", // too little memory
            "Limits reached C", // the queue is full
            "TLS handshakes D", // too many handshakes
            "DNS lists D", // a list does not answer
            "DNS lists E", // too many look-ups
            "Files read anew A", // a file changes
            "Files read anew B", // is wrong
            "Files read anew C",
            "Logging in C", // nobody can decide
            "Logging in D", // nobody has to log in
            "Load level A", // nothing is refused for load
            "Event loop lag A",
            "Heap in use A", // the old generation was not collected yet
            "Refused for load A",
            "Refused for load B",
            "Refused by lists A", // there are no lists
            "Refused by lists B",
            "Refused by lists C",
            "Clients without a place A", // the table is large
            "Clients without a place B",
            "Policies C", // policies answer
            "Policies D",
            "Policies E",
            "Before the workers A", // at the moment of a scrape there may be none
            "Before the workers B",
            "TLS connections open A",
            "Balancers B", // the balancer sends headers, and for clients only
            "Balancers C",
            "Balancers D",
            "Clients out of step A", // nobody is kept waiting for the greeting
            "Clients out of step B",
            "Faults A",
            "Faults B",
            "Faults C",
            "Faults D",
            "Relay connections open A", // the next server is away
            "Relay connections A",
            "Relay connections C",
            "Relay connections D",
            "Recipients forwarded B", // a target defers recipients; one that is away defers none
            "Recipients forwarded C"); // given up

    @TempDir
    private Path directory;

    private static void requireInstalled(final String program) {
        assumeTrue(
                Prometheus.program(program).isPresent(),
                program + " is not installed (Debian: apt-get install prometheus)");
    }

    @Test
    void shouldFillEveryPanelOfTheBoard() throws Exception {
        requireInstalled("prometheus");
        try (MixedTraffic traffic = MixedTraffic.start(directory);
                Prometheus prometheus =
                        Prometheus.start(directory, traffic.monitor(), DOCUMENTS.resolve("alerts.yml"))) {
            final String instance = "127.0.0.1:" + traffic.monitor().getPort();
            final Map<String, GrafanaBoard.Query> missing = new LinkedHashMap<>();
            GrafanaBoard.read(DOCUMENTS.resolve("grafana.json"))
                    .queries()
                    .forEach(query -> missing.put(query.panel() + " " + query.refId(), query));
            final Set<String> seen = new TreeSet<>();
            final long deadlineNs = System.nanoTime() + PATIENCE_NS;
            while (!missing.isEmpty()) {
                traffic.round();
                for (final Map.Entry<String, GrafanaBoard.Query> each : List.copyOf(missing.entrySet())) {
                    final List<JsonObject> samples =
                            prometheus.query(each.getValue().of(instance, "5s"));
                    if (isAnswer(each.getValue(), samples, NEVER.contains(each.getKey()))) {
                        missing.remove(each.getKey());
                        seen.add(each.getKey());
                    }
                }
                assertTrue(System.nanoTime() - deadlineNs < 0, () -> "without an answer: " + missing.values());
            }
            assertTrue(seen.containsAll(NEVER), () -> "not on the board: " + NEVER);
            assertEquals(List.of(instance), prometheus.labelValues("posthaste_build_info", "instance"));
            assertRulesAreEvaluated(prometheus, deadlineNs);
        }
    }

    /** Series, each with the labels of the legend and a number, which is not 0 for at least one unless that may be. */
    private static boolean isAnswer(
            final GrafanaBoard.Query query, final List<JsonObject> samples, final boolean mayBeZero) {
        for (final JsonObject sample : samples) {
            assertTrue(
                    sample.getObject("metric").keySet().containsAll(query.labels()),
                    () -> query + " has no labels for its legend: " + sample);
        }
        final List<Double> values = samples.stream()
                .map(sample ->
                        Double.valueOf(sample.getArray("value").getString(1).replace("Inf", "Infinity")))
                .toList();
        return !values.isEmpty()
                && values.stream().allMatch(value -> Double.isFinite(value) && value >= 0)
                && (mayBeZero || values.stream().anyMatch(value -> value > 0));
    }

    private static void assertRulesAreEvaluated(final Prometheus prometheus, final long deadlineNs) throws Exception {
        List<JsonObject> rules;
        do {
            rules = prometheus.rules();
            assertTrue(System.nanoTime() - deadlineNs < 0, "the rules are not evaluated");
        } while (rules.stream().anyMatch(rule -> rule.getString("health").equals("unknown")));
        assertTrue(rules.size() >= 22);
        for (final JsonObject rule : rules) {
            assertEquals("ok", rule.getString("health"), rule::toString);
            // Pending may be right: on a busy machine a scrape takes longer than its fifth of a second. When each fires
            // is
            // what the tests of the alerts say.
            assertNotEquals("firing", rule.getString("state"), rule::toString);
        }
    }

    @Test
    void shouldFireTheAlertsWhenTheyAreToAndNoEarlier() throws Exception {
        requireInstalled("promtool");
        assertSucceeds("check", "rules", "alerts.yml");
        assertSucceeds("test", "rules", "alerts_test.yml");
    }

    /** Names, types and help are as Prometheus wants them, without a complaint. */
    @Test
    void shouldExportMetricsThatTheLinterAgreesTo() throws Exception {
        requireInstalled("promtool");
        try (MixedTraffic traffic = MixedTraffic.start(directory)) {
            traffic.round();
            final Path scrape = Files.writeString(
                    directory.resolve("scrape"),
                    HttpGet.get(traffic.monitor(), "/metrics").body());
            final Process process = new ProcessBuilder(
                            Prometheus.program("promtool").orElseThrow().toString(), "check", "metrics")
                    .redirectInput(scrape.toFile())
                    .redirectErrorStream(true)
                    .start();
            final String complaints = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals("", complaints);
            assertEquals(0, process.waitFor());
        }
    }

    private static void assertSucceeds(final String... arguments) throws Exception {
        final List<String> command = new ArrayList<>();
        command.add(Prometheus.program("promtool").orElseThrow().toString());
        command.addAll(List.of(arguments));
        final Process process = new ProcessBuilder(command)
                .directory(DOCUMENTS.toFile())
                .redirectErrorStream(true)
                .start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> command.stream().collect(Collectors.joining(" ")) + "\n" + output);
    }
}
