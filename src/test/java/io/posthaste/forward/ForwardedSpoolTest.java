package io.posthaste.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.DeliveryAgent;
import io.posthaste.delivery.Figure;
import io.posthaste.delivery.spool.SpoolSettings;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.Transactions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole of it, with its threads. */
@Timeout(60)
final class ForwardedSpoolTest {
    @TempDir
    private Path temporary;

    private final Transactions transactions = new Transactions();

    private ForwardedSpool open(final Forwarder... forwarders) throws IOException {
        return ForwardedSpool.open(settings(), "mx.example", List.of(forwarders), Retrying.DEFAULTS);
    }

    private SpoolSettings settings() {
        return SpoolSettings.parse(temporary.resolve("spool") + "?segment=2m&size=100m", 0);
    }

    private void stores(final ForwardedSpool spool, final int messages) {
        final EnvelopeQueue queue = new EnvelopeQueue(1024);
        final DeliveryAgent agent = new DeliveryAgent(queue, spool);
        for (int i = 0; i < messages; i++) {
            assertTrue(queue.offer(transactions.envelope("a@b.example", "text " + i, "c@d.example")));
            while (agent.doWork() > 0) {
                // Goes on.
            }
            assertEquals(List.of(DeliveryStatus.ACCEPTED), transactions.answers());
        }
    }

    /** Takes all and counts down. */
    private static ScriptedForwarder counting(final String description, final CountDownLatch latch) {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.description = description;
        forwarder.atOnce = one -> {
            one.delivered();
            latch.countDown();
        };
        return forwarder;
    }

    @Test
    void shouldLeaveNothingBehindWhenAThreadCannotBeStarted() throws Exception {
        final ScriptedForwarder one = new ScriptedForwarder();
        one.description = "one:";
        final ScriptedForwarder two = new ScriptedForwarder();
        two.description = "two:";
        final List<ForwardingThread> started = new ArrayList<>();
        assertThrows(
                OutOfMemoryError.class,
                () -> ForwardedSpool.open(settings(), "mx.example", List.of(one, two), Retrying.DEFAULTS, thread -> {
                    if (!started.isEmpty()) {
                        throw new OutOfMemoryError("no thread, for a test");
                    }
                    thread.start();
                    started.add(thread);
                }));
        assertFalse(started.get(0).thread().isAlive());
        assertTrue(one.closed);
        assertTrue(two.closed);
        open(one, two).close(); // the lock is given back
    }

    @Test
    void shouldForwardToSeveralByThemselves() throws Exception {
        final CountDownLatch first = new CountDownLatch(100);
        final CountDownLatch second = new CountDownLatch(100);
        final ScriptedForwarder stuck = new ScriptedForwarder();
        stuck.description = "stuck:";
        final ForwardedSpool spool = open(counting("one:", first), counting("two:", second), stuck);
        stores(spool, 100);
        assertTrue(first.await(20, TimeUnit.SECONDS));
        assertTrue(second.await(20, TimeUnit.SECONDS));
        assertTrue(spool.description().endsWith(", forwarding to one:, two:, stuck:"), spool.description());
        assertFalse(spool.carriesDsn());

        // Its thread may look at the spool later than the others'.
        final long patienceEndNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (backlogs(spool).get("stuck:") < 100 && System.nanoTime() - patienceEndNs < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        assertEquals(3, backlogs(spool).size());
        assertEquals(100, backlogs(spool).get("stuck:"));
        final List<String> help = spool.help("spool");
        assertEquals(4 + 2 * 3, help.size());
        assertTrue(help.get(8).startsWith("forwarder stuck:, backlog 100, oldest "), help.get(8));
        assertEquals(List.of(), spool.help("other"));
        spool.close();
        assertTrue(stuck.closed);
    }

    private static Map<String, Long> backlogs(final ForwardedSpool spool) {
        return spool.figures().stream()
                .filter(figure -> figure.name().equals("forward_backlog_messages"))
                .collect(Collectors.toMap(Figure::target, Figure::value));
    }

    @Test
    void shouldGoOnAtTheNextStart() throws Exception {
        final CountDownLatch first = new CountDownLatch(10);
        ForwardedSpool spool = open(counting("one:", first));
        stores(spool, 10);
        assertTrue(first.await(20, TimeUnit.SECONDS));
        spool.close();

        final CountDownLatch second = new CountDownLatch(5);
        final ScriptedForwarder forwarder = counting("one:", second);
        spool = open(forwarder);
        stores(spool, 5);
        assertTrue(second.await(20, TimeUnit.SECONDS));
        spool.close();
        assertEquals(5, forwarder.given.size());
    }

    @Test
    void shouldWakeUpForOneMessageAtATime() throws Exception {
        final CountDownLatch[] latch = {new CountDownLatch(1)};
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.atOnce = one -> {
            one.delivered();
            latch[0].countDown();
        };
        try (ForwardedSpool spool = open(forwarder)) {
            for (int i = 0; i < 200; i++) {
                latch[0] = new CountDownLatch(1);
                stores(spool, 1);
                assertTrue(latch[0].await(20, TimeUnit.SECONDS), "message " + i);
            }
        }
    }

    @Test
    void shouldHoldNothingForAForwarderThatIsGone() throws Exception {
        open(new ScriptedForwarder()).close();
        assertTrue(Files.exists(temporary.resolve("spool").resolve(CursorJournal.fileName("scripted:"))));
        final CountDownLatch latch = new CountDownLatch(1);
        try (ForwardedSpool spool = open(counting("other:", latch))) {
            stores(spool, 1);
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldRefuseTheSameForwarderTwice() {
        final ScriptedForwarder one = new ScriptedForwarder();
        final ScriptedForwarder same = new ScriptedForwarder();
        assertEquals(
                "forwarding to scripted: is asked for twice",
                assertThrows(IllegalArgumentException.class, () -> open(one, same))
                        .getMessage());
        assertTrue(one.closed && same.closed);
    }
}
