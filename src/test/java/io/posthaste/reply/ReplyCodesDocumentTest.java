package io.posthaste.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Keeps docs/reply-codes.md equal to the catalogue. After a change of the catalogue write the file anew with
 * {@code mvn -pl src test -Dtest=ReplyCodesDocumentTest -Dposthaste.regenerate=true}.
 */
class ReplyCodesDocumentTest {
    @Test
    void shouldEqualWhatTheCatalogueRenders() throws IOException {
        Path document = projectRoot().resolve("docs/reply-codes.md");
        if (Boolean.getBoolean("posthaste.regenerate")) {
            Files.createDirectories(document.getParent());
            Files.writeString(document, ReplyDocument.markdown());
        }
        assertEquals(
                ReplyDocument.markdown(),
                Files.readString(document),
                "run mvn -pl src test -Dtest=ReplyCodesDocumentTest -Dposthaste.regenerate=true");
    }

    @Test
    void shouldNotBreakLinesWhereMarkdownWouldSeeAList() {
        boolean inBlock = false;
        for (String line : ReplyDocument.markdown().split("\n")) {
            inBlock ^= line.strip().startsWith("```");
            assertFalse(!inBlock && line.matches(" *([+*]|\\d+[.)]| +-) .*"), line);
        }
    }

    private static Path projectRoot() {
        Path directory = Path.of(System.getProperty("basedir", System.getProperty("user.dir")))
                .toAbsolutePath();
        while (!Files.exists(directory.resolve("LICENSE"))) {
            directory = directory.getParent();
        }
        return directory;
    }
}
