package io.posthaste.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.Figure;
import io.posthaste.envelope.Envelope;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.policy.PasswordHash;
import io.posthaste.server.RawClient;
import io.posthaste.server.SmtpServer;
import io.posthaste.server.Waiting;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsEngineChoice;
import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server is asked over HTTP what it did, whether it lives, and whether it is ready. */
@Timeout(60)
final class MonitorServerTest {
    private final Store store = new Store();
    private SmtpServer server;
    private MonitorServer monitor;

    @BeforeEach
    void start() throws IOException {
        server = SmtpServer.builder()
                .hostname("mx.example")
                .listen(InetAddress.getLoopbackAddress().getHostAddress(), 0)
                .reactors(2)
                .deliverTo(store)
                .start();
        monitor = MonitorServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), server);
    }

    @AfterEach
    void stop() throws IOException {
        store.mayAnswer.countDown();
        monitor.close();
        server.close();
    }

    // ---- metrics

    @Test
    void shouldExportEachCounterOnceWithHelp() throws Exception {
        final Exposition metrics = scrape();
        final Set<String> seen = new HashSet<>();
        for (final Counter counter : EnumSet.complementOf(ExportedCounter.BY_CAUSE)) {
            final ExportedCounter exported = ExportedCounter.of(counter);
            final String family = "posthaste_" + exported.family() + "_total";
            assertTrue(family.matches("[a-z][a-z0-9_]*"), family);
            final String sample = exported.label() == null
                    ? family
                    : family + "{" + exported.label() + "=\"" + exported.labelValue() + "\"}";
            assertEquals(0, metrics.value(sample), sample);
            assertTrue(seen.add(sample), () -> "twice: " + sample);
            assertEquals("counter", metrics.type(family));
            assertTrue(metrics.help(family).length() > 10, () -> "give " + counter + " a HELP in ExportedCounter");
            assertTrue(metrics.help(family).endsWith("."), () -> metrics.help(family));
        }
    }

    @Test
    void shouldExportEachCloseReasonOnce() throws Exception {
        assertEquals(
                Arrays.stream(CloseReason.values())
                        .map(reason -> reason.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet()),
                scrape().byLabel("posthaste_connections_closed_total").keySet());
    }

    @Test
    void shouldTellOfCertificatesAndOfFilesThatAreReadAnew(@TempDir final Path directory) throws Exception {
        final Instant made = Instant.parse("2026-11-01T00:00:00Z");
        TlsFixtures.pair(directory, "a", "a.test", made);
        TlsFixtures.pair(directory, "b", "b.test", made.plus(1, ChronoUnit.DAYS));
        final Path list = Files.writeString(directory.resolve("list"), "# nothing yet\n");
        final Path users = Files.writeString(
                directory.resolve("users"), "ann:" + PasswordHash.of("right".toCharArray(), 1000) + "\n");
        try (SmtpServer other = SmtpServer.builder()
                        .listen(InetAddress.getLoopbackAddress().getHostAddress(), 0)
                        .tls(new TlsConfig(null, null, directory, null, false, "mx.test"))
                        .recipients(list)
                        .blockSenders(list)
                        .blockNetworks(list)
                        .allowNetworks(list)
                        .authUsers(users)
                        .start();
                MonitorServer watching =
                        MonitorServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), other)) {
            final Exposition metrics = HttpGet.scrape(watching.address());
            final long endOfFirst = made.plus(365, ChronoUnit.DAYS).getEpochSecond();
            assertEquals(
                    Map.of(
                            directory.resolve("a.crt").toString(),
                            (double) endOfFirst,
                            directory.resolve("b.crt").toString(),
                            (double) endOfFirst + Duration.ofDays(1).toSeconds()),
                    metrics.byLabel("posthaste_tls_certificate_expiry_timestamp_seconds"));
            final Map<String, Double> none = new HashMap<>();
            for (final String what : List.of(
                    "certificates", "recipients", "block_senders", "block_networks", "allow_networks", "auth_users")) {
                none.put(what, 0.0);
            }
            for (final String name : List.of("reloads_total", "reload_failures_total", "reload_faults")) {
                assertEquals(none, metrics.byLabel("posthaste_" + name), name);
            }
            final Map<String, Double> successes = metrics.byLabel("posthaste_reload_last_success_timestamp_seconds");
            assertEquals(none.keySet(), successes.keySet());
            assertTrue(
                    successes.values().stream().allMatch(seconds -> seconds > endOfFirst - 366 * 86400.0), "the start");
        }
        assertFalse(scrape().families().stream().anyMatch(family -> family.contains("reload")), "where there are none");
    }

    @Test
    void shouldExportEachCauseOfAFailedHandshakeOnce() throws Exception {
        assertEquals(
                Arrays.stream(HandshakeFailure.values())
                        .map(cause -> cause.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet()),
                scrape().byLabel("posthaste_tls_handshake_failures_total").keySet());
    }

    @Test
    void shouldTellWhatHappened() throws Exception {
        try (RawClient client = RawClient.greeted(server.port());
                RawClient witness = RawClient.greeted(server.port())) {
            client.mails("Subject: one", "", "text").expects(250);
            client.mails("Subject: two", "", "text").expects(250);
            client.sends("MAIL FROM:<a@client.example>").expects(250);
            final Exposition during = scrape();
            assertEquals(2, during.value("posthaste_connections_accepted_total"));
            assertEquals(
                    2,
                    during.byLabel("posthaste_connections_open").values().stream()
                            .mapToDouble(Double::doubleValue)
                            .sum());
            assertEquals(
                    Set.of("0", "1"),
                    during.byLabel("posthaste_connections_open").keySet());
            assertEquals(3, during.value("posthaste_transactions_total"));
            assertEquals(1, during.value("posthaste_transactions_open"));
            assertEquals(0, during.value("posthaste_envelopes_in_flight"));
            client.sends("QUIT").expects(221);
            client.expectsEnd();
            Waiting.until(witness, "the close", () -> server.status().count(CloseReason.QUIT) == 1);
        }
        final Exposition metrics = scrape();
        assertEquals(2, metrics.value("posthaste_messages_accepted_total"));
        assertEquals(2 * "Subject: one\r\n\r\ntext\r\n".length(), metrics.value("posthaste_content_bytes_total"));
        assertEquals(2, metrics.value("posthaste_replies_total{code=\"354\"}"));
        assertEquals(1, metrics.value("posthaste_replies_total{code=\"221\"}"));
        assertFalse(metrics.byLabel("posthaste_replies_total").containsKey("550"), "codes that were not given");
        assertEquals(1, metrics.value("posthaste_connections_closed_total{reason=\"quit\"}"));
        assertEquals(2, metrics.value("posthaste_content_reception_seconds_count"));
        assertEquals(2, metrics.value("posthaste_acknowledgement_wait_seconds_count"));
        assertTrue(metrics.value("posthaste_session_duration_seconds_count") >= 1);
        assertEquals(0, metrics.value("posthaste_tls_handshake_duration_seconds_count"));
        assertTrue(metrics.value("posthaste_reactor_cycle_seconds_count") > 0);
        assertTrue(metrics.value("posthaste_reactor_since_turn_seconds{reactor=\"0\"}") < 10);
        assertEquals(
                1, metrics.value("posthaste_acknowledgement_info{delivery=\"a \\\"store\\\"\",level=\"handler\"}"));
        assertEquals(server.status().memoryBudget(), metrics.value("posthaste_memory_budget_bytes"));
        assertTrue(metrics.value("posthaste_memory_allocated_bytes") >= metrics.value("posthaste_memory_in_use_bytes"));
        assertEquals(8192, metrics.value("posthaste_queue_capacity"));
        assertEquals(Map.of("0", 0.0, "1", 0.0), metrics.byLabel("posthaste_reactor_load_level"), "nothing is refused");
        assertEquals(
                Set.of("0", "1"),
                metrics.byLabel("posthaste_reactor_lag_seconds").keySet());
        assertEquals(Map.of("0", 0.0, "1", 0.0), metrics.byLabel("posthaste_tls_connections_open"));
        assertEquals(0, metrics.value("posthaste_clients_counted"), "loopback is exempt");
        assertEquals(server.status().clientPlaces(), metrics.value("posthaste_clients_limit"));
        assertEquals(0, metrics.value("posthaste_policy_wait_seconds_count"));
    }

    /** Whether the documented install has BoringSSL, one sees here. */
    @ParameterizedTest
    @EnumSource(value = TlsEngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void shouldTellWhatDoesTls(final TlsEngineChoice engine) throws Exception {
        assertFalse(scrape().sampleNames().contains("posthaste_tls_info"), "without TLS");
        try (SmtpServer secure = SmtpServer.builder()
                        .listen("127.0.0.1", 0)
                        .tls(TlsConfig.selfSigned("mx.example"))
                        .tlsEngine(engine)
                        .start();
                MonitorServer other =
                        MonitorServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), secure)) {
            final Exposition metrics = HttpGet.scrape(other.address());
            final String name = engine == TlsEngineChoice.JDK ? "jdk" : "boringssl";
            final String version = secure.status().tlsEngine().orElseThrow().version();
            assertEquals(1, metrics.value("posthaste_tls_info{engine=\"" + name + "\",version=\"" + version + "\"}"));
        }
    }

    @Test
    void shouldTellOfMessagesThatAreWithTheDelivery() throws Exception {
        store.holds = true;
        try (RawClient client = RawClient.greeted(server.port())) {
            client.mails("held");
            store.isAsked.await();
            assertEquals(1, scrape().value("posthaste_envelopes_in_flight"));
            assertEquals(0, scrape().value("posthaste_queue_depth"));
            store.mayAnswer.countDown();
            client.expects(250);
        }
        assertEquals(0, scrape().value("posthaste_envelopes_in_flight"));
    }

    @Test
    void shouldExportTheFiguresOfTheDelivery() throws Exception {
        final Exposition metrics = scrape();
        assertEquals("counter", metrics.type("posthaste_store_asked_total"));
        assertEquals("gauge", metrics.type("posthaste_store_size_bytes"));
        assertEquals(4096, metrics.value("posthaste_store_size_bytes"));
        store.size = 8192;
        assertEquals(8192, scrape().value("posthaste_store_size_bytes"));
    }

    @Test
    void shouldTellOfTheVirtualMachine() throws Exception {
        final Set<String> families = scrape().families();
        assertTrue(
                families.containsAll(List.of(
                        "jvm_memory_used_bytes",
                        "jvm_gc_collection_seconds",
                        "jvm_threads_current",
                        "process_open_fds")),
                families::toString);
    }

    /** Prometheus asks for protobuf first where native histograms are on. */
    @Test
    void shouldAnswerInTextWhateverIsAskedFor() throws Exception {
        final HttpResponse<String> response = HttpGet.send(
                monitor.address(),
                "/metrics",
                "GET",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,"
                        + "text/plain;version=0.0.4;q=0.3");
        assertEquals(200, response.statusCode());
        Exposition.parse(response.body());
    }

    // ---- health and readiness

    @Test
    void shouldSayThatItLivesAndIsReady() throws Exception {
        assertAnswer(200, "ok", "/healthz");
        assertAnswer(200, "ok", "/readyz");
    }

    @Test
    void shouldNotBeReadyBeforeItStops() throws Exception {
        server.retire();
        assertAnswer(503, "stopping", "/readyz");
        assertAnswer(200, "ok", "/healthz");
        try (RawClient late = RawClient.greeted(server.port())) {
            late.mails("still taken").expects(250);
        }
    }

    @Test
    void shouldNotBeReadyWhileTheDeliveryCannotTakeMail() throws Exception {
        store.obstacle = Optional.of("the store is full");
        assertAnswer(503, "the store is full", "/readyz");
        assertAnswer(200, "ok", "/healthz");
        store.obstacle = Optional.empty();
        assertAnswer(200, "ok", "/readyz");
    }

    @Test
    void shouldAnswerBesidesAQuestionThatHangs() throws Exception {
        store.hangsWhenAsked = true;
        final Thread prober = new Thread(() -> {
            try {
                assertAnswer(200, "ok", "/readyz");
            } catch (final Exception e) {
                throw new AssertionError(e);
            }
        });
        prober.start();
        store.isAsked.await();
        for (int i = 0; i < 3; i++) {
            assertAnswer(503, "the question before is not answered yet", "/readyz");
        }
        assertAnswer(200, "ok", "/healthz");
        store.mayAnswer.countDown();
        prober.join();
    }

    // ---- HTTP

    @Test
    void shouldKnowItsPathsAndMethodsOnly() throws Exception {
        assertEquals(404, HttpGet.get(monitor.address(), "/").statusCode());
        assertEquals(404, HttpGet.get(monitor.address(), "/metrics/more").statusCode());
        assertEquals(404, HttpGet.get(monitor.address(), "/healthzzz").statusCode());
        for (final String path : List.of("/metrics", "/healthz", "/readyz")) {
            assertEquals(
                    405, HttpGet.send(monitor.address(), path, "POST", "*/*").statusCode(), path);
            assertEquals(
                    200, HttpGet.send(monitor.address(), path, "HEAD", "*/*").statusCode(), path);
        }
    }

    @Test
    void shouldSayWhichAddressItCannotListenOn() {
        final IOException failure =
                assertThrows(IOException.class, () -> MonitorServer.start(monitor.address(), server));
        assertTrue(failure.getMessage().startsWith("cannot listen on 127.0.0.1:"), failure.getMessage());
    }

    private Exposition scrape() throws IOException, InterruptedException {
        return HttpGet.scrape(monitor.address());
    }

    private void assertAnswer(final int code, final String line, final String path)
            throws IOException, InterruptedException {
        final HttpResponse<String> response = HttpGet.get(monitor.address(), path);
        assertEquals(code + " " + line + "\n", response.statusCode() + " " + response.body());
    }

    /** Keeps nothing, and says of itself what it is told to. */
    private static final class Store implements Delivery {
        private final CountDownLatch isAsked = new CountDownLatch(1);
        private final CountDownLatch mayAnswer = new CountDownLatch(1);
        private volatile Optional<String> obstacle = Optional.empty();
        private volatile boolean hangsWhenAsked;
        private volatile boolean holds;
        private volatile long size = 4096;

        @Override
        public AcknowledgementLevel acknowledgementLevel() {
            return AcknowledgementLevel.HANDLER;
        }

        @Override
        public String description() {
            return "a \"store\"";
        }

        @Override
        public Optional<String> obstacle() {
            if (hangsWhenAsked) {
                await();
            }
            return obstacle;
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("store_asked", "Times it was asked.", true, 1),
                    new Figure("store_size_bytes", "How large it is.", false, size));
        }

        @Override
        public void append(final Envelope envelope) {}

        @Override
        public void commit() {
            if (holds) {
                await();
            }
        }

        @Override
        public void close() {}

        private void await() {
            isAsked.countDown();
            try {
                mayAnswer.await();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
