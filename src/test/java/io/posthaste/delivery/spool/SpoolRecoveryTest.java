package io.posthaste.delivery.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is found again after a crash, wherever it cut the log off, and what is noticed when the disk changes octets. */
@Timeout(120)
final class SpoolRecoveryTest {
    private static final String[] CONTENTS = {"one\r\n", "", "three " + "3".repeat(200), "4", "five!"};

    @TempDir
    private Path temporary;

    private Path spool;
    private Path segment;
    private byte[] octets;
    /** Where each record begins, and where the last one ends. */
    private final List<Integer> bounds = new ArrayList<>();

    private FileChannel channel;

    @BeforeEach
    void writeFiveMessages() throws IOException {
        spool = temporary.resolve("spool");
        try (SpoolFixture fixture = new SpoolFixture(temporary.resolve("running"))) {
            fixture.stores(CONTENTS);
            fixture.crashed(spool);
        }
        segment = SpoolFixture.segments(spool).get(0);
        octets = Files.readAllBytes(segment);
        bounds.add(SegmentFormat.RECORDS_OFFSET);
        SpoolReader.open(spool).visit(true, message -> {
            bounds.add((int) message.offset() + 56 + paddedEnvelope(message) + (int) message.contentOctets());
            return true;
        });
        assertEquals(6, bounds.size());
        octets = Arrays.copyOf(octets, bounds.get(5) + SegmentFormat.HEADER_OCTETS);
    }

    @AfterEach
    void closeChannel() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    @Test
    void shouldKeepExactlyTheWholeRecordsBeforeEveryTruncation() throws IOException {
        final int end = bounds.get(5);
        for (int cut = SegmentFormat.RECORDS_OFFSET; cut <= end; cut++) {
            final int whole = wholeBefore(cut);
            // The size cut off, zeros behind the cut, and something else behind it.
            for (int kind = 0; kind < 3; kind++) {
                final byte[] damaged = kind == 0 ? Arrays.copyOf(octets, cut) : octets.clone();
                if (kind > 0) {
                    Arrays.fill(damaged, cut, damaged.length, (byte) (kind == 1 ? 0 : 0xa5));
                }
                final SegmentWalk walk = walk(damaged);
                int found = 0;
                while (walk.next()) {
                    found++;
                }
                // A cut behind the last non-zero octet of a record leaves it whole when zeros follow.
                final int expected = kind == 1 ? wholeBefore(cut + zerosBehind(cut)) : whole;
                assertEquals(expected, found, "cut at " + cut + ", kind " + kind);
                assertEquals((long) bounds.get(expected), walk.end());
                assertTrue(walk.damages().isEmpty());
            }
        }
    }

    @Test
    void shouldCutATornEndOffAndGoOnBehindIt() throws IOException {
        final List<String> kept = List.of(CONTENTS).subList(0, 4);
        for (final int cut : new int[] {bounds.get(4) + 3, bounds.get(4) + 70, bounds.get(5) - 1}) {
            final Path copy = SpoolFixture.copy(spool, temporary.resolve("torn at " + cut));
            final Path torn = SpoolFixture.segments(copy).get(0);
            overwrite(torn, cut, new byte[] {(byte) 0xee});
            assertEquals(kept, SpoolFixture.contents(copy));
            try (SpoolFixture restarted = new SpoolFixture(copy)) {
                assertEquals(kept, restarted.contents());
                assertEquals((long) bounds.get(4), Files.size(torn));
                restarted.stores("behind");
                final List<String> after = new ArrayList<>(kept);
                after.add("behind");
                assertEquals(after, restarted.contents());
            }
        }
    }

    @Test
    void shouldKeepWhatLiesBehindDamageInABatchThatWasSynced() throws IOException {
        for (int i = 0; i < 4; i++) {
            final Path copy = SpoolFixture.copy(spool, temporary.resolve("damaged in " + i));
            overwrite(SpoolFixture.segments(copy).get(0), bounds.get(i) + 60, new byte[] {1, 2, 3});
            final List<String> kept = new ArrayList<>(List.of(CONTENTS));
            kept.remove(i);
            try (SpoolFixture restarted = new SpoolFixture(copy)) {
                final SpoolReader reader = SpoolReader.open(copy);
                assertEquals(kept, SpoolFixture.contents(reader));
                assertTrue(reader.troubles().toString().contains("is damaged at octets " + bounds.get(i)));
                assertTrue(reader.troubles().toString().contains("message " + (i + 1) + " missing"));
                restarted.stores("behind");
            }
        }
    }

    @Test
    void shouldNoticeEveryFlippedOctet() throws IOException {
        for (int i = SegmentFormat.RECORDS_OFFSET; i < bounds.get(5); i++) {
            final byte[] damaged = octets.clone();
            damaged[i] ^= (byte) (1 << i % 8);
            final SegmentWalk walk = walk(damaged, bounds.get(5));
            int found = 0;
            while (walk.next()) {
                found++;
            }
            assertEquals(4, found, "octet " + i);
            final SegmentWalk.Damage damage = walk.damages().get(0);
            assertTrue(damage.from() <= i && i < damage.to(), damage + " for octet " + i);
        }
    }

    @Test
    void shouldSurviveAFlipInEitherCopyOfTheHeaderAndNoticeBoth() {
        for (int i = 0; i < SegmentFormat.HEADER_OCTETS; i++) {
            final byte[] damaged = octets.clone();
            damaged[i] ^= 0x10;
            assertEquals(SegmentFormat.decode(ByteBuffer.wrap(octets)), SegmentFormat.decode(ByteBuffer.wrap(damaged)));
            damaged[SegmentFormat.COPY_OFFSET + i] ^= 0x10;
            assertEquals(null, SegmentFormat.decode(ByteBuffer.wrap(damaged)));
        }
    }

