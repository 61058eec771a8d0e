package io.posthaste.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.forward.ForwardCounters.Count;
import io.posthaste.forward.ScriptedForwarder.Given;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Its clock stands still: what it waits for by time it waits for until something else ends that. */
@Timeout(60)
final class ForwardingThreadTest {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    private Path temporary;

    private final AtomicInteger turns = new AtomicInteger();
    private final ScriptedForwarder forwarder = new ScriptedForwarder();
    private volatile boolean isFailing;
    private ForwardingFixture spool;
    private ForwardingAgent agent;
    private ForwardingThread thread;

    @BeforeEach
    void open() throws IOException {
        spool = new ForwardingFixture(temporary.resolve("spool"));
    }

    @AfterEach
    void close() throws Exception {
        isFailing = false;
        thread.requestStop();
        thread.thread().join(TimeUnit.NANOSECONDS.toMillis(TIMEOUT_NS));
        spool.close();
    }

    private void starts(final boolean failing) throws IOException {
        agent = new ForwardingAgent(
                spool.spool, forwarder, ForwardingFixture.RETRYING, this::beginTurn, () -> 0, new Random(1));
        turns.set(0);
        isFailing = failing;
        thread = new ForwardingThread(agent, 0, () -> 0);
        thread.start();
    }

    /** The time of day, which a turn asks for first. */
    private long beginTurn() {
        turns.incrementAndGet();
        if (isFailing) {
            throw new IllegalStateException("a fault of our own");
        }
        return spool.nowMs;
    }

    private void await(final String what, final BooleanSupplier condition) {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - startNs < TIMEOUT_NS, what);
            Thread.onSpinWait();
        }
    }

    private boolean isAsleep() {
        return thread.thread().getState() == Thread.State.TIMED_WAITING
                && !thread.thread().isInterrupted();
    }

    @Test
    void shouldRestBehindATurnThatFailsWhateverComes() throws Exception {
        starts(true);
        for (int i = 0; i < 100; i++) {
            await("its rest", this::isAsleep);
            spool.stores("news");
            thread.thread().interrupt();
        }
        await("its rest", this::isAsleep);
        assertEquals(1, turns.get(), "it began anew before its time");
        isFailing = false;
        thread.requestStop();
        thread.thread().join(TimeUnit.NANOSECONDS.toMillis(TIMEOUT_NS));
        assertFalse(thread.thread().isAlive(), "the request to stop ends the rest");
    }

    @Test
    void shouldTakeWhatIsSettledAtTheEndThoughItWasInterrupted() throws Exception {
        spool.stores("1");
        starts(false);
        await("the message", () -> agent.counters().count(Count.IN_FLIGHT) == 1);
        thread.requestStop();
        for (int i = 0; i < 100; i++) {
            await("its sleep", this::isAsleep);
            thread.thread().interrupt();
        }
        await("its sleep, in which no interrupt is left", this::isAsleep);
        forwarder.given.forEach(Given::delivered);
        thread.thread().join(TimeUnit.NANOSECONDS.toMillis(TIMEOUT_NS));
        assertFalse(thread.thread().isAlive());
        assertEquals(0, agent.counters().count(Count.CURSOR_FAILURES));

        spool.forwards(new ScriptedForwarder());
        assertEquals(0, spool.count(Count.BACKLOG), "the cursor was written");
    }
}
