package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Keeps docs/operations/options.md equal to the options. After a change of one write the file anew with
 * {@code mvn -pl src test -Dtest=OptionDocumentTest -Dposthaste.regenerate=true}.
 */
class OptionDocumentTest {
    private static final Path DOCUMENT =
            Path.of(System.getProperty("basedir", ""), "..", "docs", "operations", "options.md");

    @Test
    void shouldEqualWhatTheOptionsRender() throws IOException {
        final String markdown = OptionDocument.markdown();
        if (Boolean.getBoolean("posthaste.regenerate")) {
            Files.writeString(DOCUMENT, markdown);
        }
        assertEquals(
                markdown,
                Files.readString(DOCUMENT),
                "run mvn -pl src test -Dtest=OptionDocumentTest -Dposthaste.regenerate=true");
    }

    @Test
    void shouldTellWhatAnOptionIsEverywhere() {
        final String markdown = OptionDocument.markdown();
        for (final String row : new String[] {
            "| `--max-errors N` | 20, none for sink | `POSTHASTE_MAX_ERRORS` | `max-errors` | ",
            "| `--listen HOST:PORT` | 127.0.0.1:2525 | `POSTHASTE_LISTEN` | `listen` | ",
            "| `--deliver URI` | `maildir:./mail` | `POSTHASTE_DELIVER` | `deliver` | Where messages go. There are ",
            "| `--flight-recorder off\\|N` | `4096` | ",
            "| `--flight-recorder off\\|N` | `off` | ",
            "| `--config FILE` | none | `POSTHASTE_CONFIG` | | ",
            "| `--log-transactions`, `--no-log-transactions` | `true` | ",
            "| `--tls-self-signed` | `false` | "
        }) {
            assertTrue(markdown.contains(row), row);
        }
        assertFalse(markdown.contains("${") || markdown.contains("null") || markdown.contains("| `--help"), markdown);
    }
}
