package io.posthaste.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.forward.ForwardCounters.Count;
import io.posthaste.forward.ScriptedForwarder.Given;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForwardingAgentTest {
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

        final String kept = Files.readString(failed().get(0));
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
        assertEquals(List.of(), failed());
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
        assertEquals(1, failed().size());
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
        assertEquals(1, failed().size());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(obstacle)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(failed().get(0))));
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
        assertEquals(2, failed().size());
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
    void shouldNotWaitBehindAPlaceThatCannotBeRead() throws IOException {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        spool.stores("1", "2");
        spool.forwards(forwarder);
        spool.works();
        forwarder.atOnce = Given::delivered;
        forwarder.take().forEach(Given::deferred);
        spool.works();
        final Path segment = segment();
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

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.list(temporary.resolve("spool"))) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
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
    void shouldGoOnWhereItWasWhenItEndsInOrder() throws IOException {
        final ScriptedForwarder first = new ScriptedForwarder();
        spool.stores("1", "2", "3", "4");
        spool.forwards(first);
        spool.works();
        first.given.get(1).delivered();
        first.given.get(2).deferred();
        spool.works();
        spool.ends();

        final ScriptedForwarder second = new ScriptedForwarder();
        spool.forwards(second);
        assertEquals(3, spool.count(Count.BACKLOG));
        assertEquals(2, spool.count(Count.POSSIBLE_DUPLICATES));
        spool.works();
        assertEquals(List.of("1", "4"), second.contents());
        spool.waits(HOUR_MS);
        assertEquals(List.of("1", "4", "3"), second.contents());
        assertEquals(1, second.given.get(2).message().attempts());
        second.given.forEach(Given::delivered);
        spool.stores("5");
        spool.works();
        second.given.get(3).delivered();
        spool.works();
        spool.ends();

        final ScriptedForwarder third = ScriptedForwarder.taking();
        spool.forwards(third);
        assertEquals(0, spool.count(Count.POSSIBLE_DUPLICATES));
        spool.works();
        assertEquals(List.of(), third.contents());
        assertEquals(0, spool.count(Count.BACKLOG));
    }

    @Test
    void shouldRepeatOnlyWhatWasInFlightWhenTheProcessIsKilled() throws IOException {
        final ScriptedForwarder first = new ScriptedForwarder();
        spool.stores("1", "2", "3");
        spool.forwards(first);
        spool.works();
        first.given.get(0).delivered();
        first.given.get(2).delivered();
        spool.works();

        final ScriptedForwarder second = ScriptedForwarder.taking();
        spool.forwards(second); // the first agent is not ended: its journal is as a killed process leaves it
        assertEquals(1, spool.count(Count.POSSIBLE_DUPLICATES));
        spool.works();
        assertEquals(List.of("2"), second.contents());
    }

    @Test
    void shouldBeginANewForwarderAtTheOldestMessage() throws IOException {
        final ScriptedForwarder first = ScriptedForwarder.taking();
        spool.stores("1", "2");
        spool.forwards(first);
        spool.works();
        spool.ends();
        final ScriptedForwarder other = ScriptedForwarder.taking();
        other.description = "other:";
        spool.forwards(other);
        spool.works();
        assertEquals(List.of("1", "2"), other.contents());
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
                awaitAccepted(small, content);
                small.works();
            }
            assertEquals(50, forwarder.given.size());
        }
    }

    /** Segments are prepared by a thread of its own: at first there may be none yet. */
    private static void awaitAccepted(final ForwardingFixture spool, final String content) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!spool.offers(content).equals(List.of(DeliveryStatus.ACCEPTED))) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "no segment was used again");
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldPassOverWhatIsGone() throws IOException {
        final ScriptedForwarder first = new ScriptedForwarder();
        final String content = "x".repeat(20_000);
        try (ForwardingFixture unheld = new ForwardingFixture(temporary.resolve("unheld"), 4, Long.MAX_VALUE)) {
            unheld.forwards(first);
            unheld.stores(content, content);
            unheld.works();
            first.given.get(0).deferred();
            unheld.works();
            unheld.ends();
            // Nothing forwards to it any more, and the mail goes.
            for (int i = 0; i < 20; i++) {
                awaitAccepted(unheld, content);
            }
            final ScriptedForwarder second = ScriptedForwarder.taking();
            unheld.forwards(second);
            unheld.works();
            unheld.waits(HOUR_MS);
            assertTrue(!second.given.isEmpty() && second.given.size() < 20, "given " + second.given.size());
            assertEquals(22 - second.given.size(), unheld.count(Count.MISSING));
            assertEquals(22, second.given.get(second.given.size() - 1).message().sequence());
            assertEquals(0, unheld.count(Count.BACKLOG));
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

    private List<Path> failed() throws IOException {
        final Path directory = temporary.resolve("spool").resolve("failed");
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