    @Test
    void shouldTellATornBatchFromDamage() throws IOException {
        // Three messages in one batch: any of them broken, the batch was never acknowledged, and its end is the torn
        // end.
        final Path directory = temporary.resolve("one batch");
        try (SpoolFixture fixture = new SpoolFixture(temporary.resolve("running again"))) {
            fixture.stores("synced");
            fixture.offers("x", "y", "z");
            fixture.answers();
            fixture.crashed(directory);
        }
        final Path file = SpoolFixture.segments(directory).get(0);
        final long[] begins = new long[4];
        SpoolReader.open(directory).visit(true, message -> {
            begins[(int) message.sequence() - 1] = message.offset();
            return true;
        });
        overwrite(file, begins[1] + 60, new byte[] {1});
        try (SpoolFixture restarted = new SpoolFixture(directory)) {
            assertEquals(List.of("synced"), restarted.contents());
            restarted.stores("next");
            assertEquals(List.of("synced", "next"), restarted.contents());
        }
    }

    @Test
    void shouldNotTakeRecordsOfAnOlderLifeForLive() throws IOException {
        final Path directory = temporary.resolve("ring");
        final Path crashed = temporary.resolve("ring crashed");
        final List<String> stored = new ArrayList<>();
        try (SpoolFixture fixture = new SpoolFixture(directory, "&size=6m&retain=newest")) {
            // All records are of one size, so that those of an older life lie exactly behind the new ones.
            for (int i = 0; i < 64 * 40 + 33; i++) {
                final String content = String.format("%08d", i) + "x".repeat(1_500);
                stored.add(content);
                fixture.offers(content);
                if (i % 50 == 0) {
                    fixture.answers();
                }
            }
            fixture.answers();
            fixture.awaitsPrepared();
            final List<String> kept = fixture.contents();
            assertEquals(stored.subList(stored.size() - kept.size(), stored.size()), kept);
            fixture.crashed(crashed);
        }
        final List<String> kept = SpoolFixture.contents(crashed);
        assertEquals(stored.subList(stored.size() - kept.size(), stored.size()), kept);
        try (SpoolFixture restarted = new SpoolFixture(crashed, "&size=6m&retain=newest")) {
            restarted.stores("last");
            final List<String> found = restarted.contents();
            assertEquals("last", found.get(found.size() - 1));
            assertEquals(stored.get(stored.size() - 1), found.get(found.size() - 2));
        }
    }

    @Test
    void shouldSurviveCrashesAtAnyRandomOctetAgainAndAgain() throws IOException {
        final Random random = new Random(7);
        Path directory = spool;
        List<String> expected = new ArrayList<>(List.of(CONTENTS));
        for (int round = 0; round < 40; round++) {
            final Path next = temporary.resolve("round" + round);
            final List<String> acknowledged = new ArrayList<>(expected);
            try (SpoolFixture fixture = new SpoolFixture(directory)) {
                assertEquals(expected, fixture.contents());
                for (int i = random.nextInt(5); i >= 0; i--) {
                    final String content = round + "." + i + "z".repeat(random.nextInt(300));
                    fixture.stores(content);
                    acknowledged.add(content);
                }
                fixture.crashed(next);
            }
            // One more batch was being written: some of its octets arrived behind the end.
            final List<Path> segments = SpoolFixture.segments(next);
            final Path newest = segments.get(segments.size() - 1);
            final long[] end = new long[1];
            SpoolReader.open(next).visit(false, message -> {
                end[0] = message.offset() + 56 + paddedEnvelope(message) + message.contentOctets();
                return true;
            });
            final byte[] record = Arrays.copyOfRange(
                    Files.readAllBytes(newest), SegmentFormat.RECORDS_OFFSET, SegmentFormat.RECORDS_OFFSET + 100);
            try (FileChannel channel = FileChannel.open(newest, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(record, 0, random.nextInt(100)), end[0]);
            }
            expected = acknowledged;
            directory = next;
        }
        assertEquals(expected, SpoolFixture.contents(directory));
    }

    private int wholeBefore(final int cut) {
        int whole = 0;
        while (whole < 5 && bounds.get(whole + 1) <= cut) {
            whole++;
        }
        return whole;
    }

    private int zerosBehind(final int cut) {
        int count = 0;
        while (octets[cut + count] == 0 && cut + count < bounds.get(5)) {
            count++;
        }
        return count;
    }

    private SegmentWalk walk(final byte[] damaged) throws IOException {
        return walk(damaged, SegmentWalk.END_UNKNOWN);
    }

    private SegmentWalk walk(final byte[] damaged, final long end) throws IOException {
        final Path file = temporary.resolve("damaged");
        Files.write(file, damaged);
        final SegmentHeader header = SegmentFormat.decode(ByteBuffer.wrap(octets));
        closeChannel();
        channel = FileChannel.open(file, StandardOpenOption.READ);
        return new SegmentWalk(new SegmentScanner(channel, temporary, header), damaged.length, end, true);
    }

    private static void overwrite(final Path file, final long offset, final byte[] with) throws IOException {
        try (FileChannel written = FileChannel.open(file, StandardOpenOption.WRITE)) {
            written.write(ByteBuffer.wrap(with), offset);
        }
    }

    private static int paddedEnvelope(final StoredMessage message) {
        final StoredEnvelope envelope = message.envelope();
        int length = 22 + 16 + 8 + 10;
        length += (envelope.peer() + envelope.hello() + envelope.reversePath() + envelope.envelopeId()).length();
        for (final StoredEnvelope.Recipient recipient : envelope.recipients()) {
            length += 5
                    + recipient.mailbox().length()
                    + recipient.originalRecipient().length();
        }
        return RecordFormat.paddedEnvelope(length, message.contentOctets());
    }
}
