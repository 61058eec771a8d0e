package io.posthaste.delivery;

import static io.posthaste.envelope.DeliveryStatus.ACCEPTED;
import static io.posthaste.envelope.DeliveryStatus.FAILED_TEMPORARILY;
import static io.posthaste.envelope.DeliveryStatus.INSUFFICIENT_STORAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.Portion;
import io.posthaste.envelope.Transactions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PartAgentTest {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    private final Transactions transactions = new Transactions();
    private final EnvelopeQueue parts = new EnvelopeQueue(1024);
    private final EnvelopeQueue deliveries = new EnvelopeQueue(2);
    private final ScriptedStore store = new ScriptedStore();
    private final PartAgent agent = new PartAgent(parts, store, deliveries);

    @Test
    void shouldAnswerForEachPartAtOnceAndPassOnWhatIsFinished() {
        offer(Portion.PART, "a");
        offer(Portion.LAST_PART, "b");
        offer(Portion.ABANDONED, "c");
        assertEquals(3, agent.doWork());
        assertEquals(List.of("append a", "finish b", "abandon c"), store.calls);
        assertEquals(List.of(ACCEPTED, ACCEPTED), transactions.answers());
        assertEquals("b", passedOn());
        assertEquals(List.of(ACCEPTED), transactions.answers());
        assertEquals(0, transactions.blocks.inUseOctets());
    }

    @Test
    void shouldAnswerForWhatIsNotStored() {
        for (final Throwable failure :
                List.of(new IOException("full"), new IllegalStateException("odd"), new AssertionError("worse"))) {
            store.failure = failure;
            offer(Portion.PART, "a");
            offer(Portion.LAST_PART, "b");
            offer(Portion.ABANDONED, "c");
            agent.doWork();
            assertEquals(Collections.nCopies(3, FAILED_TEMPORARILY), transactions.answers());
        }
        store.failure = null;
        store.status = INSUFFICIENT_STORAGE;
        offer(Portion.PART, "a");
        offer(Portion.LAST_PART, "b");
        agent.doWork();
        assertEquals(List.of(INSUFFICIENT_STORAGE, INSUFFICIENT_STORAGE), transactions.answers());
        assertTrue(deliveries.isEmpty(), "what was refused goes no further");
    }

    @Test
    void shouldWaitForRoomInTheDeliverysQueue() {
        for (final String name : List.of("a", "b", "c", "d")) {
            offer(Portion.LAST_PART, name);
        }
        assertEquals(4, agent.doWork());
        assertEquals(2, deliveries.size());
        assertEquals(0, agent.doWork(), "no room");
        offer(Portion.PART, "others go on");
        assertEquals(1, agent.doWork());
        assertEquals("a", passedOn());
        assertEquals("b", passedOn());
        assertEquals(2, agent.doWork());
        assertEquals("c", passedOn());
        assertEquals("d", passedOn());
        assertEquals(5, transactions.answers().size());
    }

    /** So many can wait without memory for more. */
    @Test
    void shouldTakeNoMoreThanCanWait() {
        final int most = PartAgent.MOST_FINISHED + 2; // of these two in the delivery's queue
        final EnvelopeQueue many = new EnvelopeQueue(2 * most);
        final PartAgent waiting = new PartAgent(many, store, deliveries);
        for (int i = 0; i < most + 3; i++) {
            final Envelope envelope = transactions.envelope("m" + i, "", "r@s.example");
            envelope.portion(Portion.LAST_PART);
            assertTrue(many.offer(envelope));
        }
        work(waiting);
        assertEquals(3, many.size(), "the others are taken");
        assertFalse(waiting.hasWork(), "it sleeps until there is room");
        assertFalse(waiting.isStopRequested());
        for (int i = 0; i < most + 3; i++) {
            assertEquals("m" + i, passedOn());
            assertEquals(List.of(ACCEPTED), transactions.answers());
            work(waiting);
        }
        assertTrue(many.isEmpty());
    }

    private static void work(final PartAgent agent) {
        while (agent.doWork() > 0) {
            // Goes on.
        }
    }

    /** Nobody rings when there is room again: it looks from time to time, and sleeps meanwhile. */
    @Test
    void shouldSleepWhileThereIsNoRoom() throws InterruptedException {
        final DeliveryThread thread = new DeliveryThread(agent, "parts-without-room");
        for (int i = 0; i < 3; i++) {
            offer(Portion.LAST_PART, "m" + i);
        }
        thread.start();
        final Thread sleeper = Thread.getAllStackTraces().keySet().stream()
                .filter(one -> one.getName().equals("parts-without-room"))
                .findFirst()
                .orElseThrow();
        awaitSleep(sleeper);
        assertTrue(!thread.stopWhenDrained(0), "one finds no room");
        awaitSleep(sleeper);
        for (int i = 0; i < 2; i++) {
            assertEquals("m" + i, passedOn());
        }
        assertTrue(thread.stopWhenDrained(TIMEOUT_NS));
        assertEquals("m2", passedOn());
    }

    /** A thread that spins never waits for a time. */
    private static void awaitSleep(final Thread thread) {
        final long startNs = System.nanoTime();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(System.nanoTime() - startNs < TIMEOUT_NS, "it spins");
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldPassOnEverythingBeforeItStops() throws InterruptedException {
        final DeliveryThread thread = new DeliveryThread(agent, "parts-test");
        for (int i = 0; i < 100; i++) {
            offer(Portion.LAST_PART, "m" + i);
        }
        thread.start();
        assertTrue(!thread.stopWhenDrained(0));
        final long startNs = System.nanoTime();
        int count = 0;
        while (count < 100) {
            assertTrue(System.nanoTime() - startNs < TIMEOUT_NS, "passed on " + count);
            final Envelope envelope = deliveries.poll();
            if (envelope != null) {
                assertEquals("m" + count++, envelope.reversePath());
                envelope.complete();
            }
        }
        assertTrue(thread.stopWhenDrained(TIMEOUT_NS));
        assertEquals(100, transactions.answers().size());
    }

    @Test
    void shouldWakeUpFromItsSleep() throws InterruptedException {
        final DeliveryThread thread = new DeliveryThread(agent, "parts-test");
        thread.start();
        final List<DeliveryStatus> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            offer(Portion.PART, "a");
            final long startNs = System.nanoTime();
            while (answers.size() <= i) {
                assertTrue(System.nanoTime() - startNs < TIMEOUT_NS, "part " + i);
                answers.addAll(transactions.answers());
            }
        }
        assertTrue(thread.stopWhenDrained(TIMEOUT_NS));
    }

    private void offer(final Portion portion, final String reversePath) {
        final Envelope envelope = transactions.envelope(reversePath, "content", "r@s.example");
        envelope.portion(portion);
        assertTrue(parts.offer(envelope));
    }

    private String passedOn() {
        final Envelope envelope = deliveries.poll();
        final String name = envelope.reversePath();
        envelope.complete();
        return name;
    }

    private static final class ScriptedStore implements PartStore {
        final List<String> calls = new ArrayList<>();
        DeliveryStatus status = ACCEPTED;
        Throwable failure;

        @Override
        public long largeOctets() {
            return 1;
        }

        @Override
        public void append(final Envelope envelope) throws IOException {
            call("append", envelope);
        }

        @Override
        public void finish(final Envelope envelope) throws IOException {
            call("finish", envelope);
        }

        @Override
        public void abandon(final Envelope envelope) throws IOException {
            call("abandon", envelope);
        }

        private void call(final String what, final Envelope envelope) throws IOException {
            calls.add(what + " " + envelope.reversePath());
            envelope.status(status);
            if (failure instanceof final IOException e) {
                throw e;
            }
            if (failure instanceof final RuntimeException e) {
                throw e;
            }
            if (failure instanceof final Error e) {
                throw e;
            }
        }
    }
}
