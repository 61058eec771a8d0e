package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client on its own thread. Its clock stands still. */
@Timeout(60)
final class RelayThreadTest {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    @Test
    void shouldRestBehindATurnThatFailsUntilItIsClosed() throws IOException {
        try (RelayFixture relay = new RelayFixture("smtp://127.0.0.1:9")) {
            assertTrue(relay.client.offer(TestMessage.to("bob@b.example")
                    .begun(relay.clock.nanoTime() - TimeUnit.HOURS.toNanos(2))
                    .failingWhenSettled(new IllegalStateException("for a test"))));
            final TestMessage next = TestMessage.to("bob@b.example");
            assertTrue(relay.client.offer(next));
            relay.client.start("relay-test");
            for (int i = 0; i < 100; i++) {
                awaitRest(relay.client.thread());
                relay.client.thread().interrupt();
            }
            awaitRest(relay.client.thread());
            assertFalse(next.isSettled(), "it began anew before its time");
            relay.client.close();
            assertEquals("4.3.2", next.outcome().refusal().enhancedStatus());
        }
    }

    /** In the selector it would be running, by what the virtual machine says. */
    private static void awaitRest(final Thread thread) {
        final long startNs = System.nanoTime();
        while (thread.getState() != Thread.State.TIMED_WAITING || thread.isInterrupted()) {
            assertTrue(System.nanoTime() - startNs < TIMEOUT_NS, "it does not rest");
            Thread.onSpinWait();
        }
    }
}
