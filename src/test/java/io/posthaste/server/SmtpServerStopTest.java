package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.MessageHandler;
import io.posthaste.metrics.CloseReason;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ordered stop: everyone gets an answer, and nothing is left running. */
@Timeout(30)
class SmtpServerStopTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);

    @AfterEach
    void nothingRuns() throws InterruptedException {
        leave.countDown();
        Waiting.untilNoServerThreads();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldDrain(final int reactors) throws Exception {
        try (SmtpServer server = start(envelope -> {}, reactors);
                RawClient greeted = RawClient.connect(server.port());
                RawClient idle = RawClient.greeted(server.port());
                RawClient inTransaction = RawClient.greeted(server.port());
                RawClient inContent = RawClient.greeted(server.port())) {
            greeted.expects(220);
            inTransaction.sends("MAIL FROM:<a@client.example>").expects(250);
            inContent.begins("a@client.example", "b@server.example").sends("half");

            final CompletableFuture<Boolean> stop = stopAsync(server, LONG);
            assertTrue(greeted.expects(421).get(0).startsWith("4.3.2 "));
            greeted.expectsEnd();
            assertTrue(idle.expects(421).get(0).startsWith("4.3.2 "));
            idle.expectsEnd();

            inTransaction.sends("RCPT TO:<b@server.example>").expects(250);
            inTransaction.sends("DATA").expects(354);
            inTransaction.sends("x", ".");
            inTransaction.expects(250);
            inTransaction.expects(421);
            inTransaction.expectsEnd();

            Waiting.untilNobodyListens(server.port());
            assertThrows(ConnectException.class, () -> RawClient.connect(server.port()));
            assertFalse(stop.isDone(), "a transaction is under way");
            inContent.sends("and half", ".");
            inContent.expects(250);
            inContent.expects(421);
            inContent.expectsEnd();

            greeted.hangsUp();
            idle.hangsUp();
            inTransaction.hangsUp();
            inContent.hangsUp();
            assertTrue(stop.get(10, TimeUnit.SECONDS));
            assertEquals(4, server.status().count(CloseReason.SHUTDOWN));
            assertEquals(0, server.status().openConnections());
            assertTrue(
                    Waiting.serverThreads().isEmpty(),
                    () -> Waiting.serverThreads().toString());
        }
    }

    @Test
    void shouldSay421AfterResetWhileDraining() throws Exception {
        try (SmtpServer server = start(envelope -> {}, 1);
                RawClient client = RawClient.greeted(server.port());
                RawClient idle = RawClient.greeted(server.port())) {
            client.sends("MAIL FROM:<a@client.example>").expects(250);
            final CompletableFuture<Boolean> stop = stopAsync(server, LONG);
            idle.expects(421);
            idle.hangsUp();
            client.sends("RSET").expects(250);
            client.expects(421);
            client.expectsEnd();
            client.hangsUp();
            assertTrue(stop.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldGiveTheClientOfASlowHandlerIts250() throws Exception {
        try (SmtpServer server = start(waiting(), 1);
                RawClient client = RawClient.greeted(server.port());
                RawClient idle = RawClient.greeted(server.port())) {
            client.mails("x");
            assertTrue(entered.await(10, TimeUnit.SECONDS));
            final CompletableFuture<Boolean> stop = stopAsync(server, LONG);
            idle.expects(421);
            idle.hangsUp();
            assertFalse(stop.isDone());
            leave.countDown();
            client.expects(250);
            client.expects(421);
            client.expectsEnd();
            client.hangsUp();
            assertTrue(stop.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldWaitALittleLongerForTheDeliveryThanForClients() throws Exception {
        try (SmtpServer server = start(waiting(), 1);
                RawClient client = RawClient.greeted(server.port());
                RawClient halfway = RawClient.greeted(server.port())) {
            client.mails("x");
            assertTrue(entered.await(10, TimeUnit.SECONDS));
            halfway.sends("MAIL FROM:<a@client.example>").expects(250);
            final CompletableFuture<Boolean> stop = stopAsync(server, Duration.ofMillis(100));
            halfway.expects(421);
            halfway.expectsEnd();
            assertFalse(stop.isDone());
            leave.countDown();
            client.expects(250);
            client.expects(421);
            client.expectsEnd();
            client.hangsUp();
            assertFalse(stop.get(10, TimeUnit.SECONDS), "a transaction was cut off");
        }
    }

    @Test
    void shouldStopInTimeThoughTheHandlerHangs() throws Exception {
        try (SmtpServer server = start(waiting(), 1);
                RawClient client = RawClient.greeted(server.port())) {
            client.mails("x");
            assertTrue(entered.await(10, TimeUnit.SECONDS));
            final long startNs = System.nanoTime();
            assertFalse(server.stop(Duration.ofMillis(100)));
            final long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
            assertTrue(tookMs >= 5_000 && tookMs < 7_000, tookMs + " ms: the timeout and the grace of five seconds");
            // Not acknowledged: the sender keeps the message.
            client.expects(421);
            client.expectsEnd();
            assertEquals(1, Waiting.serverThreads().size(), "only the handler's thread, which nobody can end");
        }
    }

    @Test
    void shouldBeIdempotent() throws Exception {
        final SmtpServer server = start(envelope -> {}, 2);
        assertTrue(server.stop(LONG));
        assertTrue(server.stop(LONG));
        server.close();
        assertEquals(0, server.status().openConnections());
    }

    @Test
    void shouldStopOnceForManyCallers() throws Exception {
        try (SmtpServer server = start(envelope -> {}, 2)) {
            final CompletableFuture<Boolean> one = stopAsync(server, LONG);
            final CompletableFuture<Boolean> two = stopAsync(server, LONG);
            assertTrue(one.get(10, TimeUnit.SECONDS));
            assertTrue(two.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldStopAtOnceWhenTheCallerIsInterrupted() throws Exception {
        try (SmtpServer server = start(envelope -> {}, 2);
                RawClient client = RawClient.greeted(server.port())) {
            client.sends("MAIL FROM:<a@client.example>").expects(250);
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> server.stop(LONG));
            assertFalse(Thread.interrupted());
            client.expects(421);
            client.expectsEnd();
            Waiting.untilNoServerThreads();
        }
    }

    @Test
    void shouldReportAnInterruptedCloseAndKeepTheInterrupt() throws Exception {
        final SmtpServer server = start(envelope -> {}, 1);
        try (RawClient client = RawClient.greeted(server.port())) {
            client.sends("MAIL FROM:<a@client.example>").expects(250);
            Thread.currentThread().interrupt();
            assertThrows(IOException.class, server::close);
            assertTrue(Thread.interrupted());
            client.expects(421);
            client.expectsEnd();
        }
    }

    private MessageHandler waiting() {
        return envelope -> {
            entered.countDown();
            leave.await();
        };
    }

    private static SmtpServer start(final MessageHandler handler, final int reactors) throws IOException {
        return SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .reactors(reactors)
                .logTransactions(true)
                .deliverTo(handler)
                .start();
    }

    private static CompletableFuture<Boolean> stopAsync(final SmtpServer server, final Duration timeout) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return server.stop(timeout);
            } catch (final IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
