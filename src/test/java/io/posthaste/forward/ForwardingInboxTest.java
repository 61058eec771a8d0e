package io.posthaste.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.spool.StoredMessage;
import io.posthaste.envelope.AllocationCounter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was settled arrives, each once and in order, also when there is no memory left to bring it with. */
final class ForwardingInboxTest {
    private static final int THREADS = 4;
    private static final int EACH = 5_000;

    @TempDir
    private Path temporary;

    private final ForwardingInbox inbox = new ForwardingInbox(() -> 0);
    private StoredMessage stored;

    @BeforeEach
    void store() throws IOException {
        try (ForwardingFixture spool = new ForwardingFixture(temporary.resolve("spool"))) {
            final ScriptedForwarder forwarder = new ScriptedForwarder();
            spool.stores("one");
            spool.forwards(forwarder);
            spool.works();
            stored = ((Attempt) forwarder.given.get(0).message()).stored();
            spool.ends();
        }
    }

    private Attempt attempt() {
        return new Attempt(stored, OpenMessage.of(stored), false, inbox::settled);
    }

    @Test
    void shouldTellInOrder() {
        final Attempt[] attempts = {attempt(), attempt(), attempt(), attempt()};
        assertNull(inbox.poll());
        attempts[0].delivered(0, "taken");
        attempts[1].settleRest(Attempt.Outcome.DEFERRED, "later");
        attempts[1].delivered(0, "told twice");
        assertSame(attempts[0], inbox.poll());
        attempts[2].delivered(0, "taken");
        attempts[3].delivered(0, "taken");
        for (int i = 1; i < attempts.length; i++) {
            assertSame(attempts[i], inbox.poll());
        }
        assertNull(inbox.poll());
        assertEquals(Attempt.Outcome.DEFERRED, attempts[1].outcome(0));
    }

    @Test
    void shouldBringWhatIsSettledWithoutMemory() {
        final Attempt[] attempts = new Attempt[1_000];
        for (int i = 0; i < attempts.length; i++) {
            attempts[i] = attempt();
        }
        final int[] next = {0};
        final long octets = AllocationCounter.octets(100, () -> {
            attempts[next[0]++].settleRest(Attempt.Outcome.DEFERRED, "later");
            attempts[next[0]++].delivered(0, "taken");
            inbox.poll();
            inbox.poll();
        });
        assertEquals(0, octets);
        assertNull(inbox.poll());
        assertEquals(attempts.length, next[0]);
    }

    @Test
    void shouldTellEachThreadsInItsOrder() throws InterruptedException {
        final List<List<Attempt>> attempts = new ArrayList<>();
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            final List<Attempt> own = new ArrayList<>();
            for (int j = 0; j < EACH; j++) {
                own.add(attempt());
            }
            attempts.add(own);
            threads.add(new Thread(() -> own.forEach(one -> one.delivered(0, "taken"))));
        }
        threads.forEach(Thread::start);
        final int[] told = new int[THREADS];
        final long startNs = System.nanoTime();
        for (int count = 0; count < THREADS * EACH; count++) {
            Attempt attempt = inbox.poll();
            while (attempt == null) {
                assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(60), "told " + count);
                Thread.onSpinWait();
                attempt = inbox.poll();
            }
            int thread = 0;
            while (told[thread] == EACH || attempts.get(thread).get(told[thread]) != attempt) {
                thread++;
            }
            told[thread]++;
        }
        for (final Thread thread : threads) {
            thread.join();
        }
        assertNull(inbox.poll());
    }
}
