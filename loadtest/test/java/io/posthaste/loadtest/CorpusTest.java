package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorpusTest {
    @TempDir
    private Path directory;

    private void write(String name, String text) throws IOException {
        final Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    }

    private static List<String> texts(Corpus corpus) {
        return corpus.messages().stream()
                .map(message -> new String(message, StandardCharsets.ISO_8859_1))
                .toList();
    }

    @Test
    void shouldReadTheFilesOfADirectoryByName() throws IOException {
        write("b", "2\r\n");
        write("a", "1\r\n");
        write(".hidden", "no\r\n");
        write("empty", "");
        write("deeper/c", "no\r\n");
        final Corpus corpus = Corpus.read(directory);
        assertEquals(List.of("1\r\n", "2\r\n"), texts(corpus));
        assertFalse(corpus.isEightBit());
    }

    @Test
    void shouldReadNewAndCurOfAMaildir() throws IOException {
        write("new/1", "n\r\n");
        write("cur/2", "c\u00fc\r\n");
        write("tmp/3", "t\r\n");
        write("dovecot.index", "no");
        final Corpus corpus = Corpus.read(directory);
        assertEquals(List.of("n\r\n", "c\u00fc\r\n"), texts(corpus));
        assertTrue(corpus.isEightBit());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a|a;", "a;|a;", "aNb|a;b;", "aNNb|a;;b;", "aR|a;", "aRb|a;b;", "RN|;", "NR|;;", "a;NRRb|a;;;;b;"})
    void shouldMakeEveryLineEndCrlf(String before, String after) {
        final byte[] message = before.replace(";", "\r\n")
                .replace("N", "\n")
                .replace("R", "\r")
                .getBytes(StandardCharsets.US_ASCII);
        assertEquals(
                after.replace(";", "\r\n"), new String(Corpus.withLineEndings(message), StandardCharsets.US_ASCII));
    }

    @Test
    void shouldRefuseMoreThanItsLimit() throws IOException {
        write("a", "12345\r\n");
        write("b", "12345\r\n");
        assertEquals(2, Corpus.read(directory, 14).messages().size());
        final Exception e = assertThrows(IllegalArgumentException.class, () -> Corpus.read(directory, 13));
        assertTrue(e.getMessage().contains("more than 13 octets"), e.getMessage());
    }

    @Test
    void shouldRefuseADirectoryWithoutMessages() {
        assertThrows(IllegalArgumentException.class, () -> Corpus.read(directory));
        assertThrows(IllegalArgumentException.class, () -> Corpus.read(directory.resolve("missing")));
    }
}
