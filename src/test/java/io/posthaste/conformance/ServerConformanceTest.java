package io.posthaste.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.conformance.CaseResult.Verdict;
import io.posthaste.server.SmtpServer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Our own server, over the network, is held to every case. */
class ServerConformanceTest {
    private static final int LEAST_CASES = 440;
    private static final int LEAST_RUN = 380;

    @Test
    void shouldFailNoCase() throws Exception {
        final List<ConformanceCase> cases = ConformanceSuite.load().cases();
        assertTrue(cases.size() >= LEAST_CASES, () -> cases.size() + " cases");
        try (SmtpServer server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .hostname("mx.example.com")
                .start()) {
            final DialogueSettings settings = new DialogueSettings(
                    "probe@example.com", "recipient@example.com", "probe.example.com", Capabilities.NONE);
            final Prober prober = new Prober(server.addresses().get(0), settings, Duration.ofSeconds(20), 8);
            final List<CaseResult> results = prober.run(cases, prober.reconnoitre());
            assertEquals(
                    "",
                    results.stream()
                            .filter(result -> result.verdict() == Verdict.FAILED)
                            .map(CaseResult::toString)
                            .collect(Collectors.joining("\n")));
            final long passed = results.stream()
                    .filter(result -> result.verdict() == Verdict.PASSED)
                    .count();
            assertTrue(passed >= LEAST_RUN, () -> passed + " passed");
        }
    }
}
