package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import io.posthaste.policy.Limits;
import io.posthaste.reactor.ConnectionBudget;
import io.posthaste.reactor.Reactor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread outlives whatever a cycle throws. */
@Timeout(20)
class ReactorThreadTest {
    private static final int FAILURES = 3;

    @Test
    void shouldGoOnAfterAnErrorAndEndWhenTold() throws IOException, InterruptedException {
        final AtomicInteger readings = new AtomicInteger();
        final CountDownLatch recovered = new CountDownLatch(1);
        final Reactor reactor = new Reactor(
                "tested",
                () -> {
                    final int reading = readings.getAndIncrement();
                    if (reading > 0 && reading <= FAILURES) {
                        throw new AssertionError("the test's clock fails, as it should");
                    }
                    if (reading > FAILURES) {
                        recovered.countDown();
                    }
                    return System.nanoTime();
                },
                1);
        final BlockPool pool = new BlockPool(4 << 20);
        final ReceiptQueue receipts = new ReceiptQueue(2, reactor.doorbell());
        reactor.prepare(
                pool,
                null,
                new EnvelopePool(pool, receipts),
                receipts,
                Limits.DEFAULTS,
                new ConnectionBudget(1),
                List.of());
        final ReactorThread thread = new ReactorThread(reactor);
        thread.start();
        assertTrue(recovered.await(10, TimeUnit.SECONDS));
        thread.requestStop();
        thread.awaitEnd();
        assertFalse(Waiting.serverThreads().stream().anyMatch(t -> t.getName().equals("posthaste-tested")));
    }
}
