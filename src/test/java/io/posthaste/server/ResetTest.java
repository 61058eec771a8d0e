package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.Counter;
import io.posthaste.policy.ConductLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many connections that break while the delivery's own thread has their messages: nothing of them stays, and the server goes
 * on. Resets in every other state are in {@code FloodTest}.
 */
@Timeout(60)
class ResetTest {
    private static final int CONNECTIONS = 200;

    private final CountDownLatch leave = new CountDownLatch(1);

    @AfterEach
    void nothingRuns() throws InterruptedException {
        leave.countDown();
        Waiting.untilNoServerThreads();
    }

    @Test
    void shouldKeepWhatTheDeliveryHasUntilItIsDone() throws IOException, InterruptedException {
        final CountDownLatch entered = new CountDownLatch(1);
        try (SmtpServer server = SmtpServer.builder()
                        .conduct(ConductLimits.NONE)
                        .listen("127.0.0.1", 0)
                        .reactors(2)
                        .deliverTo(envelope -> {
                            entered.countDown();
                            leave.await();
                        })
                        .start();
                RawClient witness = RawClient.greeted(server.port())) {
            final long base = server.status().memoryInUse();
            final List<RawClient> clients = new ArrayList<>();
            clients.add(RawClient.greeted(server.port()).mails("x".repeat(900)));
            assertTrue(entered.await(10, TimeUnit.SECONDS));
            // The first is with the handler alone, so the others stay in the queue.
            for (int i = 1; i < CONNECTIONS; i++) {
                clients.add(RawClient.greeted(server.port()).mails("x".repeat(900)));
            }
            Waiting.until(
                    witness, "all with the delivery", () -> server.status().queueDepth() == CONNECTIONS - 1);
            for (final RawClient client : clients) {
                client.resets();
            }
            leave.countDown();
            backToBase(server, witness, base);
            // Taken, though some senders will never know: those are counted apart where the reset was seen first.
            assertEquals(
                    CONNECTIONS,
                    server.status().count(Counter.MESSAGES_ACCEPTED)
                            + server.status().count(Counter.MESSAGES_ACCEPTED_UNHEARD));
            witness.mails("x").expects(250);
            server.stop(Duration.ofMillis(1));
        }
    }

    private static void backToBase(final SmtpServer server, final RawClient witness, final long base)
            throws IOException {
        Waiting.until(witness, "no other connection", () -> server.status().openConnections() == 1);
        Waiting.until(witness, "all memory back", () -> server.status().memoryInUse() == base);
    }
}
