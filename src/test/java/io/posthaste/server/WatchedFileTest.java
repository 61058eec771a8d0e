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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFileTest {
    @TempDir
    private Path directory;

    private Path file;
    private WatchedFile<String> watched;
    private Runnable whileReading = () -> {};

    @BeforeEach
    void open() throws IOException {
        file = Files.writeString(directory.resolve("file"), "one");
        watched = new WatchedFile<>("--option", file, this::read);
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
                assertThrows(IllegalArgumentException.class, () -> new WatchedFile<>("--option", file, this::read))
                        .getMessage());
    }
}
