package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFileTest {
    @TempDir
    private Path directory;

    private final RecordedLog log = new RecordedLog();
    private final SettableTime time = new SettableTime();
    private Path file;
    private WatchedFile<String> watched;
    private Runnable whileReading = () -> {};

    @BeforeEach
    void open() throws IOException {
        file = Files.writeString(directory.resolve("file"), "one");
        watched = new WatchedFile<>("--option", file, this::read, log, time);
    }

    private String read(final Path path) {
        try {
            final String text = Files.readString(path);
            if (text.contains("bad")) {
                throw new IllegalArgumentException("line 1: bad");
            }
            whileReading.run();
            return text;
        } catch (final IOException e) {
            throw new IllegalArgumentException("cannot read", e);
        }
    }

    @Test
    void shouldTakeAnotherVersionWhenItRests() throws IOException {
        assertEquals("one", watched.get());
        assertFalse(watched.look());
        Files.writeString(file, "second");
        assertFalse(watched.look(), "may still be written");
        Files.writeString(file, "second, longer");
        assertFalse(watched.look(), "was still written");
        assertEquals("one", watched.get());
        assertTrue(watched.look());
        assertEquals("second, longer", watched.get());
        assertFalse(watched.look());
    }

    @Test
    void shouldKeepWhatIsInForceWhileTheNewVersionIsBad() throws IOException {
        Files.writeString(file, "bad one");
        for (int i = 0; i < 4; i++) {
            assertFalse(watched.look());
        }
        Files.delete(file);
        for (int i = 0; i < 4; i++) {
            assertFalse(watched.look());
        }
        assertEquals("one", watched.get());
        final Path next = Files.writeString(directory.resolve("next"), "two");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        watched.look();
        assertTrue(watched.look());
        assertEquals("two", watched.get());
    }

    @Test
    void shouldNotTakeWhatIsWrittenWhileItIsRead() throws IOException {
        Files.writeString(file, "second");
        watched.look();
        whileReading = () -> {
            whileReading = () -> {};
            try {
                Files.writeString(file, "second and third");
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        assertFalse(watched.look());
        assertEquals("one", watched.get());
        assertTrue(watched.look());
        assertEquals("second and third", watched.get());
    }

    /** While a list is read there are two of it. */
    @Test
    void shouldKeepTheVersionBeforeWhenThereIsNoMemoryForAnother() throws IOException {
        Files.writeString(file, "a very long second");
        watched.look();
        whileReading = () -> {
            throw new OutOfMemoryError("Java heap space");
        };
        assertFalse(watched.look());
        assertFalse(watched.look(), "not tried again until it changes");
        assertEquals("one", watched.get());
        whileReading = () -> {};
        Files.writeString(file, "third");
        watched.look();
        assertTrue(watched.look());
        assertEquals("third", watched.get());
    }

    @Test
    void shouldRefuseABadFileAtTheStart() throws IOException {
        Files.writeString(file, "bad");
        assertEquals(
                "--option: line 1: bad",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new WatchedFile<>("--option", file, this::read, log, time))
                        .getMessage());
    }

    // ---- when somebody asks

    @Test
    void shouldReadAtOnceWhatSomebodyAsksFor() throws IOException {
        Files.writeString(file, "second");
        assertTrue(watched.reload(), "it need not rest");
        assertEquals("second", watched.get());
        assertTrue(watched.reload(), "changed or not");
        assertFalse(watched.look());
        assertEquals(
                List.of(
                        "INFO --option " + file + " is read anew: second",
                        "INFO --option " + file + " is read anew: second"),
                log.take());
    }

    @Test
    void shouldKeepTheVersionBeforeWhenOneIsAskedForThatIsWrittenMeanwhile() throws IOException {
        Files.writeString(file, "sec");
        whileReading = () -> {
            whileReading = () -> {};
            try {
                Files.writeString(file, "second");
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        assertFalse(watched.reload());
        assertEquals("one", watched.get());
        assertEquals(List.of("INFO --option " + file + " is being written: it is read when it rests"), log.take());
        assertTrue(watched.look());
        assertEquals("second", watched.get());
    }

    /** Half a line may make no sense; the rest of the file brings it into force by itself. */
    @Test
    void shouldTakeTheWholeOfAFileOfWhichHalfWasAskedFor() throws IOException {
        Files.writeString(file, "bad");
        assertFalse(watched.reload());
        assertEquals("one", watched.get());
        Files.writeString(file, "so it is whole");
        watched.look();
        assertTrue(watched.look());
        assertEquals("so it is whole", watched.get());
    }

    // ---- what is told and counted

    @Test
    void shouldTellWhatIsWrongOnceADayAndWhenSomebodyAsks() throws IOException {
        final String warning =
                "WARN --option: the new version is not taken, the one before stays in force: line 1: bad";
        Files.writeString(file, "bad one");
        watched.look();
        watched.look();
        assertEquals(List.of(warning), log.take());
        time.passes(Duration.ofHours(23));
        watched.look();
        assertEquals(List.of(), log.take());
        time.passes(Duration.ofHours(1));
        watched.look();
        assertEquals(List.of(warning), log.take());
        watched.reload();
        assertEquals(List.of(warning), log.take());
        Files.writeString(file, "two");
        watched.reload();
        assertEquals(
                List.of("INFO --option " + file + " is read anew: two", "INFO --option is in order again"), log.take());
    }

    @Test
    void shouldCountNewVersions() throws IOException {
        final long start = time.instant().getEpochSecond();
        counts(0, 0, 0, start);
        time.passes(Duration.ofHours(1));
        watched.look();
        counts(0, 0, 0, start);
        Files.writeString(file, "bad");
        watched.look();
        watched.look();
        watched.look();
        counts(0, 1, 1, start);
        watched.reload();
        counts(0, 2, 1, start);
        Files.writeString(file, "two");
        watched.look();
        watched.look();
        counts(1, 2, 0, start + 3600);
    }

    private void counts(final long reloads, final long failures, final long faults, final long lastSuccess) {
        Reloads.are(watched.figures(), "option", reloads, failures, faults, lastSuccess);
    }
}
