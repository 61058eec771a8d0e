package io.posthaste.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.Counter;
import io.posthaste.policy.Policy;
import io.posthaste.policy.Question;
import io.posthaste.policy.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The policy that docs/operations/policy.md shows: it is this one, and it works, on threads and sockets. */
@Timeout(60)
class PolicyExampleTest {
    private final Database database = new Database();

    /** Answers on a thread of its own; knows a triple from the second time on. */
    private static final class Database {
        final ExecutorService thread = Executors.newSingleThreadExecutor();
        final Set<String> known = ConcurrentHashMap.newKeySet();
        volatile CountDownLatch held = new CountDownLatch(0);

        CompletionStage<Boolean> isKnown(final String triple) {
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            held.await();
                        } catch (final InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return !known.add(triple);
                    },
                    thread);
        }
    }

    // docs begin
    class Greylist implements Policy {
        @Override
        public CompletionStage<Verdict> onRecipient(Question question) {
            if (!question.user().isEmpty()) {
                return Verdict.ACCEPT.now(); // has logged in: costs nothing
            }
            String triple = question.clientAddress() + " " + question.sender() + " " + question.recipient();
            return database.isKnown(triple) // a CompletionStage<Boolean>, completed by a thread of the database's
                    .thenApply(known -> known ? Verdict.ACCEPT : LATER);
        }
    }

    static final Verdict LATER = Verdict.refuse(451, "4.7.1", "Greylisted: try again in five minutes");
    // docs end

    private SmtpServer start() throws Exception {
        // docs begin
        SmtpServer server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .policy(new Greylist())
                .policyTimeout(Duration.ofSeconds(5))
                .start();
        // docs end
        return server;
    }

    @AfterEach
    void endDatabase() {
        database.thread.shutdownNow();
    }

    @Test
    void shouldGreylist() throws Exception {
        try (SmtpServer server = start();
                RawClient client = RawClient.greeted(server.port())) {
            client.sends("MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "RCPT TO:<c@d.example>", "NOOP");
            client.expects(250);
            assertEquals(List.of("4.7.1 Greylisted: try again in five minutes"), client.expects(451));
            client.expects(250);
            client.expects(250);
            assertEquals(1, server.status().count(Counter.POLICY_REFUSALS));
        }
    }

    @Test
    void shouldServeOthersWhileTheDatabaseThinks() throws Exception {
        database.held = new CountDownLatch(1);
        try (SmtpServer server = start();
                RawClient waiting = RawClient.greeted(server.port());
                RawClient other = RawClient.greeted(server.port())) {
            waiting.sends("MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>");
            waiting.expects(250);
            for (int i = 0; i < 100; i++) {
                other.sends("NOOP");
                other.expects(250);
            }
            database.held.countDown();
            waiting.expects(451);
        }
    }

    @Test
    void shouldBeTheOneInTheManual() throws Exception {
        final String source =
                Files.readString(root().resolve("src/test/java/io/posthaste/server/PolicyExampleTest.java"), UTF_8);
        final String page = squeezed(Files.readString(root().resolve("docs/operations/policy.md"), UTF_8));
        final String[] parts = source.split("// docs (begin|end)\n");
        assertEquals(5, parts.length);
        assertTrue(page.contains(squeezed(parts[1])), "docs/operations/policy.md is to show the policy");
        assertTrue(page.contains(squeezed(parts[3])), "docs/operations/policy.md is to show the server");
    }

    private static String squeezed(final String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    /** The directory with all modules: tests run in their module's, an IDE in either. */
    private static Path root() {
        final Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("docs")) ? here : here.getParent();
    }
}
