package io.posthaste.delivery.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.spool.FaultySpoolFiles.Call;
import io.posthaste.delivery.spool.SpoolSettings.Retention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nobody waits for a segment that never comes, whatever happens to the thread that prepares them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SegmentPreparerTest {
    @TempDir
    private Path temporary;

    private final FaultySpoolFiles files = new FaultySpoolFiles();
    private SpoolDirectory directory;
    private SegmentPreparer preparer;

    @BeforeEach
    void open() throws IOException {
        directory = openDirectory();
        preparer = new SegmentPreparer(directory.segments());
    }

    private SpoolDirectory openDirectory() throws IOException {
        final long segment = SpoolFixture.SEGMENT;
        return SpoolDirectory.open(
                new SpoolSettings(temporary.resolve("spool"), 16 * segment, segment, Retention.ALL, 0),
                files,
                () -> 0,
                null);
    }

    @AfterEach
    void close() throws IOException {
        preparer.close();
        directory.close();
    }

    @Test
    void shouldTellWhyASegmentCannotBePrepared() throws IOException {
        files.failOnce(Call.CREATE, preparer.thread(), new InternalError("for a test"));
        preparer.start();
        assertNull(preparer.take());
        assertEquals(
                "preparing a segment failed: java.lang.InternalError: for a test",
                preparer.failure().getMessage());
        goesOn();
    }

    /** As when there is no memory for the reason either. */
    @Test
    void shouldGoOnThoughItCannotTellWhyASegmentCannotBePrepared() throws IOException {
        files.failOnce(Call.CREATE, preparer.thread(), new UntellableError());
        preparer.start();
        assertNull(preparer.take());
        assertEquals(
                "preparing a segment failed, and so did telling why",
                preparer.failure().getMessage());
        goesOn();
    }

    @Test
    void shouldNotBeWaitedForOnceItsThreadHasEnded() throws Exception {
        preparer.start();
        preparer.awaitOutcome();
        preparer.thread().interrupt();
        preparer.thread().join(TimeUnit.SECONDS.toMillis(20));
        assertFalse(preparer.thread().isAlive());
        for (Segment segment = preparer.take(); segment != null; segment = preparer.take()) {
            segment.close();
        }
        assertEquals(
                "the thread that prepares segments has ended",
                preparer.failure().getMessage());
    }

    /** A disk that hangs: what is under way must not meet the files of another who has the directory by then. */
    @Test
    void shouldKeepOthersOutUntilWhatIsUnderWayHasEnded() throws Exception {
        final Semaphore renames = new Semaphore(0);
        files.holdRenames(renames);
        preparer.start();
        while (!renames.hasQueuedThreads()) {
            Thread.onSpinWait();
        }
        Thread.currentThread().interrupt(); // it does not wait then until it gives up
        preparer.close();
        assertTrue(Thread.interrupted());
        directory.close();
        final IOException refused = assertThrows(IOException.class, this::openDirectory);
        assertEquals(directory.path() + " is in use: this process writes to it already", refused.getMessage());

        renames.release();
        preparer.thread().join(TimeUnit.SECONDS.toMillis(20));
        assertFalse(preparer.thread().isAlive());
        assertEquals(0, files.openCount());
        final List<Path> left;
        try (SpoolDirectory next = openDirectory()) {
            left = next.recovered().spares().stream().map(SegmentFile::path).toList();
        }
        assertEquals(List.of(SegmentFile.path(directory.path(), 1)), left);
    }

    private void goesOn() throws IOException {
        preparer.retry();
        Segment segment = preparer.take();
        while (segment == null) {
            Thread.onSpinWait();
            segment = preparer.take();
        }
        segment.close();
        assertNotNull(segment);
        assertNull(preparer.failure());
    }

    private static final class UntellableError extends Error {
        private static final long serialVersionUID = 1;

        @Override
        public String toString() {
            throw new InternalError("for a test");
        }
    }
}
