package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.envelope.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a server lives and is ready, as it tells those who watch it. */
@Timeout(60)
final class ServerHealthTest {
    private static final Duration LONGEST_TURN = Duration.ofMillis(500);

    private final Hanging delivery = new Hanging();

    @Test
    void shouldSayThatAReactorHangsAndThatItGoesOn() throws Exception {
        try (SmtpServer server = server()) {
            final ServerHealth health = new ServerHealth(server.status(), delivery, () -> false, LONGEST_TURN);
            await(() -> health.fault().isEmpty());
            try (RawClient client = RawClient.greeted(server.port())) {
                client.sends("HELP HANG");
                await(() -> health.fault().isPresent());
                assertTrue(
                        health.fault().orElseThrow().matches("reactor-0 has not turned for \\d+ s"),
                        () -> health.fault().toString());
                assertEquals(health.fault().isPresent(), health.obstacle().isPresent(), "nor is it ready");
                delivery.mayGoOn.countDown();
                client.expects(214);
                await(() -> health.fault().isEmpty());
            } finally {
                delivery.mayGoOn.countDown();
            }
        }
    }

    @Test
    void shouldBeReadyUntilItIsRetired() throws Exception {
        try (SmtpServer server = server()) {
            assertEquals(Optional.empty(), server.health().obstacle());
            server.retire();
            assertEquals(Optional.of("stopping"), server.health().obstacle());
            assertEquals(Optional.empty(), server.health().fault());
        }
    }

    @Test
    void shouldNotBeReadyOnceItIsStopped() throws Exception {
        final SmtpServer server = server();
        server.close();
        assertEquals(Optional.of("stopping"), server.health().obstacle());
    }

    private SmtpServer server() throws IOException {
        return SmtpServer.builder().listen("127.0.0.1", 0).deliverTo(delivery).start();
    }

    private static void await(final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "waited in vain");
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    /** Its help, which is asked for on the reactor's thread, does not come back before it is told to. */
    private static final class Hanging implements Delivery {
        private final CountDownLatch mayGoOn = new CountDownLatch(1);

        @Override
        public AcknowledgementLevel acknowledgementLevel() {
            return AcknowledgementLevel.NONE;
        }

        @Override
        public String description() {
            return "nowhere";
        }

        @Override
        public List<String> help(final String topic) {
            try {
                mayGoOn.await();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of("gone on");
        }

        @Override
        public void append(final Envelope envelope) {}

        @Override
        public void commit() {}

        @Override
        public void close() {}
    }
}
