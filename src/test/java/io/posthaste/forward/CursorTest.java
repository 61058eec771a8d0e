package io.posthaste.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.spool.FaultyChannel;
import io.posthaste.delivery.spool.StoredMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a cursor survives: ends at every octet of its journal, and damage at every octet. */
final class CursorTest {
    private static final String IDENTITY = "t:";

    @TempDir
    private Path temporary;

    private ForwardingFixture spool;
    private Path directory;
    private Path file;

    @BeforeEach
    void open() throws IOException {
        spool = new ForwardingFixture(temporary.resolve("spool"));
        directory = Files.createDirectory(temporary.resolve("cursor"));
        file = directory.resolve(CursorJournal.fileName(IDENTITY));
    }

    @AfterEach
    void close() throws IOException {
        spool.close();
    }

    private Cursor cursor() throws IOException {
        return Cursor.open(directory, IDENTITY, IDENTITY, spool.spool.follow());
    }

    private static List<Long> readAll(final Cursor cursor) throws IOException {
        final List<Long> read = new ArrayList<>();
        for (StoredMessage message = cursor.next(); message != null; message = cursor.next()) {
            read.add(message.sequence());
        }
        return read;
    }

    /** The sequences that are still to be forwarded: open, or to be read. */
    private static Set<Long> unsettled(final Cursor cursor) throws IOException {
        readAll(cursor);
        final Set<Long> unsettled = new HashSet<>();
        cursor.openMessages().forEach(message -> unsettled.add(message.sequence));
        return unsettled;
    }

    /** Ten messages: 1 and 3 settled before the last rewrite, 2 with one recipient left, 5 and 7 settled, 6 deferred. */
    private TreeMap<Integer, Set<Long>> unsettledByLength() throws IOException {
        spool.storesFor("1", "a@x.example");
        for (int i = 2; i <= 10; i++) {
            spool.storesFor(Integer.toString(i), "a@x.example", "b@x.example", "c@x.example");
        }
        try (Cursor cursor = cursor()) {
            for (int i = 0; i < 4; i++) {
                cursor.next();
            }
            cursor.settled(cursor.openMessage(1));
            cursor.settled(cursor.openMessage(3));
            cursor.close(0);
        }
        final TreeMap<Integer, Set<Long>> unsettled = new TreeMap<>();
        try (Cursor cursor = cursor()) {
            readAll(cursor);
            final Set<Long> left = new HashSet<>(Set.of(2L, 4L, 5L, 6L, 7L, 8L, 9L, 10L));
            unsettled.put((int) Files.size(file), Set.copyOf(left));
            for (final long sequence : new long[] {5, 7}) {
                cursor.settled(cursor.openMessage(sequence));
                left.remove(sequence);
                cursor.write();
                unsettled.put((int) Files.size(file), Set.copyOf(left));
            }
            final OpenMessage partly = cursor.openMessage(2);
            partly.close(0, 3);
            partly.close(2, 3);
            cursor.changed(partly);
            final OpenMessage deferred = cursor.openMessage(6);
            deferred.attempts = 3;
            deferred.nextAttemptEpochMs = 12345;
            cursor.changed(deferred);
            cursor.write();
            unsettled.put((int) Files.size(file), Set.copyOf(left));
        }
        return unsettled;
    }

    @Test
    void shouldRememberWhatIsSettledAndWhatIsNot() throws IOException {
        unsettledByLength();
        try (Cursor cursor = cursor()) {
            assertEquals(Set.of(2L, 4L, 6L, 8L, 9L, 10L), unsettled(cursor));
            final OpenMessage partly = cursor.openMessage(2);
            assertEquals(List.of(false, true, false), List.of(partly.isOpen(0), partly.isOpen(1), partly.isOpen(2)));
            final OpenMessage deferred = cursor.openMessage(6);
            assertEquals(3, deferred.attempts);
            assertEquals(12345, deferred.nextAttemptEpochMs);
            assertEquals(6, cursor.backlog());
            assertEquals(6, cursor.read(deferred).sequence());
        }
    }

