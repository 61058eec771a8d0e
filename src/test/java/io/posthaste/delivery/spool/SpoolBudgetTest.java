package io.posthaste.delivery.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.posthaste.delivery.spool.FaultySpoolFiles.Call;
import io.posthaste.delivery.spool.SpoolSettings.Retention;
import io.posthaste.envelope.AllocationCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is taken of the disk budget comes back, whatever fails. */
final class SpoolBudgetTest {
    private static final long SEGMENT = SpoolFixture.SEGMENT;
    private static final int SEGMENTS = 4;

    @TempDir
    private Path temporary;

    private final FaultySpoolFiles files = new FaultySpoolFiles();
    private SpoolDirectory directory;

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    /** Two segments with mail, the older of which is old. */
    private Path twoSegments(final Retention retention) throws IOException {
        final SpoolSettings settings =
                new SpoolSettings(temporary.resolve("spool"), SEGMENTS * SEGMENT, SEGMENT, retention, 1_000, 4096);
        open(settings);
        final Path oldest = fillSegment();
        fillSegment();
        return oldest;
    }

    private void open(final SpoolSettings settings) throws IOException {
        directory = SpoolDirectory.open(
                settings, files, () -> Long.MAX_VALUE / 2, settings.retention() == Retention.ALL ? () -> 2 : null);
    }

    private Path fillSegment() throws IOException {
        final Segment segment = directory.segments().next();
        segment.close();
        directory.budget().begun(segment);
        directory.budget().committed(segment.number());
        return segment.file();
    }

    @Test
    void shouldTakeNoRoomWhenTheOldestCannotBeLookedAt() throws IOException {
        twoSegments(Retention.AGE);
        final Path aside = Files.move(directory.path(), temporary.resolve("aside"));
        Files.createFile(directory.path()); // the age of what should be in it cannot be told
        for (int i = 0; i < SEGMENTS; i++) {
            assertThrows(IOException.class, directory.segments()::next);
            assertEquals(2 * SEGMENT, directory.budget().octets());
        }
        Files.delete(directory.path());
        Files.move(aside, directory.path());
        fillSegment();
        assertEquals(2 * SEGMENT, directory.budget().octets(), "the oldest was used again");
    }

    @ParameterizedTest
    @EnumSource(Retention.class)
    void shouldGoOnWhenSomebodyElseDeletedTheOldest(final Retention retention) throws IOException {
        Files.delete(twoSegments(retention));
        for (int i = 1; i < SEGMENTS; i++) {
            try (Segment segment = directory.segments().next()) {
                assertNotNull(segment, "segment " + i);
            }
        }
        assertEquals(SEGMENTS * SEGMENT, directory.budget().octets());
        assertEquals(1, directory.budget().liveCount());
    }

    @Test
    void shouldTakeNoRoomForASegmentLeftOverThatCannotBeOpened() throws IOException {
        final SpoolSettings settings =
                new SpoolSettings(temporary.resolve("spool"), SEGMENTS * SEGMENT, SEGMENT, Retention.ALL, 1_000, 4096);
        open(settings);
        final Path left;
        try (Segment segment = directory.segments().next()) {
            left = segment.file();
        }
        directory.close();
        open(settings);
        assertEquals(SEGMENT, directory.budget().octets());
        files.fail(Call.OPEN, 1);
        assertThrows(IOException.class, directory.segments()::next);
        assertEquals(0, directory.budget().octets());
        assertFalse(Files.exists(left), "it is in nobody's books");
        for (int i = 0; i < SEGMENTS; i++) {
            try (Segment segment = directory.segments().next()) {
                assertNotNull(segment, "segment " + i);
            }
        }
    }

    /** As when memory runs out; also behind the rename. */
    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"RENAME", "SYNC_DIRECTORY", "OPEN"})
    void shouldTakeNoRoomForOneToUseAgainWhenNothingShouldFail(final Call call) throws IOException {
        twoSegments(Retention.ALL);
        files.failOnce(call, new InternalError("for a test"));
        assertThrows(InternalError.class, directory.segments()::next);
        final int left = SegmentFile.list(directory.path()).size();
        assertEquals(left * SEGMENT, directory.budget().octets(), "as much as there is");
        files.heal();
        for (int i = 1; i < SEGMENTS; i++) {
            try (Segment segment = directory.segments().next()) {
                assertNotNull(segment, "segment " + i);
            }
        }
        assertNull(directory.segments().next());
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"CREATE", "WRITE", "FORCE_ALL", "RENAME", "SYNC_DIRECTORY"})
    void shouldTakeNoRoomForANewOneWhenNothingShouldFail(final Call call) throws IOException {
        twoSegments(Retention.NEWEST);
        for (int i = 0; i < SEGMENTS; i++) {
            files.failOnce(call, new InternalError("for a test"));
            assertThrows(InternalError.class, directory.segments()::next);
            assertEquals(2 * SEGMENT, directory.budget().octets());
            assertEquals(2, SegmentFile.list(directory.path()).size());
            assertEquals(0, files.openCount());
        }
    }

    @Test
    void shouldTakeNoRoomForOneThatCannotBeForgotten() throws IOException {
        twoSegments(Retention.ALL);
        directory.budget().shortened(1, SEGMENT / 2); // too small to be used again
        for (int i = 0; i < SEGMENTS; i++) {
            files.failOnce(Call.DELETE, new InternalError("for a test"));
            assertThrows(InternalError.class, directory.segments()::next);
            assertEquals(SEGMENT + SEGMENT / 2, directory.budget().octets());
        }
        files.heal();
        try (Segment segment = directory.segments().next()) {
            assertNotNull(segment);
        }
        assertEquals(2 * SEGMENT, directory.budget().octets());
    }

    /** Giving back must not need the memory that was lacking. */
    @Test
    void shouldGiveTheOldestBackWithoutMemory() throws IOException {
        twoSegments(Retention.ALL);
        final SpoolBudget.Oldest oldest = directory.budget().takeOldest(true);
        assertNull(directory.budget().takeOldest(true), "it is taken");
        assertEquals(0, AllocationCounter.octets(100, () -> directory.budget().giveOldestBack(oldest)));
        assertEquals(oldest, directory.budget().takeOldest(true), "it can be taken again");
    }

    @Test
    void shouldTellWhyASegmentCannotBePreparedThoughItCannotBeClosedEither() throws IOException {
        twoSegments(Retention.ALL);
        directory.segments().next().close(); // the oldest, used again
        files.fail(Call.FORCE_ALL, 1);
        files.fail(Call.CLOSE, 1);
        final IOException failure = assertThrows(IOException.class, directory.segments()::next);
        assertEquals("FORCE_ALL: " + FaultySpoolFiles.INPUT_OUTPUT_ERROR, failure.getMessage());
        assertEquals(2 * SEGMENT, directory.budget().octets());
        assertEquals(2, SegmentFile.list(directory.path()).size());
    }
}
