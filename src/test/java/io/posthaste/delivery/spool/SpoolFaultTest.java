package io.posthaste.delivery.spool;

import static io.posthaste.envelope.DeliveryStatus.ACCEPTED;
import static io.posthaste.envelope.DeliveryStatus.FAILED_TEMPORARILY;
import static io.posthaste.envelope.DeliveryStatus.INSUFFICIENT_STORAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.spool.FaultySpoolFiles.Call;
import io.posthaste.envelope.DeliveryStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a disk does that fails: nothing that was refused is found later, nothing that was accepted is missing. */
@Timeout(60)
final class SpoolFaultTest {
    @TempDir
    private Path temporary;

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"WRITE", "FORCE"})
    void shouldRefuseTheBatchAndGoOnInANewSegment(final Call call) throws IOException {
        final Path directory = temporary.resolve("spool");
        try (SpoolFixture spool = new SpoolFixture(directory)) {
            spool.stores("before");
            spool.files.fail(call, 1);
            spool.offers("refused 1", "refused 2", "refused 3");
            assertEquals(Collections.nCopies(3, FAILED_TEMPORARILY), spool.answers());
            assertEquals(List.of("before"), spool.contents());
            assertEquals(List.of("before"), recovered(spool, "crashed at once"));
            spool.files.heal();
            spool.stores("after", "after that");
            assertEquals(2, spool.segments().size(), "the failed segment is never written to again");
            assertEquals(List.of("before", "after", "after that"), spool.contents());
            assertEquals(List.of("before", "after", "after that"), recovered(spool, "crashed later"));
            assertEquals(1, spool.delivery.counters().count(SpoolCounters.Count.FAILED_BATCHES));
        }
        assertEquals(List.of("before", "after", "after that"), SpoolFixture.contents(directory));
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"WRITE", "FORCE"})
    void shouldRefuseTheFirstBatchOfASegment(final Call call) throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            for (int i = 0; i < 3; i++) {
                spool.files.fail(call, 1);
                spool.offers("refused");
                assertEquals(List.of(FAILED_TEMPORARILY), spool.answers());
                spool.files.heal();
            }
            assertEquals(List.of(), spool.contents());
            assertEquals(List.of(), spool.segments());
            spool.stores("after");
            assertEquals(List.of("after"), recovered(spool, "crashed"));
        }
    }

    /** What is no IOException, as when memory runs out. */
    @Test
    void shouldStoreNothingInASegmentWhoseHeaderFailed() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.files.failOnce(Call.WRITE, new OutOfMemoryError("for a test"));
            spool.offers("refused");
            assertEquals(List.of(FAILED_TEMPORARILY), spool.answers());
            spool.files.heal();
            spool.stores("after");
            assertEquals(List.of("after"), spool.contents());
            assertEquals(List.of("after"), recovered(spool, "crashed"));
        }
    }

    /** What is no IOException, besides one. */
    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"TRUNCATE", "FORCE_ALL", "CLOSE"})
    void shouldRefuseTheBatchAndGoOnThoughCleaningUpFails(final Call call) throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("before");
            spool.files.fail(Call.FORCE, 1);
            spool.files.failOnce(call, new InternalError("for a test"));
            spool.offers("refused 1", "refused 2");
            assertEquals(List.of(FAILED_TEMPORARILY, FAILED_TEMPORARILY), spool.answers());
            spool.files.heal();
            spool.stores("after", "after that");
            assertEquals(List.of("before", "after", "after that"), spool.contents());
            assertEquals(List.of("before", "after", "after that"), recovered(spool, "crashed"));
            assertEquals(1, spool.delivery.counters().count(SpoolCounters.Count.FAILED_BATCHES));
        }
    }

    @Test
    void shouldTakeNoSegmentForAMessageForWhichNoneIsBegun() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            final String content = "x".repeat(40_000);
            spool.stores(content);
            spool.files.failOnce(Call.CLOSE, new InternalError("for a test")); // of the one that is full
            spool.offers(content);
            assertEquals(List.of(FAILED_TEMPORARILY), spool.answers());
            spool.files.heal();
            spool.stores(content);
            assertEquals(
                    List.of("0000000001.segment", "0000000002.segment"),
                    spool.segments().stream()
                            .map(segment -> segment.getFileName().toString())
                            .toList());
            assertEquals(List.of(content, content), recovered(spool, "crashed"));
        }
    }

    @Test
    void shouldTakeNoSegmentForWhichNoHeaderCanBeMade() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.clockFailure = new InternalError("for a test");
            for (int i = 0; i < 3; i++) {
                spool.offers("refused");
                assertEquals(List.of(FAILED_TEMPORARILY), spool.answers());
            }
            spool.clockFailure = null;
            spool.stores("after");
            assertEquals(
                    List.of("0000000001.segment"),
                    spool.segments().stream()
                            .map(segment -> segment.getFileName().toString())
                            .toList());
            assertTrue(
                    spool.delivery.help("SPOOL").get(0).startsWith("spool segments 1, "),
                    () -> spool.delivery.help("SPOOL").get(0));
            assertEquals(List.of("after"), recovered(spool, "crashed"));
        }
    }

    @Test
    void shouldCloseEverythingThoughWhatIsLeftOfABatchCannotBeCutOff() throws IOException {
        final SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"));
        spool.stores("before");
        spool.delivery.append(spool.transactions.envelope("a@b.example", "not committed", "c@d.example"));
        spool.files.failOnce(Call.TRUNCATE, new InternalError("for a test"));
        spool.close();
        assertEquals(0, spool.files.openCount());
        assertEquals(List.of("before"), SpoolFixture.contents(spool.directory));
    }

    @Test
    void shouldGoOnThoughAFullSegmentCannotBeClosed() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.files.fail(Call.CLOSE, 0);
            final List<String> stored = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                stored.add(i + "x".repeat(20_000));
            }
            spool.stores(stored.toArray(String[]::new));
            assertEquals(stored, spool.contents());
            assertEquals(3, spool.segments().size(), "three in each: none is left out");
            assertEquals(2, spool.files.count(Call.CLOSE));
            spool.files.heal();
        }
    }

    @Test
    void shouldCloseEverythingThoughClosingFails() throws IOException {
        final SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"));
        spool.stores("one");
        spool.files.fail(Call.CLOSE, 0);
        assertThrows(IOException.class, spool::close);
        assertEquals(0, spool.files.openCount());
        spool.close();
        new SpoolFixture(spool.directory).close();
    }

    @Test
    void shouldNotFindTheRefusedThoughNothingCouldBeCutOff() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("before");
            spool.files.fail(Call.FORCE, 1);
            spool.files.fail(Call.TRUNCATE, 0);
            spool.offers("refused");
            assertEquals(List.of(FAILED_TEMPORARILY), spool.answers());
            assertEquals(List.of("before"), spool.contents(), "the server says how far it has come");
            spool.files.heal();
            spool.stores("after");
            // The header of the segment behind says where this one ends.
            assertEquals(List.of("before", "after"), spool.contents());
            assertEquals(List.of("before", "after"), recovered(spool, "crashed"));
        }
    }

    @Test
    void shouldNotFindTheRefusedOfASegmentThatCouldNotBeDeleted() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.files.fail(Call.FORCE, 1);
            spool.files.fail(Call.TRUNCATE, 0);
            spool.files.fail(Call.DELETE, 0);
            spool.offers("refused");
            assertEquals(List.of(FAILED_TEMPORARILY), spool.answers());
            spool.files.heal();
            spool.stores("after");
            assertEquals(List.of("after"), spool.contents());
            assertEquals(List.of("after"), recovered(spool, "crashed"));
        }
    }

    @Test
    void shouldKeepWhatWasSyncedBeforeTheSegmentWasFull() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.files.fail(Call.FORCE, 2);
            // The second does not fit beside the first: the first is synced then, the second's sync fails.
            spool.offers("1" + "x".repeat(40_000), "2" + "x".repeat(40_000));
            assertEquals(List.of(ACCEPTED, FAILED_TEMPORARILY), spool.answers());
            assertEquals(1, spool.contents().size());
            assertEquals(1, recovered(spool, "crashed").size());
        }
    }

    @Test
    void shouldWriteWholeRecordsHoweverShortTheWrites() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.files.writeShort(7);
            final List<String> stored = List.of("a".repeat(5000), "", "b".repeat(9000), "c");
            spool.stores(stored.toArray(String[]::new));
            assertEquals(stored, spool.contents());
            assertEquals(stored, recovered(spool, "crashed"));
        }
    }

    @Test
    void shouldAnswer452WhenTheDiskIsFullAndGoOnWhenItIsNot() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            // What was prepared is used up first.
            spool.files.failEverywhere(Call.CREATE, FaultySpoolFiles.NO_SPACE);
            final List<String> stored = storeUntilRefused(spool, INSUFFICIENT_STORAGE);
            assertEquals(stored, spool.contents());
            spool.files.heal();
            stored.add(storeWhenPossible(spool));
            assertEquals(stored, spool.contents());
            assertEquals(stored, recovered(spool, "crashed"));
        }
    }

    @Test
    void shouldAnswer451WhenNoSegmentCanBePrepared() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.files.failEverywhere(Call.RENAME, FaultySpoolFiles.INPUT_OUTPUT_ERROR);
            final List<String> stored = storeUntilRefused(spool, FAILED_TEMPORARILY);
            assertEquals(stored, spool.contents());
            spool.files.heal();
            stored.add(storeWhenPossible(spool));
            assertEquals(stored, recovered(spool, "crashed"));
        }
    }

    @Test
    void shouldNotStartWhenNoSegmentCanBePrepared() throws IOException {
        final FaultySpoolFiles files = new FaultySpoolFiles();
        files.failEverywhere(Call.FORCE_ALL, FaultySpoolFiles.INPUT_OUTPUT_ERROR);
        final Path directory = temporary.resolve("spool");
        final IOException failure =
                assertThrows(IOException.class, () -> new SpoolFixture(directory, "", files).close());
        assertTrue(failure.getMessage().contains("no segment can be prepared"), failure.getMessage());
        assertEquals(List.of(), SegmentFile.list(directory), "nothing is left behind");
        new SpoolFixture(directory).close();
    }

    @Test
    void shouldShowReadersNothingThatIsNotSyncedYet() throws Exception {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("before");
            final CountDownLatch gate = new CountDownLatch(1);
            spool.files.holdForce(gate);
            spool.offers("slow");
            final List<DeliveryStatus> answers = Collections.synchronizedList(new ArrayList<>());
            final Thread writer = new Thread(() -> answers.addAll(spool.answers()));
            writer.start();
            final Path segment = spool.segments().get(0);
            while (!Files.readString(segment, java.nio.charset.StandardCharsets.ISO_8859_1)
                    .contains("slow")) {
                Thread.onSpinWait();
            }
            assertEquals(List.of("before"), spool.contents());
            assertEquals(List.of(), answers);
            gate.countDown();
            writer.join(TimeUnit.SECONDS.toMillis(20));
            assertEquals(List.of(ACCEPTED), answers);
            assertEquals(List.of("before", "slow"), spool.contents());
        }
    }

    @Test
    void shouldSurviveARealFullDisk() throws Exception {
        final Path disk = temporary.resolve("disk");
        Files.createDirectories(disk);
        Assumptions.assumeTrue(run("id", "-u").equals("0"), "only root can mount a small tmpfs");
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()) != null,
                "a tmpfs cannot be mounted here");
        try {
            try (SpoolFixture spool = new SpoolFixture(disk.resolve("spool"))) {
                final List<String> stored = storeUntilRefused(spool, INSUFFICIENT_STORAGE);
                assertTrue(stored.size() > 10, "stored " + stored.size());
                assertEquals(stored, spool.contents());
                assertEquals(stored, recovered(spool, "elsewhere"));
            }
            // It starts on a full disk, too, and says no.
            try (SpoolFixture spool = new SpoolFixture(disk.resolve("spool"))) {
                assertFalse(spool.contents().isEmpty());
            }
        } finally {
            run("umount", disk.toString());
        }
    }

    private static List<String> storeUntilRefused(final SpoolFixture spool, final DeliveryStatus expected) {
        final List<String> stored = new ArrayList<>();
        while (true) {
            final String content = stored.size() + "x".repeat(30_000);
            spool.offers(content);
            final DeliveryStatus answer = spool.answers().get(0);
            if (answer != ACCEPTED) {
                assertEquals(expected, answer);
                return stored;
            }
            stored.add(content);
        }
    }

    private static String storeWhenPossible(final SpoolFixture spool) {
        final String content = "again" + "x".repeat(30_000);
        do {
            spool.delivery.preparer().retry();
            spool.offers(content);
        } while (spool.answers().get(0) != ACCEPTED);
        return content;
    }

    private List<String> recovered(final SpoolFixture spool, final String name) throws IOException {
        final Path copy = spool.crashed(temporary.resolve(name));
        try (SpoolFixture restarted = new SpoolFixture(copy)) {
            final List<String> contents = restarted.contents();
            restarted.stores("one more");
            assertEquals(contents.size() + 1, restarted.contents().size());
            return contents;
        }
    }

    private static String run(final String... command) throws Exception {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes()).strip();
        return process.waitFor() == 0 ? output : null;
    }
}
