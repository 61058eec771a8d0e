package io.posthaste.delivery;

import static io.posthaste.envelope.DeliveryStatus.ACCEPTED;
import static io.posthaste.envelope.DeliveryStatus.FAILED_TEMPORARILY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.Transactions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class DeliveryThreadTest {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    private final Transactions transactions = new Transactions();
    private final EnvelopeQueue queue = new EnvelopeQueue(1024);
    private final ScriptedDelivery delivery = new ScriptedDelivery();
    private final DeliveryThread thread = new DeliveryThread(new DeliveryAgent(queue, delivery), "delivery-test");

    @Test
    void shouldEmptyTheQueueSendReceiptsAndCloseBeforeItStops() throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            offer("a" + i);
        }
        thread.start();

        assertTrue(thread.stopWhenDrained(TIMEOUT_NS));
        assertTrue(queue.isEmpty());
        assertEquals(600, transactions.answers().size());
        assertEquals("close", delivery.calls.get(delivery.calls.size() - 1));
        assertEquals(0, transactions.blocks.inUseOctets());
        assertTrue(thread.stopWhenDrained(0), "again");
    }

    @Test
    void shouldStopFromItsSleep() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            final DeliveryThread sleeper =
                    new DeliveryThread(new DeliveryAgent(new EnvelopeQueue(2), delivery), "delivery-test");
            sleeper.start();
            assertTrue(sleeper.stopWhenDrained(TIMEOUT_NS));
        }
    }

    @Test
    void shouldWorkOffWhatIsOfferedWhileItRuns() throws InterruptedException {
        thread.start();
        final List<DeliveryStatus> answers = new ArrayList<>();
        final long start = System.nanoTime();
        for (int i = 0; i < 2_000; i++) {
            offer("a");
            while (answers.size() <= i && System.nanoTime() - start < TIMEOUT_NS) {
                answers.addAll(transactions.answers());
                Thread.yield();
            }
        }
        assertEquals(2_000, answers.size());
        assertTrue(thread.stopWhenDrained(TIMEOUT_NS));
    }

    @Test
    void shouldOutliveErrors() throws InterruptedException {
        delivery.appendFailures.put("bad", new StackOverflowError("for a test"));
        offer("bad");
        offer("good");
        thread.start();
        assertTrue(thread.stopWhenDrained(TIMEOUT_NS));

        assertEquals(List.of(FAILED_TEMPORARILY, ACCEPTED), transactions.answers());
    }

    @Test
    void shouldTellWhenTheTimeWasNotEnoughAndGoOn() throws InterruptedException {
        final CountDownLatch store = new CountDownLatch(1);
        delivery.appendActions.put("slow", () -> awaitQuietly(store));
        offer("slow");
        thread.start();
        assertFalse(thread.stopWhenDrained(TimeUnit.MILLISECONDS.toNanos(1)));
        store.countDown();

        assertTrue(thread.stopWhenDrained(TIMEOUT_NS));
        assertEquals(List.of(ACCEPTED), transactions.answers());
    }

    @Test
    void shouldNotCarryAnInterruptIntoTheNextBatch() throws InterruptedException {
        final CountDownLatch firstBatchBegun = new CountDownLatch(1);
        final CountDownLatch secondOffered = new CountDownLatch(1);
        final AtomicBoolean flag = new AtomicBoolean(true);
        delivery.appendActions.put("first", () -> {
            firstBatchBegun.countDown();
            awaitQuietly(secondOffered);
            Thread.currentThread().interrupt();
        });
        delivery.appendActions.put(
                "second", () -> flag.set(Thread.currentThread().isInterrupted()));
        offer("first");
        thread.start();
        // Not "until the queue is empty": it is for an instant while the batch is still being gathered.
        awaitQuietly(firstBatchBegun);
        offer("second");
        secondOffered.countDown();

        assertTrue(thread.stopWhenDrained(TIMEOUT_NS));
        assertFalse(flag.get());
    }

    @Test
    void shouldCloseWhatWasNeverStarted() throws InterruptedException {
        assertTrue(thread.stopWhenDrained(0));
        assertEquals(List.of("close"), delivery.calls);
    }

    private void offer(final String reversePath) {
        final Envelope envelope = transactions.envelope(reversePath, "x", "r@s.example");
        assertTrue(queue.offer(envelope));
    }

    private static void awaitQuietly(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
