package io.posthaste.delivery.spool;

import static io.posthaste.envelope.DeliveryStatus.ACCEPTED;
import static io.posthaste.envelope.DeliveryStatus.FAILED_TEMPORARILY;
import static io.posthaste.envelope.DeliveryStatus.INSUFFICIENT_STORAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.Figure;
import io.posthaste.delivery.spool.FaultySpoolFiles.Call;
import io.posthaste.delivery.spool.SpoolCounters.Count;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Contents that come in parts, into files of their own. */
@Timeout(60)
final class LargeFilesTest {
    /** More than a segment of the fixture holds. */
    private static final String LARGE = "0123456789abcde\n".repeat(10_000);

    @TempDir
    private Path temporary;

    // ---- stored

    @Test
    void shouldStoreContentsThatComeInParts() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("first");
            spool.storesInParts(LARGE, "b".repeat(5_000), "", "c");
            spool.stores("third");
            final List<String> expected = List.of("first", LARGE + "b".repeat(5_000) + "c", "third");
            assertEquals(expected, spool.contents());
            assertEquals(expected, recovered(spool, "crashed"));
            assertEquals(1, spool.delivery.counters().count(Count.LARGE_MESSAGES));
            assertEquals(LARGE.length() + 5_001, spool.delivery.counters().count(Count.LARGE_OCTETS));
            assertEquals(3, spool.delivery.counters().count(Count.MESSAGES));

