package io.posthaste.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.forward.ForwardCounters.Count;
import io.posthaste.forward.ScriptedForwarder.Given;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was deferred is tried again until it expires, and what failed is kept: by the time of day, whatever fails meanwhile. */
final class ForwardingRetryTest {
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
    void shouldTryAgainWithGrowingDelays() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.atOnce = Given::deferred;
        spool.stores("1");
        spool.forwards(forwarder);
        spool.works();
        long delayMs = ForwardingFixture.RETRYING.firstDelayMs();
        for (int attempts = 1; attempts < 10; attempts++) {
            final int given = forwarder.given.size();
            spool.waits(delayMs * 3 / 4 - 1);
            assertEquals(given, forwarder.given.size(), "too early");
            spool.waits(delayMs / 2 + 2);
            assertEquals(given + 1, forwarder.given.size(), "attempt " + attempts);
            assertEquals(attempts, forwarder.given.get(given).message().attempts());
            delayMs = Math.min(2 * delayMs, ForwardingFixture.RETRYING.longestDelayMs());
        }
    }

    @Test
    void shouldTryOnlyThoseRecipientsAgainThatAreOpen() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        spool.storesFor("text", "a@x.example", "b@x.example", "c@x.example");
        spool.forwards(forwarder);
        spool.works();
        final Given first = forwarder.take().get(0);
        first.settlement().deferred(2, "full");
        first.settlement().failed(1, "no such\r\nuser");
        assertEquals(1, spool.count(Count.IN_FLIGHT), "one is still to be settled");
        first.settlement().delivered(0, "taken");
        first.settlement().failed(0, "comes too late");
        spool.works();
        spool.waits(HOUR_MS);
        final Given second = forwarder.take().get(0);
        assertEquals(
                List.of(new ForwardedMessage.Recipient(2, "c@x.example", 0, "")),
                second.message().recipients());
        assertEquals(1, second.message().attempts());
        second.delivered();
        spool.works();
        assertEquals(0, spool.count(Count.BACKLOG));
        assertEquals(2, spool.count(Count.DELIVERED));
        assertEquals(1, spool.count(Count.FAILED));
        assertEquals(1, spool.count(Count.DEFERRED));

        final String kept = Files.readString(spool.failed().get(0));
        assertTrue(kept.startsWith("X-Posthaste-Failed: <b@x.example> scripted:: no such??user\r\n"), kept);
        assertTrue(kept.contains("\r\nX-Original-To: b@x.example\r\n"), kept);
        assertFalse(kept.contains("c@x.example"), kept);
        assertTrue(kept.endsWith("\r\ntext"), kept);
    }

    @Test
    void shouldKeepNoFileOfWhatTheForwarderReports() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.reportsFailures = true;
        forwarder.atOnce = Given::failed;
        spool.stores("1");
        spool.forwards(forwarder);
        spool.works();
        assertEquals(0, spool.count(Count.BACKLOG));
        assertEquals(List.of(), spool.failed());
    }

    @Test
    void shouldGiveUpWhatIsStillDeferredWhenItExpires() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.atOnce = Given::deferred;
        spool.stores("1");
        spool.forwards(forwarder);
        spool.works();
        for (int i = 0; i < 20; i++) {
            spool.waits(2 * HOUR_MS);
        }
        assertEquals(0, spool.count(Count.BACKLOG));
        assertEquals(1, spool.count(Count.FAILED));
        assertEquals(1, spool.failed().size());
    }

    @Test
    void shouldHoldWhatFailedUntilItCanBeKept() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.atOnce = Given::failed;
        final Path obstacle = temporary.resolve("spool").resolve("failed");
        Files.writeString(obstacle, "not a directory");
        spool.stores("1");
        spool.forwards(forwarder);
        spool.works();
        for (int i = 0; i < 40; i++) {
            spool.waits(2 * HOUR_MS);
        }
        spool.waits(30 * DAY_MS);
        assertEquals(1, spool.count(Count.BACKLOG), "however old it is");
        assertEquals(0, spool.count(Count.FAILED));
        Files.delete(obstacle);
        spool.waits(2 * HOUR_MS);
        assertEquals(0, spool.count(Count.BACKLOG));
        assertEquals(1, spool.count(Count.FAILED));
        assertEquals(1, spool.failed().size());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(obstacle)));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(spool.failed().get(0))));
    }

    @Test
    void shouldKeepAFileForEachForwarderThatFails() throws IOException {
        spool.stores("1");
        for (final String name : List.of("first:", "second:")) {
            final ScriptedForwarder forwarder = new ScriptedForwarder();
            forwarder.description = name;
            forwarder.atOnce = Given::failed;
            spool.forwards(forwarder);
            spool.works();
            spool.ends();
        }
        assertEquals(2, spool.failed().size());
    }

    @Test
    void shouldTryAgainWhenTheClockIsSetBack() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.atOnce = Given::deferred;
        spool.stores("1", "2");
        spool.forwards(forwarder);
        spool.works();
        spool.nowMs -= 30 * DAY_MS;
        forwarder.atOnce = Given::delivered;
        spool.works();
        assertEquals(2, spool.count(Count.DELIVERED));
    }

    @Test
    void shouldNotWaitBehindAPlaceThatCannotBeRead() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        spool.stores("1", "2");
        spool.forwards(forwarder);
        spool.works();
        forwarder.atOnce = Given::delivered;
        forwarder.take().forEach(Given::deferred);
        spool.works();
        final Path segment = spool.oldestSegment();
        final Path aside = temporary.resolve("aside");
        Files.move(segment, aside);
        Files.createDirectory(segment); // reads of it fail
        spool.waits(2 * ForwardingFixture.RETRYING.firstDelayMs());
        assertEquals(1, spool.count(Count.READ_FAILURES), "and then a pause");
        assertEquals(List.of(), forwarder.contents());
        Files.delete(segment);
        Files.move(aside, segment);
        spool.waits(2_000);
        assertEquals(1, forwarder.given.size(), "the one that could not be read waits its time");
        spool.waits(HOUR_MS);
        assertEquals(List.of("1", "2"), forwarder.contents().stream().sorted().toList());
        assertEquals(1, forwarder.given.get(0).message().attempts());
        assertEquals(2, forwarder.given.get(1).message().attempts());
        assertEquals(0, spool.count(Count.BACKLOG));
    }

    @Test
    void shouldLoseNoPlaceWhenATurnFails() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        spool.stores("1", "2");
        final ForwardingAgent agent = spool.forwards(forwarder);
        spool.works();
        forwarder.reportsFailures = true;
        forwarder.whenAskedForReports = () -> {
            throw new IllegalStateException("a fault of the forwarder");
        };
        forwarder.take().forEach(Given::failed);
        assertThrows(IllegalStateException.class, agent::doWork);
        assertThrows(IllegalStateException.class, agent::doWork);
        forwarder.whenAskedForReports = () -> {};
        forwarder.atOnce = Given::delivered;
        spool.waits(HOUR_MS);
        assertEquals(List.of("1", "2"), forwarder.contents().stream().sorted().toList());
        assertEquals(0, spool.count(Count.BACKLOG));
        assertEquals(0, spool.count(Count.IN_FLIGHT));
    }

    @Test
    void shouldLetAForwarderThatReportsTryForAsLongAgain() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.reportsFailures = true;
        forwarder.atOnce = Given::deferred;
        spool.stores("1");
        spool.forwards(forwarder);
        spool.works();
        spool.waits(DAY_MS + HOUR_MS);
        assertTrue(forwarder.take().get(1).message().isExpired());
        assertEquals(1, spool.count(Count.BACKLOG));
        spool.waits(DAY_MS + HOUR_MS);
        assertEquals(0, spool.count(Count.BACKLOG));
        assertEquals(1, spool.count(Count.FAILED));
    }

    @Test
    void shouldDeferWhatTheForwarderFailedOn() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.atOnce = one -> {
            throw new IllegalStateException("a fault of the forwarder");
        };
        spool.stores("1", "2");
        spool.forwards(forwarder);
        spool.works();
        assertEquals(2, spool.count(Count.DEFERRED));
        forwarder.atOnce = Given::delivered;
        spool.waits(HOUR_MS);
        assertEquals(0, spool.count(Count.BACKLOG));
    }

    @Test
    void shouldDeferWhatTheForwarderFailedOnThoughItCannotTellWhy() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.atOnce = one -> {
            throw new UntellableFault();
        };
        spool.stores("1", "2");
        spool.forwards(forwarder);
        spool.works();
        assertEquals(2, spool.count(Count.DEFERRED));
        assertEquals(0, spool.count(Count.IN_FLIGHT));
    }
}
