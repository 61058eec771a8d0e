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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
        return ForwardedSpool.open(
                SpoolSettings.parse(temporary.resolve("spool") + "?segment=2m&size=100m", 0),
                "mx.example",
                List.of(forwarders),
                Retrying.DEFAULTS);
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

        final List<Figure> figures = spool.figures();
        final Map<String, Long> targets = figures.stream()
                .filter(figure -> figure.name().equals("forward_backlog_messages"))
                .collect(Collectors.toMap(Figure::target, Figure::value));
        assertEquals(3, targets.size());
        assertEquals(100, targets.get("stuck:"));
        final List<String> help = spool.help("spool");
        assertEquals(4 + 2 * 3, help.size());
        assertTrue(help.get(8).startsWith("forwarder stuck:, backlog 100, oldest "), help.get(8));
        assertEquals(List.of(), spool.help("other"));
        spool.close();
        assertTrue(stuck.closed);
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
