package io.posthaste.delivery.spool;

import static io.posthaste.envelope.DeliveryStatus.ACCEPTED;
import static io.posthaste.envelope.DeliveryStatus.INSUFFICIENT_STORAGE;
import static io.posthaste.envelope.DeliveryStatus.REJECTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Transactions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SpoolDeliveryTest {
    @TempDir
    private Path temporary;

    @Test
    void shouldStoreEnvelopeAndContent() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("a/b"))) {
            spool.nowMs = 1_795_328_200_000L;
            spool.offers(spool.transactions.envelope(
                    "client.example",
                    "IPv6:2001:db8::1",
                    true,
                    "",
                    Transactions.octets("x\r\n"),
                    "c@d",
                    "e@f.example"));
            spool.offers("second\r\n");
            assertEquals(List.of(ACCEPTED, ACCEPTED), spool.answers());
            assertEquals(List.of("x\r\n", "second\r\n"), spool.contents());
            assertEquals(AcknowledgementLevel.FSYNC, spool.delivery.acknowledgementLevel());

            final List<StoredMessage> messages = new ArrayList<>();
            SpoolReader.open(spool.directory).visit(false, messages::add);
            final StoredMessage first = messages.get(0);
            assertEquals(1, first.sequence());
            assertEquals(2, messages.get(1).sequence());
            assertEquals("mx.example", first.hostname());
            final StoredEnvelope envelope = first.envelope();
            assertEquals("0000000000000000000001", envelope.id());
            assertEquals("client.example", envelope.hello());
            assertEquals("IPv6:2001:db8::1", envelope.peer());
            assertEquals("", envelope.reversePath());
            assertEquals("", envelope.tls());
            assertEquals(Transactions.EPOCH_MS, envelope.receivedEpochMs());
            assertEquals(1_795_328_200_000L, envelope.storedEpochMs());
            assertTrue(envelope.has(StoredEnvelope.EXTENDED));
            assertFalse(envelope.has(StoredEnvelope.EIGHT_BIT));
            assertEquals(
                    List.of("c@d", "e@f.example"),
                    envelope.recipients().stream()
                            .map(StoredEnvelope.Recipient::mailbox)
                            .toList());
        }
    }

    @Test
    void shouldSyncOnceABatch() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("first");
            spool.files.fail(FaultySpoolFiles.Call.CREATE, 1_000_000); // counts this thread's calls only, from now
            final int before = spool.files.count(FaultySpoolFiles.Call.FORCE);
            for (int i = 0; i < 100; i++) {
                spool.offers("message " + i);
            }
            assertEquals(Collections.nCopies(100, ACCEPTED), spool.answers());
            assertEquals(1, spool.files.count(FaultySpoolFiles.Call.FORCE) - before);
            assertEquals(101, spool.delivery.counters().count(SpoolCounters.Count.MESSAGES));
            assertEquals(2, spool.delivery.counters().count(SpoolCounters.Count.BATCHES));
        }
    }

    @Test
    void shouldGoOnInTheNextSegment() throws IOException {
        final List<String> stored = new ArrayList<>();
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            for (int i = 0; i < 300; i++) {
                final String content = i + " " + "y".repeat(i * 7 % 3000);
                stored.add(content);
                spool.offers(content);
                if (i % 20 == 0) {
                    spool.answers().forEach(answer -> assertEquals(ACCEPTED, answer));
                }
            }
            spool.answers().forEach(answer -> assertEquals(ACCEPTED, answer));
            assertTrue(spool.segments().size() > 5, () -> "octets " + spool.delivery.help("spool"));
            assertEquals(stored, spool.contents());
        }
        assertEquals(stored, SpoolFixture.contents(temporary.resolve("spool")));
    }

    @Test
    void shouldWriteAContentOfManyBlocksAndLongEnvelopes() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            final String[] recipients = new String[180];
            for (int i = 0; i < recipients.length; i++) {
                recipients[i] = "r" + i + "." + "z".repeat(200) + "@example";
            }
            spool.files.writeShort(1000);
            final String content = "c".repeat(20_000);
            spool.offers(spool.transactions.envelope("a@b", content, recipients));
            assertEquals(List.of(ACCEPTED), spool.answers());
            assertEquals(List.of(content), spool.contents());
            SpoolReader.open(spool.directory).visit(true, message -> {
                assertEquals(180, message.envelope().recipients().size());
                assertEquals(
                        recipients[179],
                        message.envelope().recipients().get(179).mailbox());
                return true;
            });
        }
    }

    @Test
    void shouldRejectWhatNoSegmentCanHold() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.offers("small", "x".repeat((int) SpoolFixture.SEGMENT), "small again");
            assertEquals(List.of(ACCEPTED, REJECTED, ACCEPTED), spool.answers());
            assertEquals(List.of("small", "small again"), spool.contents());
        }
    }

    @Test
    void shouldGoOnAfterARestart() throws IOException {
        final Path directory = temporary.resolve("spool");
        for (int start = 0; start < 4; start++) {
            try (SpoolFixture spool = new SpoolFixture(directory)) {
                spool.stores("a" + start, "b" + start);
            }
        }
        assertEquals(List.of("a0", "b0", "a1", "b1", "a2", "b2", "a3", "b3"), SpoolFixture.contents(directory));
        // What an ended start leaves of its segment is given back, and prepared segments are used again.
        try (SpoolFixture spool = new SpoolFixture(directory)) {
            assertTrue(Files.size(spool.segments().get(0)) < SpoolFixture.SEGMENT / 8);
            assertTrue(
                    SpoolReader.open(directory).segmentOctets() < SpoolFixture.SEGMENT,
                    () -> spool.delivery.help("SPOOL").toString());
        }
    }

    @Test
    void shouldKeepASecondWriterOut() throws IOException {
        final Path directory = temporary.resolve("spool");
        try (SpoolFixture spool = new SpoolFixture(directory)) {
            final IOException refused = assertThrows(IOException.class, () -> new SpoolFixture(directory).close());
            assertEquals(directory + " is in use: this process writes to it already", refused.getMessage());
            spool.stores("still works");
        }
        new SpoolFixture(directory).close();
    }

    @Test
    void shouldRefuseForWantOfRoomAndKeepEverything() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"), "&size=6m")) {
            final List<String> stored = new ArrayList<>();
            final List<DeliveryStatus> answers = new ArrayList<>();
            for (int i = 0; i < 64 * 3; i++) {
                final String content = i + "x".repeat(30_000);
                spool.offers(content);
                final DeliveryStatus answer = spool.answers().get(0);
                if (answer == ACCEPTED) {
                    stored.add(content);
                }
                answers.add(answer);
            }
            assertEquals(64 * 2, stored.size(), "two fit into each of 64 segments");
            assertEquals(Collections.nCopies(64, INSUFFICIENT_STORAGE), answers.subList(64 * 2, 64 * 3));
            spool.stores("a small one still fits");
            stored.add("a small one still fits");
            assertEquals(stored, spool.contents());
            assertEquals(64 * SpoolFixture.SEGMENT, octetsOf(spool.directory));
            assertEquals(64, spool.delivery.counters().count(SpoolCounters.Count.REFUSED_FULL));
        }
    }

    @Test
    void shouldForgetTheOldestWhenTheNewestAreRetained() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"), "&size=6m&retain=newest")) {
            for (int i = 0; i < 200; i++) {
                spool.stores(i + "x".repeat(30_000));
            }
            spool.awaitsPrepared();
            final List<String> contents = spool.contents();
            assertTrue(contents.size() >= 61 * 2 && contents.size() <= 64 * 2, "kept " + contents.size());
            for (int i = 0; i < contents.size(); i++) {
                assertTrue(contents.get(i).startsWith(200 - contents.size() + i + "x"));
            }
            assertTrue(octetsOf(spool.directory) <= 64 * SpoolFixture.SEGMENT);
        }
    }

    @Test
    void shouldForgetWhatIsOlderThanTheAgeOnly() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"), "&size=6m&retain=1h")) {
            spool.nowMs = System.currentTimeMillis();
            for (int i = 0; i < 64 * 2; i++) {
                spool.stores(i + "x".repeat(30_000));
            }
            spool.offers("x".repeat(30_000));
            assertEquals(List.of(INSUFFICIENT_STORAGE), spool.answers());

            final Path oldest = spool.segments().get(0);
            Files.setLastModifiedTime(oldest, FileTime.fromMillis(spool.nowMs - 3_700_000));
            DeliveryStatus answer;
            do {
                spool.delivery.preparer().retry();
                spool.offers("newest" + "x".repeat(30_000));
                answer = spool.answers().get(0);
            } while (answer != ACCEPTED);
            final List<String> contents = spool.contents();
            assertTrue(contents.get(0).startsWith("2x"), contents.get(0).substring(0, 5));
            assertTrue(contents.get(contents.size() - 1).startsWith("newest"));
        }
    }

    @Test
    void shouldTellWhatItDid() throws IOException {
        try (SpoolFixture spool = new SpoolFixture(temporary.resolve("spool"))) {
            spool.stores("one");
            final List<String> lines = spool.delivery.help("spool");
            assertTrue(lines.get(1).startsWith("committed messages 1, octets "), lines::toString);
            assertEquals(List.of(), spool.delivery.help("maildir"));
        }
    }

    @Test
    void shouldWithdrawWhatWasNotCommittedWhenClosed() throws IOException {
        final Path directory = temporary.resolve("spool");
        try (SpoolFixture spool = new SpoolFixture(directory)) {
            spool.stores("kept");
            spool.delivery.append(spool.transactions.envelope("a@b", "withdrawn", "c@d"));
        }
        assertEquals(List.of("kept"), SpoolFixture.contents(directory));
    }

    private static long octetsOf(final Path directory) throws IOException {
        return SegmentFile.list(directory).stream()
                .mapToLong(SegmentFile::octets)
                .sum();
    }
}
