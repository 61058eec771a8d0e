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
    /** Less than half of what the spool holds: a reader that is kept waiting for longer may find all of it used again. */
    private static final int MESSAGES_THAT_STAY = 4_000;

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
            int looksInTime = 0;
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
                if (committed.get() - atLeast < MESSAGES_THAT_STAY) {
                    assertTrue(atLeast == 0 || seen.get(seen.size() - 1) >= atLeast, "committed " + atLeast);
                    looksInTime++;
                }
            } while (!isLast);
            writer.join();
            assertTrue(looksInTime > 0, "the last look is in time, as nobody writes");
            assertEquals(MESSAGES, committed.get());
        }
    }
}
