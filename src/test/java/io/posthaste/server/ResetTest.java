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

/** Many connections that break in each state of the protocol: nothing of them stays, and the server goes on. */
@Timeout(60)
class ResetTest {
    private static final int CONNECTIONS = 200;

    private final CountDownLatch leave = new CountDownLatch(1);

    /** Brings a fresh connection to the state in which it breaks. */
    @FunctionalInterface
    private interface Approach {
        void to(RawClient client) throws IOException;
    }

    @AfterEach
    void nothingRuns() throws InterruptedException {
        leave.countDown();
        Waiting.untilNoServerThreads();
    }

    @Test
    void shouldOutliveResetsInEachStateOfTheDialogue() throws IOException, InterruptedException {
        try (SmtpServer server = start(true)) {
            survives(server, client -> {});
            survives(server, client -> client.expects(220));
            survives(
                    server,
                    client -> client.sends("EHLO half of a line without its e").sendsOctets(new byte[] {'x'}));
            survives(server, ResetTest::greet);
            survives(server, client -> greet(client).sendsOctets(new byte[] {'M', 'A', 'I', 'L'}));
            survives(server, client -> {
                greet(client).sends("MAIL FROM:<a@client.example>").expects(250);
            });
            survives(server, client -> {
                greet(client).sends("MAIL FROM:<a@client.example>").expects(250);
                client.sends("RCPT TO:<b@server.example>").expects(250);
            });
            survives(server, client -> greet(client).begins("a@client.example", "b@server.example"));
            survives(
                    server,
                    client -> greet(client)
                            .begins("a@client.example", "b@server.example")
                            .sends("x".repeat(900).concat("\r\n").repeat(20)));
            survives(server, client -> greet(client).mails("x"));
            survives(server, client -> greet(client).mails("x").sends("MAIL FROM:<>", "RCPT TO:<b@x.example>", "DATA"));
            survives(server, client -> greet(client).mails("x").expects(250));
            survives(server, client -> greet(client).sends("QUIT"));
            survives(server, client -> greet(client).mails("x").endsOutput());
            assertEquals(0, server.status().count(Counter.INTERNAL_ERRORS));
            server.stop(Duration.ofMillis(1));
        }
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

    @Test
    void shouldOutliveResetsWhenNoContentIsKept() throws IOException, InterruptedException {
        try (SmtpServer server = start(false)) {
            survives(
                    server,
                    client -> greet(client)
                            .begins("a@client.example", "b@server.example")
                            .sends("x".repeat(900).concat("\r\n").repeat(20)));
            survives(server, client -> greet(client).mails("x"));
            server.stop(Duration.ofMillis(1));
        }
    }

    private static void survives(final SmtpServer server, final Approach approach) throws IOException {
        try (RawClient witness = RawClient.greeted(server.port())) {
            // Those of the round before are gone, so this is the base.
            Waiting.until(witness, "a base", () -> server.status().openConnections() == 1);
            final long base = server.status().memoryInUse();
            final List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(RawClient.connect(server.port()));
            }
            for (final RawClient client : clients) {
                approach.to(client);
            }
            for (final RawClient client : clients) {
                client.resets();
            }
            backToBase(server, witness, base);
            witness.mails("x").expects(250);
        }
    }

    private static void backToBase(final SmtpServer server, final RawClient witness, final long base)
            throws IOException {
        Waiting.until(witness, "no other connection", () -> server.status().openConnections() == 1);
        Waiting.until(witness, "all memory back", () -> server.status().memoryInUse() == base);
    }

    private static RawClient greet(final RawClient client) throws IOException {
        client.expects(220);
        client.sends("EHLO client.example").expects(250);
        return client;
    }

    private static SmtpServer start(final boolean handles) throws IOException {
        final ServerBuilder builder = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .conduct(ConductLimits.NONE)
                .reactors(2)
                .logTransactions(false);
        if (handles) {
            builder.deliverTo(envelope -> envelope.contentStream().readAllBytes());
        }
        return builder.start();
    }
}
