package io.posthaste.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.conformance.CaseResult.Verdict;
import io.posthaste.delivery.MessageHandler;
import io.posthaste.policy.PasswordHash;
import io.posthaste.server.SmtpServer;
import io.posthaste.tls.TlsConfig;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our own server, over the network, is held to every case. */
class ServerConformanceTest {
    private static final int LEAST_CASES = 440;
    private static final int LEAST_RUN = 380;
    private static final int LEAST_STARTTLS_CASES = 13;
    private static final int LEAST_AUTH_CASES = 18;

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final DialogueSettings SETTINGS =
            new DialogueSettings("probe@example.com", "recipient@example.com", "probe.example.com", Capabilities.NONE);

    private final List<ConformanceCase> cases = ConformanceSuite.load().cases();

    @Test
    void shouldFailNoCase() throws Exception {
        assertTrue(cases.size() >= LEAST_CASES, () -> cases.size() + " cases");
        try (SmtpServer server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .hostname("mx.example.com")
                .start()) {
            final Prober prober = new Prober(server.addresses().get(0), SETTINGS, TIMEOUT, 8);
            final List<CaseResult> results = prober.run(cases, prober.reconnoitre());
            assertEquals("", failures(results));
            final long passed = results.stream()
                    .filter(result -> result.verdict() == Verdict.PASSED)
                    .count();
            assertTrue(passed >= LEAST_RUN, () -> passed + " passed");
        }
    }

    @Test
    void shouldFailNoCaseOfStartTls() throws Exception {
        try (SmtpServer server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .hostname("mx.example.com")
                .tls(TlsConfig.selfSigned("mx.example.com"))
                .start()) {
            final Prober prober = new Prober(server.addresses().get(0), SETTINGS, TIMEOUT, 4);
            final List<ConformanceCase> startTls = cases.stream()
                    .filter(each ->
                            each.id().startsWith("starttls.") && !each.id().equals("starttls.not-offered"))
                    .toList();
            final List<CaseResult> results = prober.run(startTls, prober.reconnoitre());
            assertEquals("", failures(results));
            assertTrue(startTls.size() >= LEAST_STARTTLS_CASES, () -> startTls.size() + " cases");
            assertTrue(results.stream().allMatch(result -> result.verdict() == Verdict.PASSED), "none is skipped");
        }
    }

    @Test
    void shouldFailNoCaseOfAuth(@TempDir final Path directory) throws Exception {
        final Path users = Files.writeString(
                directory.resolve("users"), "probe:" + PasswordHash.of("right".toCharArray(), 1000) + "\n");
        final DialogueSettings settings = SETTINGS.withCredentials("probe", "right");
        try (SmtpServer server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .hostname("mx.example.com")
                .tls(TlsConfig.selfSigned("mx.example.com"))
                .authUsers(users)
                .start()) {
            final Prober prober = new Prober(server.addresses().get(0), settings, TIMEOUT, 4);
            final List<ConformanceCase> auth =
                    cases.stream().filter(each -> each.id().startsWith("auth.")).toList();
            final List<CaseResult> results = prober.run(auth, prober.reconnoitre());
            assertEquals("", failures(results));
            assertTrue(auth.size() >= LEAST_AUTH_CASES, () -> auth.size() + " cases");
            assertTrue(results.stream().allMatch(result -> result.verdict() == Verdict.PASSED), "none is skipped");
        }
    }

    @Test
    void shouldHandOnAsManyMessagesAsEachCaseSays() throws Exception {
        final AtomicInteger messages = new AtomicInteger();
        try (SmtpServer server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .deliverTo((MessageHandler) envelope -> messages.incrementAndGet())
                .start()) {
            final InetSocketAddress address = server.addresses().get(0);
            final DialogueSettings settings = new Prober(address, SETTINGS, TIMEOUT, 1).reconnoitre();
            final List<CaseResult> results = new ArrayList<>();
            for (final ConformanceCase each : cases) {
                if (each.delivers().isPresent() && DialogueRunner.skipped(each, settings) == null) {
                    try (DialoguePeer peer = new CountingPeer(SocketPeer.connect(address, TIMEOUT), messages::get)) {
                        results.add(DialogueRunner.run(each, peer, settings));
                    }
                }
            }
            assertEquals("", failures(results));
            assertTrue(results.size() > 30, () -> results.size() + " cases that say how many");
        }
    }

    private static String failures(final List<CaseResult> results) {
        return results.stream()
                .filter(result -> result.verdict() == Verdict.FAILED)
                .map(CaseResult::toString)
                .collect(Collectors.joining("\n"));
    }
}
