package io.posthaste.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.forward.ForwardCounters.Count;
import io.posthaste.forward.ScriptedForwarder.Given;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForwardingAgentTest {
    @TempDir
    private Path temporary;

    private ForwardingFixture spool;

    @BeforeEach
    void open() throws IOException {
        spool = new ForwardingFixture(temporary.resolve("spool"));
    }

    @AfterEach
    void close() throws IOException {
        spool.close();
    }

    @Test
    void shouldForwardWhatIsThereAndWhatComes() throws IOException {
        final ScriptedForwarder forwarder = ScriptedForwarder.taking();
        spool.stores("one", "two");
        spool.forwards(forwarder);
        assertEquals(2, spool.count(Count.BACKLOG));
        spool.works();
        assertEquals(List.of("one", "two"), forwarder.contents());
        spool.stores("three");
        spool.works();
        assertEquals(List.of("one", "two", "three"), forwarder.contents());
        assertEquals(0, spool.count(Count.BACKLOG));
        assertEquals(3, spool.count(Count.DELIVERED));
        assertTrue(forwarder.flushes > 0);
        spool.ends();
        assertTrue(forwarder.closed);
    }

    @Test
    void shouldTellAllThatTheEnvelopeSays() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        spool.storesFor("text", "c@d.example", "e@f.example");
        spool.forwards(forwarder);
        spool.works();
        final ForwardedMessage message = forwarder.given.get(0).message();
        assertEquals(1, message.sequence());
        assertEquals(message.envelope().id(), message.id());
        assertEquals("a@b.example", message.envelope().reversePath());
        assertEquals("mx.example", message.hostname());
        assertEquals(4, message.contentOctets());
        assertEquals(
                List.of(
                        new ForwardedMessage.Recipient(0, "c@d.example", 0, ""),
                        new ForwardedMessage.Recipient(1, "e@f.example", 0, "")),
                message.recipients());
        assertEquals(0, message.attempts());
        assertFalse(message.isExpired());
    }

    @Test
    void shouldGiveNoMoreThanTheWindow() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.window = 2;
        spool.stores("1", "2", "3", "4");
        spool.forwards(forwarder);
        spool.works();
        assertEquals(List.of("1", "2"), forwarder.contents());
        forwarder.given.get(1).delivered();
        spool.works();
        assertEquals(List.of("1", "2", "3"), forwarder.contents());
        assertEquals(2, spool.count(Count.IN_FLIGHT));
    }

    @Test
    void shouldNotHoldUpOthersForOneThatIsDeferred() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.window = 1;
        spool.stores("late", "2", "3");
        spool.forwards(forwarder);
        spool.works();
        forwarder.given.get(0).deferred();
        forwarder.atOnce = Given::delivered;
        spool.works();
        assertEquals(List.of("late", "2", "3"), forwarder.contents());
        assertEquals(1, spool.count(Count.BACKLOG));
        assertEquals(1, spool.count(Count.WAITING));
    }

    @Test
    void shouldUseSegmentsAgainOnceTheyWereForwarded() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.window = 100_000;
        final String content = "x".repeat(20_000);
        try (ForwardingFixture small = new ForwardingFixture(temporary.resolve("small"), 4, null)) {
            small.forwards(forwarder);
            int stored = 0;
            while (small.offers(content).equals(List.of(DeliveryStatus.ACCEPTED))) {
                stored++;
                assertTrue(stored < 20, "the budget is 256 KiB");
            }
            small.works();
            assertEquals(stored, forwarder.given.size());
            assertEquals(List.of(DeliveryStatus.INSUFFICIENT_STORAGE), small.offers(content), "all is held");

            // One in the oldest segment is not settled: it holds all.
            final List<Given> given = forwarder.take();
            given.subList(1, given.size()).forEach(Given::delivered);
            small.works();
            small.spool.released();
            assertEquals(List.of(DeliveryStatus.INSUFFICIENT_STORAGE), small.offers(content), "the first is held");

            given.get(0).delivered();
            forwarder.atOnce = Given::delivered;
            small.works();
            for (int i = 0; i < 50; i++) {
                small.storesOnceThereIsRoom(content);
                small.works();
            }
            assertEquals(50, forwarder.given.size());
        }
    }

    @Test
    void shouldReadOnlyWhatWasCommitted() throws IOException {
        final ScriptedForwarder forwarder = ScriptedForwarder.taking();
        spool.forwards(forwarder);
        spool.spool.append(spool.transactions.envelope("a@b.example", "not yet", "c@d.example"));
        spool.works();
        assertEquals(List.of(), forwarder.contents());
        spool.spool.commit();
        spool.works();
        assertEquals(List.of("not yet"), forwarder.contents());
    }

    @Test
    void shouldForwardOverManySegments() throws IOException {
        final ScriptedForwarder forwarder = ScriptedForwarder.taking();
        final List<String> contents = IntStream.range(0, 60)
                .mapToObj(i -> i + " " + "x".repeat(10_000))
                .toList();
        spool.stores(contents.subList(0, 30).toArray(String[]::new));
        spool.forwards(forwarder);
        spool.works();
        for (final String content : contents.subList(30, 60)) {
            spool.stores(content);
            spool.works();
        }
        assertEquals(contents, forwarder.contents());
    }
}
