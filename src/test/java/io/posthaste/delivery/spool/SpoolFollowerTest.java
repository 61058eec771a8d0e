package io.posthaste.delivery.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What could not be read once is read again: nothing is passed over. */
final class SpoolFollowerTest {
    private static final String CONTENT = "x".repeat(20_000);

    @TempDir
    private Path temporary;

    private SpoolFixture spool;
    private SpoolFollower follower;

    @BeforeEach
    void open() throws IOException {
        spool = new SpoolFixture(temporary.resolve("spool"));
        follower = spool.delivery.follow();
    }

    @AfterEach
    void close() throws IOException {
        Thread.interrupted();
        follower.close();
        spool.close();
    }

    private List<Long> rest() throws IOException {
        final List<Long> sequences = new ArrayList<>();
        for (StoredMessage message = follower.next(); message != null; message = follower.next()) {
            sequences.add(message.sequence());
        }
        return sequences;
    }

    private static List<Long> sequences(final long from, final long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void shouldReadTheRestOfASegmentWhoseEndCouldNotBeLearned() throws IOException {
        spool.stores(CONTENT);
        assertEquals(List.of(1L), rest());
        while (spool.segments().size() < 2) {
            spool.stores(CONTENT);
        }
        final Path unreadable = Files.createDirectory(SegmentFile.path(spool.directory, 9_999_999_999L));
        assertThrows(IOException.class, follower::next);
        assertThrows(IOException.class, follower::next);
        Files.delete(unreadable);
        assertEquals(sequences(2, follower.nextSequence() - 1), rest());
        assertNull(follower.next());
    }

    @Test
    void shouldOpenAgainWhatAnInterruptClosed() throws IOException {
        spool.stores("1", "2", "3");
        final StoredMessage first = follower.next();
        Thread.currentThread().interrupt();
        assertThrows(ClosedByInterruptException.class, follower::next);
        assertTrue(Thread.interrupted());
        assertEquals(List.of(2L, 3L), rest());

        assertEquals(1, follower.at(first.segmentNumber(), first.offset(), 1).sequence());
        // Another place, which does not lie in the window.
        spool.stores("4");
        final StoredMessage fourth = follower.next();
        Thread.currentThread().interrupt();
        assertThrows(IOException.class, () -> follower.at(fourth.segmentNumber(), fourth.offset(), 4));
        assertTrue(Thread.interrupted());
        assertEquals(4, follower.at(fourth.segmentNumber(), fourth.offset(), 4).sequence());
    }

    @Test
    void shouldGoBackBeforeAMessage() throws IOException {
        spool.stores("1", "2", "3");
        follower.next();
        follower.back(follower.next());
        assertTrue(follower.hasNews());
        assertEquals(List.of(2L, 3L), rest());
    }

    @Test
    void shouldReadAPlaceAgainWhenItsSegmentWasClosedMeanwhile() throws IOException {
        spool.stores("1");
        final StoredMessage first = follower.next();
        for (int i = 0; i < 2; i++) {
            assertEquals(
                    1, follower.at(first.segmentNumber(), first.offset(), 1).sequence());
            follower.releaseBefore(first.segmentNumber() + 1);
        }
    }

    @Test
    void shouldFindTheSameRecordWhenAReadFailedOnce() throws IOException {
        spool.stores("1", "2");
        final StoredMessage first = follower.next();
        final StoredMessage second = follower.next();
        final SegmentFile segment = SegmentFile.list(spool.directory).get(0);
        try (FaultyChannel channel =
                new FaultyChannel(FileChannel.open(spool.segments().get(0), StandardOpenOption.READ))) {
            final SegmentScanner scanner = new SegmentScanner(channel, spool.directory, segment.header());
            scanner.readLimit(second.offset());
            assertEquals(SegmentScanner.Finding.WHOLE, scanner.look(first.offset(), segment.octets(), true));
            scanner.readLimit(segment.octets());
            channel.faults = 1;
            assertThrows(IOException.class, () -> scanner.look(second.offset(), segment.octets(), true));
            assertEquals(SegmentScanner.Finding.WHOLE, scanner.look(second.offset(), segment.octets(), true));
            assertEquals(2, scanner.sequence());
        }
    }
}
