package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.QueuedHandOff;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import io.posthaste.policy.Limits;
import io.posthaste.policy.SessionRules;
import io.posthaste.reactor.ConnectionBudget;
import io.posthaste.reactor.Reactor;
import io.posthaste.session.SessionContext;
import io.posthaste.session.SessionProfile;
import io.posthaste.session.TransactionListener;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread outlives whatever a cycle throws. */
@Timeout(20)
class ReactorThreadTest {
    private static final int FAILURES = 3;

    @Test
    void shouldGoOnAfterAnErrorAndEndWhenTold() throws IOException, InterruptedException {
        final AtomicBoolean running = new AtomicBoolean();
        final AtomicInteger readings = new AtomicInteger();
        final CountDownLatch recovered = new CountDownLatch(1);
        final Reactor reactor = new Reactor(
                "tested",
                () -> {
                    if (running.get()) {
                        if (readings.getAndIncrement() < FAILURES) {
                            throw new AssertionError("the test's clock fails, as it should");
                        }
                        recovered.countDown();
                    }
                    return System.nanoTime();
                },
                1);
        final BlockPool pool = new BlockPool(4 << 20);
        final ReceiptQueue receipts = new ReceiptQueue(2, reactor.doorbell());
        final EnvelopePool envelopes = new EnvelopePool(pool, receipts);
        final SessionContext sessions = new SessionContext(
                new SessionProfile("mx.example", SessionRules.DEFAULTS, address -> false, forTrusted -> List.of()),
                envelopes,
                new EnvelopeIds(1, 0),
                new QueuedHandOff(new EnvelopeQueue(2), receipts),
                true,
                reactor.metrics(),
                () -> 0,
                TransactionListener.NONE);
        reactor.prepare(pool, sessions, envelopes, receipts, Limits.DEFAULTS, new ConnectionBudget(1), List.of());
        running.set(true);
        final ReactorThread thread = new ReactorThread(reactor);
        thread.start();
        assertTrue(recovered.await(10, TimeUnit.SECONDS));
        thread.requestStop();
        thread.awaitEnd();
        assertFalse(Waiting.serverThreads().stream().anyMatch(t -> t.getName().equals("posthaste-tested")));
    }
}
