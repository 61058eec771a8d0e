package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.posthaste.monitor.HttpGet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A real Prometheus, which scrapes one server five times a second. */
final class Prometheus implements AutoCloseable {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Process process;
    private final Path log;
    private final InetSocketAddress address;

    private Prometheus(final Process process, final Path log, final InetSocketAddress address) {
        this.process = process;
        this.log = log;
        this.address = address;
    }

    /** Where one of its programs is, {@code prometheus} or {@code promtool}; empty when it is not installed. */
    static Optional<Path> program(final String name) {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(":")).filter(folder -> !folder.isEmpty()),
                        Stream.of("/usr/bin", "/usr/local/bin"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts it with a file of rules; it answers when this returns. */
    static Prometheus start(final Path directory, final InetSocketAddress target, final Path rules) throws Exception {
        final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Haproxy.freePort());
        final Path log = directory.resolve("prometheus.log");
        final Path file = Files.write(
                directory.resolve("prometheus.yml"),
                List.of(
                        "global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 1s}",
                        "rule_files: ['" + rules.toAbsolutePath().normalize() + "']",
                        "scrape_configs:",
                        "  - job_name: posthaste",
                        "    static_configs: [{targets: ['127.0.0.1:" + target.getPort() + "']}]"));
        final Process process = new ProcessBuilder(
                        program("prometheus").orElseThrow().toString(),
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + directory.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + address.getPort())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        final Prometheus prometheus = new Prometheus(process, log, address);
        prometheus.awaitReady();
        return prometheus;
    }

    private void awaitReady() throws Exception {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
                close();
                throw new AssertionError("Prometheus is not ready: " + Files.readString(log));
            }
            LockSupport.parkNanos(STEP_NS);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return HttpGet.get(address, "/-/ready").statusCode() == 200;
        } catch (final IOException e) {
            return false; // not yet
        }
    }

    /** The samples of an expression now, each with its labels ({@code metric}) and its time and number ({@code value}). */
    List<JsonObject> query(final String expression) throws Exception {
        final JsonObject data = get("query?query=" + encoded(expression)).getObject("data");
        assertEquals("vector", data.getString("resultType"), expression);
        return data.getArray("result").stream().map(JsonObject.class::cast).toList();
    }

    /** The values that a label of a metric has, as a variable of a board asks for them. */
    List<String> labelValues(final String metric, final String label) throws Exception {
        return get("label/" + label + "/values?match[]=" + encoded(metric)).getArray("data").stream()
                .map(String.class::cast)
                .toList();
    }

    /** Its rules, with the health of each. */
    List<JsonObject> rules() throws Exception {
        return get("rules").getObject("data").getArray("groups").stream()
                .flatMap(group -> ((JsonObject) group).getArray("rules").stream())
                .map(JsonObject.class::cast)
                .toList();
    }

    private JsonObject get(final String path) throws IOException, InterruptedException, JsonParserException {
        final HttpResponse<String> response =
                HttpGet.get(address, "/api/v1/" + path.replace("[", "%5B").replace("]", "%5D"));
        assertEquals(200, response.statusCode(), response::body);
        return JsonParser.object().from(response.body());
    }

    private static String encoded(final String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            assertTrue(process.waitFor(PATIENCE_NS, TimeUnit.NANOSECONDS), "Prometheus does not end");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