    @Test
    void shouldLoseNothingWhereverTheJournalIsCutOff() throws IOException {
        final TreeMap<Integer, Set<Long>> unsettled = unsettledByLength();
        final byte[] journal = Files.readAllBytes(file);
        final int rewritten = unsettled.firstKey();
        for (int length = 0; length <= journal.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(journal, length));
            try (Cursor cursor = cursor()) {
                final Set<Long> found = unsettled(cursor);
                if (length < rewritten) {
                    // A rewrite is atomic, so this never happens by a crash; nothing is lost all the same.
                    assertTrue(found.containsAll(unsettled.firstEntry().getValue()), "cut at " + length);
                } else {
                    assertEquals(unsettled.floorEntry(length).getValue(), found, "cut at " + length);
                }
            }
        }
    }

    @Test
    void shouldLoseNothingWhicheverOctetIsDamaged() throws IOException {
        final TreeMap<Integer, Set<Long>> byLength = unsettledByLength();
        final Set<Long> unsettled = byLength.lastEntry().getValue();
        final int endOfSettled = byLength.lowerKey(byLength.lastKey());
        final byte[] journal = Files.readAllBytes(file);
        for (int i = 0; i < journal.length; i++) {
            final byte[] damaged = journal.clone();
            damaged[i] ^= 0x40;
            Files.write(file, damaged);
            try (Cursor cursor = cursor()) {
                final Set<Long> found = unsettled(cursor);
                assertTrue(found.containsAll(unsettled), "octet " + i + ": " + found);
                if (i < endOfSettled) {
                    assertNotEquals(unsettled, found, "octet " + i + " should be noticed");
                }
            }
        }
    }

    @Test
    void shouldGoOnBehindAnEndThatIsNotWhole() throws IOException {
        unsettledByLength();
        final byte[] journal = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(journal, journal.length - 1));
        try (Cursor cursor = cursor()) {
            readAll(cursor);
            cursor.settled(cursor.openMessage(10));
            cursor.write();
        }
        try (Cursor cursor = cursor()) {
            assertEquals(Set.of(2L, 4L, 6L, 8L, 9L), unsettled(cursor));
        }
    }

    @Test
    void shouldForgetWhatTheSpoolWillNumberAgain() throws IOException {
        unsettledByLength();
        // As if the spool had lost its end: the same segment numbers hold fewer messages.
        try (ForwardingFixture other = new ForwardingFixture(temporary.resolve("other"))) {
            other.stores("1", "2");
            try (Cursor cursor = Cursor.open(directory, IDENTITY, IDENTITY, other.spool.follow())) {
                assertEquals(Set.of(1L, 2L), unsettled(cursor), "another spool: all is forwarded");
            }
        }
    }

    /** Whatever fails once a message was read, the log for one: it is given the next time. */
    @Test
    void shouldGiveAMessageAgainThatCouldNotBeNoted() throws IOException {
        final String content = "x".repeat(20_000);
        try (ForwardingFixture unheld = new ForwardingFixture(temporary.resolve("unheld"), 4, Long.MAX_VALUE)) {
            unheld.stores(content);
            try (Cursor cursor = Cursor.open(directory, IDENTITY, IDENTITY, unheld.spool.follow())) {
                assertEquals(1, cursor.next().sequence());
                cursor.settled(cursor.openMessage(1));
                cursor.close(0);
            }
            for (int i = 2; i <= 21; i++) {
                unheld.storesOnceThereIsRoom(content);
            }
            try (Cursor cursor = Cursor.open(directory, IDENTITY, IDENTITY, unheld.spool.follow())) {
                final PrintStream log = System.err;
                try {
                    System.setErr(new BrokenLog());
                    assertThrows(IllegalStateException.class, cursor::next, "that some are missing is logged");
                } finally {
                    System.setErr(log);
                }
                final long missing = cursor.missing();
                final List<Long> read = readAll(cursor);
                assertEquals(LongStream.rangeClosed(missing + 2, 21).boxed().toList(), read);
                assertEquals(missing, cursor.missing());
                assertTrue(missing > 0 && missing < 20, "missing " + missing);
            }
        }
    }

    private static final class BrokenLog extends PrintStream {
        BrokenLog() {
            super(OutputStream.nullOutputStream());
        }

        @Override
        public void println(final String line) {
            throw new IllegalStateException("for a test");
        }
    }

    @Test
    void shouldTellWhatWasUnderWayThoughTheJournalIsWrittenAnewAtTheEnd() throws IOException {
        spool.stores("1", "2");
        try (Cursor cursor = cursor()) {
            assertEquals(List.of(1L, 2L), readAll(cursor));
            while (Files.size(file) <= 1 << 20) {
                for (int i = 0; i < 1_000; i++) {
                    cursor.changed(cursor.openMessage(1));
                }
                cursor.write();
            }
            cursor.close(2);
        }
        assertTrue(Files.size(file) < 1_000, "octets " + Files.size(file));
        try (Cursor cursor = cursor()) {
            assertEquals(2, cursor.inFlightAtEnd());
            assertEquals(Set.of(1L, 2L), unsettled(cursor));
        }
    }

    /** Half a record would hide all behind it. */
    @Test
    void shouldWriteTheJournalAnewWhateverAWriteFailedWith() throws IOException {
        final List<FaultyChannel> channels = new ArrayList<>();
        try (CursorJournal journal = new CursorJournal(directory, IDENTITY, path -> {
            channels.add(
                    new FaultyChannel(FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)));
            return channels.get(channels.size() - 1);
        })) {
            journal.rewrite(target -> target.read(1, 2, 3, 4));
            journal.settled(1);
            journal.write();
            channels.get(0).writeFailure = new OutOfMemoryError("for a test");
            journal.settled(2);
            assertThrows(OutOfMemoryError.class, journal::write);
            assertTrue(journal.isBroken());
            assertFalse(channels.get(0).isOpen());
        }
    }

    private static FileChannel create(final Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** What was written until then has no name any more. */
    @Test
    void shouldWriteTheJournalAnewOnceMoreWhenItsNewNameIsNotDurable() throws IOException {
        final List<FileChannel> channels = new ArrayList<>();
        final List<IOException> failures = new ArrayList<>();
        final CursorJournal.Opener opener = new CursorJournal.Opener() {
            @Override
            public FileChannel open(final Path path) throws IOException {
                channels.add(create(path));
                return channels.get(channels.size() - 1);
            }

            @Override
            public void syncDirectory(final Path names) throws IOException {
                if (!failures.isEmpty()) {
                    throw failures.remove(0);
                }
            }
        };
        try (CursorJournal journal = new CursorJournal(directory, IDENTITY, opener)) {
            journal.rewrite(target -> target.read(1, 2, 3, 4));
            failures.add(new IOException("for a test"));
            assertThrows(IOException.class, () -> journal.rewrite(target -> target.read(5, 6, 7, 8)));
            assertTrue(journal.isBroken());
            assertEquals(
                    List.of(false, false),
                    channels.stream().map(FileChannel::isOpen).toList());
            journal.rewrite(target -> target.read(9, 6, 7, 8));
            journal.settled(9);
            journal.sync();
        }
        assertEquals(List.of("read 9 6 7 8", "settled 9"), told());
    }

    @Test
    void shouldGoOnInTheNewJournalThoughTheOldOneCannotBeClosed() throws IOException {
        final List<IOException> failures = new ArrayList<>();
        try (CursorJournal journal = new CursorJournal(
                directory,
                IDENTITY,
                path -> new FaultyChannel(create(path), () -> {
                    if (!failures.isEmpty()) {
                        throw failures.remove(0);
                    }
                }))) {
            journal.rewrite(target -> target.read(1, 2, 3, 4));
            failures.add(new IOException("for a test"));
            assertThrows(IOException.class, () -> journal.rewrite(target -> target.read(5, 6, 7, 8)));
            journal.settled(9);
            journal.sync();
        }
        assertEquals(List.of("read 5 6 7 8", "settled 9"), told());
    }

    @Test
    void shouldKeepNothingForAJournalThatCannotBeOpened() throws IOException {
        try (CursorJournal journal = new CursorJournal(directory, IDENTITY, path -> {
            throw new IOException("for a test");
        })) {
            journal.settled(1);
            assertTrue(journal.isUnsynced());
            assertThrows(IOException.class, () -> journal.rewrite(target -> target.read(1, 2, 3, 4)));
            assertFalse(journal.isUnsynced());
        }
    }

    @Test
    void shouldRefuseToStartWithoutACursor() throws IOException {
        spool.stores("1");
        Files.createDirectory(directory.resolve(CursorJournal.fileName(IDENTITY) + ".new"));
        assertThrows(IOException.class, this::cursor);
    }

    @Test
    void shouldWriteTheJournalAnewWhenItIsLong() throws IOException {
        try (CursorJournal journal = new CursorJournal(directory, IDENTITY)) {
            journal.rewrite(target -> target.read(1, 2, 3, 4));
            final long shortest = Files.size(file);
            long sequence = 0;
            while (!journal.isLong()) {
                journal.settled(++sequence);
                if (sequence % 1000 == 0) {
                    journal.write();
                }
            }
            assertTrue(Files.size(file) > 1_000_000, "octets " + Files.size(file));
            journal.rewrite(target -> target.read(5, 6, 7, 8));
            assertEquals(shortest, Files.size(file));
            journal.settled(9);
            journal.sync();
        }
        assertEquals(List.of("read 5 6 7 8", "settled 9"), told());
        assertEquals(IDENTITY, CursorJournal.identityIn(file));
    }

    /** What the journal tells, all of which must be whole. */
    private List<String> told() throws IOException {
        final List<String> told = new ArrayList<>();
        try (CursorJournal journal = new CursorJournal(directory, IDENTITY)) {
            assertEquals(0, journal.load(new CursorJournal.Visitor() {
                @Override
                public void onRead(final long sequence, final long number, final long generation, final long offset) {
                    told.add("read " + sequence + " " + number + " " + generation + " " + offset);
                }

                @Override
                public void onOpen(final OpenMessage message) {
                    told.add("open " + message.sequence);
                }

                @Override
                public void onSettled(final long sequence) {
                    told.add("settled " + sequence);
                }

                @Override
                public void onClosed(final int inFlight) {
                    told.add("closed " + inFlight);
                }

                @Override
                public void onSegment(final long number, final long generation) {
                    told.add("segment " + number + " " + generation);
                }
            }));
        }
        return told;
    }
}
