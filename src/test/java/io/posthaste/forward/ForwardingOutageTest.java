package io.posthaste.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.forward.ForwardCounters.Count;
import io.posthaste.forward.ScriptedForwarder.Given;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target that is away: everything pauses, and nothing is held against the messages. */
final class ForwardingOutageTest {
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

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
    void shouldPauseWhileTheTargetIsAwayAndThenTryOne() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.atOnce = Given::unavailable;
        spool.stores("1", "2", "3");
        spool.forwards(forwarder);
        spool.works();
        assertEquals(List.of("1"), forwarder.contents(), "it said so at once");
        assertEquals(1, spool.count(Count.AWAY));
        long pauseMs = Retrying.PAUSE.firstDelayMs();
        for (int i = 1; i < 10; i++) {
            spool.waits(pauseMs * 3 / 4 - 1);
            assertEquals(i, forwarder.given.size(), "too early");
            spool.waits(pauseMs / 2 + 2);
            assertEquals(i + 1, forwarder.given.size());
            pauseMs = Math.min(2 * pauseMs, Retrying.PAUSE.longestDelayMs());
        }
        forwarder.take();
        forwarder.atOnce = one -> {};
        spool.waits(2 * Retrying.PAUSE.longestDelayMs());
        assertEquals(1, forwarder.given.size(), "one alone");
        assertEquals(0, forwarder.given.get(0).message().attempts());
        forwarder.given.get(0).delivered();
        spool.works();
        assertEquals(
                List.of("1", "2", "3"), forwarder.contents().stream().sorted().toList());
        assertEquals(0, spool.count(Count.AWAY));
        assertEquals(1, spool.count(Count.OUTAGES));
        assertEquals(0, spool.count(Count.DEFERRED));
    }

    @Test
    void shouldNotExpireMailWhileTheTargetIsAway() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.atOnce = Given::unavailable;
        spool.stores("1");
        spool.forwards(forwarder);
        spool.works();
        spool.waits(30 * DAY_MS);
        assertEquals(1, spool.count(Count.BACKLOG));
        forwarder.atOnce = Given::delivered;
        spool.waits(DAY_MS);
        assertTrue(forwarder.given.get(forwarder.given.size() - 1).message().isExpired());
        assertEquals(1, spool.count(Count.DELIVERED));
        assertEquals(0, spool.count(Count.FAILED));
    }

    @Test
    void shouldPauseAsLongAsItSaysWhenTheClockIsSet() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.atOnce = Given::unavailable;
        spool.stores("1");
        spool.forwards(forwarder);
        spool.works();
        spool.nowMs += DAY_MS / 2;
        spool.works();
        assertEquals(1, forwarder.given.size(), "the pause is not over");
        spool.nowMs -= DAY_MS;
        forwarder.atOnce = Given::delivered;
        spool.waits(2_000);
        assertEquals(1, spool.count(Count.DELIVERED));
    }

    @Test
    void shouldNotCallATargetAwayWhenTheSpoolCannotBeRead() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        spool.stores("1");
        spool.forwards(forwarder);
        spool.works();
        forwarder.take().forEach(Given::deferred);
        spool.works();
        final Path segment = spool.oldestSegment();
        final Path aside = Files.move(segment, temporary.resolve("aside"));
        Files.createDirectory(segment); // reads of it fail
        spool.waits(HOUR_MS);
        assertEquals(1, spool.count(Count.READ_FAILURES), "and then a pause");
        assertEquals(0, spool.count(Count.AWAY));
        assertEquals(0, spool.count(Count.OUTAGES));
        Files.delete(segment);
        Files.move(aside, segment);
        forwarder.atOnce = Given::unavailable;
        spool.waits(HOUR_MS);
        assertEquals(1, spool.count(Count.AWAY), "now it says so itself");
        assertEquals(1, spool.count(Count.OUTAGES));
        forwarder.atOnce = Given::delivered;
        spool.waits(HOUR_MS);
        assertEquals(0, spool.count(Count.AWAY));
        assertEquals(1, spool.count(Count.DELIVERED));
    }
}
