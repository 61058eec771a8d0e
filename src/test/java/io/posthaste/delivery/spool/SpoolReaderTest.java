package io.posthaste.delivery.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Readers beside a writer: what they see is whole, in order, and never less than was committed before they looked. */
@Timeout(60)
final class SpoolReaderTest {
    private static final int MESSAGES = 20_000;

    @Test
    void shouldSeeWholeMessagesInOrderWhileTheSpoolIsWritten(@TempDir final Path temporary) throws Exception {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"), "&size=6m&retain=newest")) {
            final AtomicLong committed = new AtomicLong();
            final AtomicBoolean ended = new AtomicBoolean();
            final Thread writer = new Thread(() -> {
                try {
                    for (int i = 1; i <= MESSAGES; i++) {
                        spool.offers(i + " " + "x".repeat(i % 900));
                        if (i % 7 == 0 || i == MESSAGES) {
                            spool.answers();
                            committed.set(i);
                        }
                    }
                } finally {
                    ended.set(true);
                }
            });
            writer.start();
            int looks = 0;
            boolean isLast;
            do {
                isLast = ended.get();
                final long atLeast = committed.get();
                final List<Long> seen = new ArrayList<>();
                final SpoolReader reader = SpoolReader.open(spool.directory);
                reader.visit(true, message -> seen.add(message.sequence()));
                assertEquals(List.of(), reader.troubles());
                for (int i = 1; i < seen.size(); i++) {
                    assertTrue(seen.get(i) > seen.get(i - 1), seen::toString);
                }
                assertTrue(atLeast == 0 || seen.get(seen.size() - 1) >= atLeast, "committed " + atLeast);
                looks++;
            } while (!isLast);
            writer.join();
            assertTrue(looks > 1);
            assertEquals(MESSAGES, committed.get());
        }
    }
}