            final List<StoredMessage> messages = new ArrayList<>();
            SpoolReader.open(spool.directory).visit(false, messages::add);
            assertEquals(
                    List.of(false, true, false),
                    messages.stream().map(StoredMessage::isLarge).toList());
            final StoredMessage large = messages.get(1);
            assertEquals(LARGE.length() + 5_001, large.contentOctets());
            assertEquals(2, large.sequence());
            assertEquals("a@b.example", large.envelope().reversePath());
            assertEquals(List.of("0000000001-" + large.envelope().id()), spool.largeFiles());
            assertEquals(
                    spool.largeFiles().get(0), large.contentFile().getFileName().toString());
            assertEquals(
                    "rw-------",
                    java.nio.file.attribute.PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(large.contentFile())));
        }
    }

    @Test
    void shouldBeReadAsAChannelOfKnownLength() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("in the log", "");
            spool.storesInParts(LARGE, "end");
            final List<StoredMessage> messages = new ArrayList<>();
            SpoolReader.open(spool.directory).visit(false, messages::add);
            final List<String> expected = List.of("in the log", "", LARGE + "end");
            for (int i = 0; i < expected.size(); i++) {
                final ByteBuffer all = ByteBuffer.allocate(1 << 20);
                try (ReadableByteChannel content = messages.get(i).openContent()) {
                    int count;
                    do {
                        final ByteBuffer piece = ByteBuffer.allocate(997);
                        count = content.read(piece);
                        all.put(piece.flip());
                    } while (count >= 0);
                    assertEquals(-1, content.read(all));
                }
                assertEquals(expected.get(i), new String(all.array(), 0, all.position()));
                assertEquals(all.position(), messages.get(i).contentOctets());
            }
        }
    }

    @Test
    void shouldMakeNameAndContentDurableBeforeTheRecord() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("first");
            spool.files.fail(Call.CREATE, 1_000_000); // counts this thread's calls only, from now
            final Envelope one = spool.begins();
            final Envelope two = spool.begins();
            spool.sends(one, LARGE);
            spool.sends(two, LARGE);
            final int[] before = counts(spool.files);
            spool.ends(one, "1");
            spool.ends(two, "2");
            final int[] finished = counts(spool.files);
            assertEquals(2, finished[0] - before[0], "a sync of each file");
            assertEquals(0, finished[1] - before[1]);
            spool.offers("small");
            assertEquals(List.of(ACCEPTED, ACCEPTED, ACCEPTED), spool.answers());
            final int[] committed = counts(spool.files);
            assertEquals(2, committed[3] - finished[3], "names");
            assertEquals(1, committed[2] - finished[2], "one sync of the directory for both");
            assertEquals(1, committed[1] - finished[1], "one sync of the log for all three");
        }
    }

    private static int[] counts(final FaultySpoolFiles files) {
        return new int[] {
            files.count(Call.FORCE_ALL),
            files.count(Call.FORCE),
            files.count(Call.SYNC_DIRECTORY),
            files.count(Call.RENAME)
        };
    }

    @Test
    void shouldSyncALongContentOnItsWay() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            final SpoolSettings roomy = new SpoolSettings(
                    temporary.resolve("roomy"), 1L << 30, 1L << 20, SpoolSettings.Retention.ALL, 0, 4096);
            final FaultySpoolFiles files = new FaultySpoolFiles();
            final SpoolCounters counters = new SpoolCounters();
            try (SpoolDirectory directory = SpoolDirectory.open(roomy, files, () -> 0, null)) {
                final LargeFiles large = new LargeFiles(directory, files, 4096, counters);
                final Envelope envelope = spool.transactions.envelope("a@b", LARGE, "c@d");
                final int before = files.count(Call.FORCE);
                final int parts = (int) (2 * LargeFiles.SYNC_OCTETS / LARGE.length()) + 2;
                for (int i = 0; i < parts; i++) {
                    large.append(envelope);
                }
                assertEquals(2, files.count(Call.FORCE) - before);
                assertEquals((long) parts * LARGE.length(), directory.budget().largeOctets());
                large.abandon(envelope);
                assertEquals(0, directory.budget().largeOctets());
                spool.forgets(envelope);
            }
        }
    }

    // ---- given up

    @Test
    void shouldDropWhatIsGivenUp() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            final Envelope given = spool.begins();
            spool.sends(given, LARGE);
            spool.sends(given, LARGE);
            assertEquals(List.of(given.id() + ".part"), spool.largeFiles());
            final long octets = spool.delivery.figures().stream()
                    .filter(figure -> figure.name().equals("spool_large_size_bytes"))
                    .findAny()
                    .orElseThrow()
                    .value();
            assertEquals(2L * LARGE.length(), octets);
            spool.abandons(given);
            assertEquals(List.of(), spool.largeFiles());
            assertEquals(1, spool.delivery.counters().count(Count.LARGE_ABANDONED));
            spool.storesInParts("x", "y");
            assertEquals(List.of("xy"), spool.contents());
        }
    }

    @Test
    void shouldDeleteAtStartWhatTheLogDoesNotName() throws IOException {
        final Path crashed = temporary.resolve("crashed");
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.storesInParts("kept", "!");
            final Envelope unfinished = spool.begins();
            spool.sends(unfinished, LARGE);
            spool.crashed(crashed);
            // One that had got its name when the record was not in the log yet, and those of segments that are gone.
            final Path large = LargeNames.directory(crashed);
            Files.writeString(large.resolve("0000000001-0000000000000000009999"), "named");
            Files.writeString(large.resolve("0000000007-0000000000000000009998"), "later");
            Files.writeString(large.resolve("notes"), "somebody else's");
            spool.abandons(unfinished);
        }
        try (SpoolFixture restarted = new SpoolFixture(crashed)) {
            assertEquals(2, restarted.largeFiles().size(), () -> "" + crashed);
            assertEquals("notes", restarted.largeFiles().get(1));
            assertEquals(List.of("kept!"), restarted.contents());
        }
    }

    @Test
    void shouldTakeARecordWithoutItsFileForTorn() throws IOException {
        final Path crashed = temporary.resolve("crashed");
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("before");
            spool.storesInParts("large", "!");
            spool.crashed(crashed);
        }
        final Path file = LargeNames.directory(crashed)
                .resolve(SpoolFixture.largeFiles(crashed).get(0));
        Files.delete(file);
        assertEquals(List.of("before"), SpoolFixture.contents(crashed));
        try (SpoolFixture restarted = new SpoolFixture(crashed)) {
            restarted.stores("after");
            assertEquals(List.of("before", "after"), restarted.contents());
        }
    }

    @Test
    void shouldTellOfAFileThatIsDamaged() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.storesInParts("large", "!");
            spool.stores("behind");
            final List<StoredMessage> messages = new ArrayList<>();
            SpoolReader.open(spool.directory).visit(false, messages::add);
            final Path file = messages.get(0).contentFile();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[] {'L'}), 0);
            }
            final IOException failure = assertThrows(IOException.class, () -> SpoolFixture.content(messages.get(0)));
            assertTrue(failure.getMessage().contains("is damaged"), failure.getMessage());
            final SpoolReader reader = SpoolReader.open(spool.directory);
            assertEquals(List.of("behind"), SpoolFixture.contents(reader));
            assertTrue(
                    reader.troubles().toString().contains("is damaged at octets 4096 to "),
                    reader.troubles()::toString);
            Files.delete(file);
            final IOException gone = assertThrows(IOException.class, () -> SpoolFixture.content(messages.get(0)));
            assertTrue(gone.getMessage().contains("is gone"), gone.getMessage());
        }
    }

    // ---- room

    @Test
    void shouldRefuseWhatTheDiskBudgetHasNoRoomFor() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"), "&size=6m")) {
            spool.stores("first");
            final Envelope envelope = spool.begins();
            int taken = 0;
            while (spool.sends(envelope, LARGE) == ACCEPTED) {
                taken++;
            }
            assertEquals(INSUFFICIENT_STORAGE, envelope.status());
            assertTrue(taken > 15 && taken < 64 * SpoolFixture.SEGMENT / LARGE.length(), "parts taken: " + taken);
            assertEquals(List.of(), spool.largeFiles(), "nothing of it is left");
            spool.forgets(envelope);
            spool.storesInParts("there is room", " again");
            assertEquals(1, spool.delivery.counters().count(Count.LARGE_REFUSED));
        }
    }

    @Test
    void shouldForgetTheOldestForALargeOne() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"), "&size=6m&retain=newest")) {
            for (int i = 0; i < 60; i++) {
                spool.stores(i + "x".repeat(60_000));
            }
            final List<String> kept = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                final String content = "large " + i;
                spool.storesInParts(content, LARGE, LARGE);
                kept.add(content + LARGE + LARGE);
            }
            final List<String> contents = spool.contents();
            final int count = contents.size();
            assertTrue(count >= 5 && count < 40, "kept " + count);
            assertEquals(kept.subList(kept.size() - count, kept.size()), contents);
            assertEquals(count, spool.largeFiles().size(), "files go with their segment");
            assertTrue(octetsIn(spool.directory) <= 64 * SpoolFixture.SEGMENT);
            assertEquals(contents, recovered(spool, "crashed"));
        }
    }

    @Test
    void shouldForgetOnlyWhatIsOlderThanTheNewestThatIsDurable() throws IOException {
        try (SpoolDirectory directory = twoSegments(new FaultySpoolFiles())) {
            final Segment first = directory.segments().next();
            directory.budget().begun(first);
            directory.budget().committed(first.number());
            final Segment second = directory.segments().next();
            directory.budget().begun(second);
            assertNull(directory.segments().next(), "the second holds nothing yet");
            assertFalse(directory.takeLarge(1));
            directory.budget().committed(second.number());
            final Segment third = directory.segments().next();
            assertEquals(3, third.number());
            first.close();
            second.close();
            third.close();
        }
    }

    @Test
    void shouldForgetLargeOnesLaterWhenThatFailedWithTheirSegment() throws IOException {
        final FaultySpoolFiles files = new FaultySpoolFiles();
        try (SpoolDirectory directory = twoSegments(files)) {
            final Segment first = directory.segments().next();
            directory.budget().begun(first);
            assertTrue(directory.takeLarge(1000));
            directory.budget().largeCommitted(first.number(), 1000);
            directory.budget().committed(first.number());
            final Path content = LargeNames.committed(directory.path(), first.number(), "0000000000000000000001");
            Files.writeString(content, "content");
            directory.budget().shortened(first.number(), SpoolFixture.SEGMENT - 1000);
            final Segment second = directory.segments().next();
            directory.budget().begun(second);
            directory.budget().committed(second.number());
            files.fail(Call.SYNC_DIRECTORY, 1);
            assertThrows(IOException.class, () -> directory.takeLarge(1000));
            assertFalse(Files.exists(SegmentFile.path(directory.path(), first.number())));
            assertTrue(Files.exists(content), "its segment may come back");
            files.heal();
            assertEquals(SpoolFixture.SEGMENT + 1000, directory.budget().largeOctets());
            assertTrue(directory.takeLarge(SpoolFixture.SEGMENT));
            assertFalse(Files.exists(content));
            assertEquals(2 * SpoolFixture.SEGMENT, directory.budget().largeOctets());
            first.close();
            second.close();
        }
    }

    @Test
    void shouldTouchNothingOnceTheLockIsGivenBack() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            final FaultySpoolFiles files = new FaultySpoolFiles();
            final SpoolDirectory directory = twoSegments(files);
            final Segment first = directory.segments().next();
            directory.budget().begun(first);
            directory.budget().committed(first.number());
            directory.close();
            directory.close();
            first.close();
            final LargeFiles large = new LargeFiles(directory, files, 4096, new SpoolCounters());
            final Envelope envelope = spool.transactions.envelope("a@b", LARGE, "c@d");
            final IOException failure = assertThrows(IOException.class, () -> large.append(envelope));
            assertTrue(failure.getMessage().contains("is closed"), failure.getMessage());
            assertThrows(IOException.class, () -> directory.takeLarge(2 * SpoolFixture.SEGMENT));
            assertEquals(List.of(), SpoolFixture.largeFiles(directory.path()));
            assertTrue(Files.exists(SegmentFile.path(directory.path(), first.number())));
            spool.forgets(envelope);
        }
    }

    /** With room for two segments beside a content under way that has the room of one; the oldest goes for the newest. */
    private SpoolDirectory twoSegments(final FaultySpoolFiles files) throws IOException {
        final SpoolSettings settings = new SpoolSettings(
                temporary.resolve("two"),
                3 * SpoolFixture.SEGMENT,
                SpoolFixture.SEGMENT,
                SpoolSettings.Retention.NEWEST,
                0,
                4096);
        final SpoolDirectory directory = SpoolDirectory.open(settings, files, () -> 0, null);
        assertTrue(directory.takeLarge(SpoolFixture.SEGMENT));
        return directory;
    }

    // ---- faults

    @Test
    void shouldLeaveNothingOfWhatIsGivenUpThoughItCannotBeClosed() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            final Envelope envelope = spool.begins();
            assertEquals(ACCEPTED, spool.sends(envelope, LARGE));
            spool.files.fail(Call.CLOSE, 0);
            spool.abandons(envelope);
            spool.files.heal();
            assertEquals(List.of(), spool.largeFiles());
            assertEquals(0, largeOctetsTaken(spool), "its room is given back");
        }
    }

    /** What is no IOException. */
    @Test
    void shouldRefuseAllOfABatchThoughOneOfThemCannotBeDropped() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("before");
            final Envelope one = spool.begins();
            final Envelope two = spool.begins();
            spool.sends(one, LARGE);
            spool.sends(two, LARGE);
            spool.files.fail(Call.FORCE, 1);
            spool.files.failOnce(Call.DELETE, new InternalError("for a test"));
            spool.ends(one, "1");
            spool.ends(two, "2");
            assertEquals(List.of(FAILED_TEMPORARILY, FAILED_TEMPORARILY), spool.answers());
            spool.files.heal();
            assertEquals(1, spool.largeFiles().size(), "the other one is deleted");
            assertEquals(LARGE.length() + 1, largeOctetsTaken(spool), "it takes room for as long as it is there");
            spool.storesInParts("after", "!");
            assertEquals(List.of("before", "after!"), recovered(spool, "crashed"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"CREATE", "WRITE"})
    void shouldRefuseAContentOfWhichAPartCannotBeWritten(final Call call) throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            final Envelope envelope = spool.begins();
            if (call == Call.WRITE) {
                assertEquals(ACCEPTED, spool.sends(envelope, LARGE));
            }
            spool.files.fail(call, 1);
            assertEquals(FAILED_TEMPORARILY, spool.sends(envelope, LARGE));
            assertEquals(List.of(), spool.largeFiles());
            spool.files.heal();
            spool.forgets(envelope);
            spool.files.failEverywhere(call, FaultySpoolFiles.NO_SPACE);
            final Envelope another = spool.begins();
            assertEquals(INSUFFICIENT_STORAGE, spool.sends(another, LARGE));
            assertEquals(List.of(), spool.largeFiles());
            spool.files.heal();
            spool.forgets(another);
            spool.storesInParts("fine", " again");
            assertEquals(List.of("fine again"), spool.contents());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"WRITE", "FORCE_ALL", "RENAME", "SYNC_DIRECTORY", "FORCE"})
    void shouldRefuseAContentThatFailsAtItsEnd(final Call call) throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("before");
            final Envelope envelope = spool.begins();
            assertEquals(ACCEPTED, spool.sends(envelope, LARGE));
            spool.files.fail(call, 1);
            spool.ends(envelope, "end");
            assertEquals(List.of(FAILED_TEMPORARILY), spool.answers());
            spool.files.heal();
            assertEquals(List.of(), spool.largeFiles());
            assertEquals(List.of("before"), spool.contents());
            assertEquals(List.of("before"), recovered(spool, "crashed at once"));
            spool.storesInParts("after", "!");
            assertEquals(List.of("before", "after!"), recovered(spool, "crashed later"));
        }
    }

    @Test
    void shouldRefuseOnlyTheLargeOneWhoseNameCannotBeGiven() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("before");
            final Envelope one = spool.begins();
            final Envelope two = spool.begins();
            spool.sends(one, LARGE);
            spool.sends(two, LARGE);
            spool.files.fail(Call.RENAME, 1);
            spool.offers("small");
            spool.ends(one, "1");
            spool.ends(two, "2");
            assertEquals(List.of(ACCEPTED, FAILED_TEMPORARILY, ACCEPTED), spool.answers());
            assertEquals(List.of("before", "small", LARGE + "2"), spool.contents());
            assertEquals(1, spool.largeFiles().size());
        }
    }

    @Test
    void shouldNotFindTheRefusedThoughItsFileCouldNotBeDeleted() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("before");
            final Envelope envelope = spool.begins();
            spool.sends(envelope, LARGE);
            spool.files.fail(Call.FORCE, 1);
            spool.files.fail(Call.TRUNCATE, 0);
            spool.files.fail(Call.DELETE, 0);
            spool.ends(envelope, "end");
            assertEquals(List.of(FAILED_TEMPORARILY), spool.answers());
            spool.files.heal();
            assertEquals(List.of("before"), spool.contents());
            spool.stores("after");
            assertEquals(List.of("before", "after"), recovered(spool, "crashed"));
        }
    }

    @Test
    void shouldWriteAllHoweverShortTheWrites() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.files.writeShort(7);
            spool.storesInParts("a".repeat(5_000), "", "b".repeat(9_000), "c");
            assertEquals(List.of("a".repeat(5_000) + "b".repeat(9_000) + "c"), spool.contents());
        }
    }

    @Test
    void shouldRefuseLargeOnesWhenNoSegmentCanBeHad() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.files.failEverywhere(Call.FORCE_ALL, FaultySpoolFiles.INPUT_OUTPUT_ERROR);
            // What was prepared is used up first.
            List<DeliveryStatus> answers;
            do {
                spool.offers("x".repeat(30_000));
                answers = spool.answers();
            } while (answers.equals(List.of(ACCEPTED)));
            spool.files.heal();
            spool.files.failEverywhere(Call.RENAME, FaultySpoolFiles.INPUT_OUTPUT_ERROR);
            final Envelope envelope = spool.begins();
            assertEquals(ACCEPTED, spool.sends(envelope, LARGE));
            spool.ends(envelope, "end");
            assertEquals(Collections.nCopies(1, FAILED_TEMPORARILY), spool.answers());
            assertEquals(List.of(), spool.largeFiles());
        }
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

    /** By the figure that tells it. */
    private static long largeOctetsTaken(final SpoolFixture spool) {
        return spool.delivery.figures().stream()
                .filter(figure -> figure.name().equals("spool_large_size_bytes"))
                .mapToLong(Figure::value)
                .sum();
    }

    private static long octetsIn(final Path directory) throws IOException {
        long octets = 0;
        for (final SegmentFile segment : SegmentFile.list(directory)) {
            octets += segment.octets();
        }
        for (final String name : SpoolFixture.largeFiles(directory)) {
            octets += Files.size(LargeNames.directory(directory).resolve(name));
        }
        return octets;
    }
}
