package io.posthaste.delivery.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.DeliveryStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Readers beside a writer: what they see is whole, in order, and was committed before they looked; of that nothing is left out
 * that is still there when they have come to the end.
 */
@Timeout(60)
final class SpoolReaderTest {
    private static final int MESSAGES = 20_000;
    private static final int SEGMENTS = 16;
    private static final int MESSAGES_A_SEGMENT = 4;
    /** More than a reader takes at once. */
    private static final long SEGMENT = 512L << 10;
    /** Octets of a content: not one more of such messages fits. */
    private static final int CONTENT = (int) SEGMENT / MESSAGES_A_SEGMENT - 2048;

    private static final int MANY = 1 << 20;

    /** The oldest message that is still there, as are all behind it; the first when there is none yet. */
    private static long oldest(final SpoolFixture spool) throws IOException {
        return SegmentFile.list(spool.directory).stream()
                .filter(SegmentFile::isBegun)
                .mapToLong(segment -> segment.header().firstSequence())
                .min()
                .orElse(1);
    }

    /** Whether they are in order, and what of the numbers from one to another, if any, is not among them. */
    private static void assertSees(final List<Long> seen, final long from, final long to) {
        for (int i = 1; i < seen.size(); i++) {
            assertTrue(seen.get(i) > seen.get(i - 1), seen::toString);
        }
        final List<Long> demanded = seen.stream()
                .filter(sequence -> sequence >= from && sequence <= to)
                .toList();
        assertEquals(LongStream.rangeClosed(from, to).boxed().toList(), demanded);
    }

    @Test
    void shouldSeeWholeMessagesInOrderWhileTheSpoolIsWritten(@TempDir final Path temporary) throws Exception {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"), "&size=6m&retain=newest")) {
            final AtomicLong offered = new AtomicLong();
            final AtomicLong committed = new AtomicLong();
            final AtomicBoolean ended = new AtomicBoolean();
            final Thread writer = new Thread(() -> {
                try {
                    for (int i = 1; i <= MESSAGES; i++) {
                        spool.offers(i + " " + "x".repeat(i % 900));
                        if (i % 7 == 0 || i == MESSAGES) {
                            offered.set(i);
                            spool.answers();
                            committed.set(i);
                        }
                    }
                } finally {
                    ended.set(true);
                }
            });
            writer.start();
            boolean isLast;
            do {
                isLast = ended.get();
                final long atLeast = committed.get();
                final SpoolReader reader = SpoolReader.open(spool.directory);
                final long atMost = offered.get();
                final List<Long> seen = new ArrayList<>();
                reader.visit(true, message -> seen.add(message.sequence()));
                assertEquals(List.of(), reader.troubles());
                assertSees(seen, oldest(spool), atLeast);
                assertTrue(seen.stream().allMatch(sequence -> sequence <= atMost), "committed since");
                if (isLast) {
                    assertEquals(MESSAGES, seen.get(seen.size() - 1), "nobody writes any more");
                }
            } while (!isLast);
            writer.join();
            assertEquals(MESSAGES, committed.get());
        }
    }

    /**
     * While a reader is at a message, the oldest segments are used again, one after the other and no more than so many.
     *
     * @param atSegment the segment that it reads then, the oldest is 0
     * @param atMessage which of its messages
     * @param usedAgain segments with other messages in them then
     */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0", "0, 0, 1", "0, 3, 1", "0, 0, 2", "0, 2, 13", "0, 0, 14", //
        "1, 0, 1", "1, 0, 2", "1, 1, 2", "1, 3, 2", "1, 1, 3", "1, 3, 3", //
        "6, 0, 7", "6, 3, 8", "6, 1, 14", "13, 0, 13", "13, 0, 14", "13, 3, 14"
    })
    void shouldLeaveOutOnlyWhatIsForgottenMeanwhile(
            final int atSegment, final int atMessage, final int usedAgain, @TempDir final Path temporary)
            throws Exception {
        final Semaphore renames = new Semaphore(MANY);
        final SpoolSettings settings = new SpoolSettings(
                temporary.resolve("spool"), SEGMENTS * SEGMENT, SEGMENT, SpoolSettings.Retention.NEWEST, 0);
        try (SpoolFixture spool = new SpoolFixture(settings.directory(), settings, new FaultySpoolFiles())) {
            spool.files.holdRenames(renames);
            write(spool, 2 * SEGMENTS);
            final long committed = 2 * SEGMENTS * MESSAGES_A_SEGMENT;
            spool.awaitsPrepared();
            renames.drainPermits();
            final SpoolReader reader = SpoolReader.open(spool.directory);
            final long first = oldest(spool);
            assertEquals(SEGMENTS - SegmentPreparer.AHEAD, reader.segmentCount());

            final long readThen = first + atSegment * MESSAGES_A_SEGMENT + atMessage;
            final List<Long> seen = new ArrayList<>();
            reader.visit(true, message -> {
                seen.add(message.sequence());
                if (message.sequence() == readThen) {
                    write(spool, SegmentPreparer.AHEAD);
                    renames.release(usedAgain);
                    write(spool, usedAgain);
                }
                return true;
            });
            final long firstKept = first + usedAgain * MESSAGES_A_SEGMENT;
            assertEquals(firstKept, oldest(spool));
            assertEquals(List.of(), reader.troubles());
            assertSees(seen, first, readThen);
            assertSees(seen, Math.max(firstKept, readThen + 1), committed);
            assertTrue(seen.stream().allMatch(sequence -> sequence <= committed), "committed since");
            renames.release(MANY);
        }
    }

    @Test
    void shouldNotTakeWhatItsVisitorMissesForForgotten(@TempDir final Path temporary) throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("one", "two");
            final SpoolReader reader = SpoolReader.open(spool.directory);
            final Path missing = temporary.resolve("missing");
            final NoSuchFileException thrown = assertThrows(
                    NoSuchFileException.class, () -> reader.visit(true, message -> Files.size(missing) > 0));
            assertEquals(missing.toString(), thrown.getFile());
        }
    }

    /** So many segments, each a batch. */
    private static void write(final SpoolFixture spool, final int segments) {
        for (int i = 0; i < segments; i++) {
            for (int j = 0; j < MESSAGES_A_SEGMENT; j++) {
                spool.offers("x".repeat(CONTENT));
            }
            final List<DeliveryStatus> answers = spool.answers();
            assertTrue(answers.stream().allMatch(status -> status == DeliveryStatus.ACCEPTED), answers::toString);
        }
    }
}
