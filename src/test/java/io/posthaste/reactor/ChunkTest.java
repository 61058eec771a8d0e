package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.BareNewline;
import io.posthaste.session.TransactionOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks of BDAT and the memory they come to lie in, and what may happen in the middle of one. */
final class ChunkTest {
    private static final String MAIL = "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n";
    private static final String BINARY = "MAIL FROM:<a@b.test> BODY=BINARYMIME\r\nRCPT TO:<c@d.test>\r\n";
    private static final int[] SIZES = {
        1,
        2,
        100,
        Block.SMALL - 1,
        Block.SMALL,
        Block.SMALL + 1,
        4 * Block.SMALL - 1,
        4 * Block.SMALL,
        20_000,
        50_000,
        Block.LARGE - 1,
        Block.LARGE,
        Block.LARGE + 1,
        4 * Block.SMALL + Block.LARGE,
        150_000,
        300 * 1024
    };
    private static final int[] PIECES = {Integer.MAX_VALUE, Block.LARGE, 8191, 1460, 60_001, 17};

    private static String chunk(final String octets) {
        return "BDAT " + octets.length() + "\r\n" + octets;
    }

    private static String last(final String octets) {
        return "BDAT " + octets.length() + " LAST\r\n" + octets;
    }

    private static void feed(final House house, final Client client, final String octets, final int piece) {
        for (int from = 0; from < octets.length(); from += Math.min(piece, octets.length() - from)) {
            client.sendsOctets(octets.substring(from, from + Math.min(piece, octets.length() - from)));
            delivers(house);
        }
        delivers(house);
    }

    private static void delivers(final House house) {
        if (house.queue != null) {
            house.deliversAll();
        }
    }

    private static String random(final int size, final long seed) {
        final Random random = new Random(seed);
        final StringBuilder octets = new StringBuilder(size);
        for (int i = 0; i < size; i++) {
            octets.append((char) random.nextInt(256));
        }
        return octets.toString();
    }

    static List<Setup> setups() {
        return List.of(
                Setup.INLINE,
                Setup.QUEUED,
                Setup.INLINE.withBareNewline(BareNewline.NORMALIZE),
                Setup.INLINE.withBareNewline(BareNewline.ACCEPT));
    }

    // ---- octet for octet

    /** Text or binary, in one chunk and in several, with commands between and behind, in pieces of all sizes. */
    @ParameterizedTest
    @MethodSource("setups")
    void shouldKeepEveryOctetOfChunksOfAllSizes(final Setup setup) {
        try (House house = new House(setup)) {
            for (final int size : SIZES) {
                for (final int piece : PIECES) {
                    final String text = ContentTest.content(size, size + piece);
                    final String binary = random(size, size);
                    final Client client =
                            house.connect().sends("EHLO client.test").replies(220, 250);
                    feed(house, client, MAIL + last(text) + "NOOP\r\n", piece);
                    client.replies(250, 250, 250, 250);
                    feed(
                            house,
                            client,
                            BINARY + inChunks(binary, new Random(piece)) + "NOOP\r\n" + MAIL + last("x"),
                            piece);
                    final List<String> replies = client.allReplies();
                    assertEquals(3, house.received.size(), () -> "size " + size + " by " + piece + replies);
                    assertTrue(text.equals(house.received.get(0).content()), () -> "text " + size + " by " + piece);
                    assertTrue(binary.equals(house.received.get(1).content()), () -> "binary " + size + " by " + piece);
                    assertEquals(size, house.received.get(1).contentLength());
                    assertEquals("x", house.received.get(2).content());
                    house.received.clear();
                    client.closes().isClosed();
                    house.assertEverythingHome();
                }
            }
        }
    }

    /** Cut at random, a harmless command behind every other chunk. */
    private static String inChunks(final String octets, final Random random) {
        final StringBuilder wire = new StringBuilder();
        int from = 0;
        while (from < octets.length()) {
            final int most = random.nextInt(3) == 0 ? 70_000 : 3000;
            final int to = Math.min(octets.length(), from + 1 + random.nextInt(most));
            wire.append(chunk(octets.substring(from, to)));
            wire.append(random.nextBoolean() ? "NOOP\r\n" : "");
            from = to;
        }
        return wire.append(last("")).toString();
    }

    /** The chunk ends, and all that comes behind it lies, in the large block that the envelope is filled in. */
    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldLeaveTheEnvelopesBlockBeforeItIsGivenBack(final BareNewline choice) {
        final String first = "x".repeat(40_000);
        final String second = random(20_000, 1);
        final StringBuilder wire =
                new StringBuilder(first.substring(30_000) + "RSET\r\nMAIL FROM:<n@b.test> BODY=BINARYMIME\r\n");
        final List<String> recipients = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            recipients.add(i + "y".repeat(60) + "@" + ("z".repeat(60) + ".").repeat(3) + "test");
            wire.append("RCPT TO:<" + recipients.get(i) + ">\r\n");
        }
        wire.append(chunk(second.substring(0, 9)) + last(second.substring(9)) + "NOOP\r\n");
        try (House house = new House(Setup.INLINE.withBareNewline(choice).withMemory(2L * 1024 * 1024))) {
            final Client client = house.connect().sends("EHLO client.test").replies(220, 250);
            client.sendsOctets(MAIL + "BDAT 40000\r\n" + first.substring(0, 30_000))
                    .replies(250, 250);
            // No small block is left but those of this message: what RSET gives back is what the next one takes.
            final List<Block> hoard = new ArrayList<>();
            Block block = house.pool.tryTakeSmall();
            for (; block.capacity() == Block.SMALL; block = house.pool.tryTakeSmall()) {
                hoard.add(block);
            }
            house.pool.release(block);
            client.sendsOctets(wire.toString());
            hoard.forEach(house.pool::release);
            assertEquals("250", client.lastReply().substring(0, 3));
            assertEquals(1, house.received.size(), () -> client.output());
            assertEquals(recipients, house.received.get(0).to());
            assertTrue(second.equals(house.received.get(0).content()));
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void shouldStayInStepWhenAChunkIsRefusedWithinItsOwnBlock(final Setup setup) {
        final Setup limited = setup.withLimits(DialogueTest.limits(60_000, 3, 512));
        final String quits = "QUIT\r\n".repeat(5000);
        try (House house = new House(limited)) {
            for (final int piece : PIECES) {
                final Client client = house.connect().sends("EHLO client.test").replies(220, 250);
                feed(
                        house,
                        client,
                        MAIL + chunk(quits) + chunk(quits) + chunk("\r\n") + last(quits) + MAIL + last("x"),
                        piece);
                client.replies(250, 250, 250, 250, 552, 503, 250, 250, 250)
                        .closes()
                        .isClosed();
                assertEquals("x", house.received.get(0).content());
                house.received.clear();
                house.assertEverythingHome();
            }
        }
    }

    @Test
    void shouldRefuseABareLineEndingBehindTheChunkThatHoldsIt() {
        try (House house = new House(Setup.INLINE)) {
            final Client client = house.connect().sends("EHLO client.test").replies(220, 250);
            client.sendsOctets(MAIL + chunk("a\nb") + last("c") + MAIL + last("d"));
            client.replies(250, 250, 550, 503, 250, 250, 250);
            assertEquals(1, house.count(Counter.BARE_LINE_ENDINGS));
            assertEquals(1, house.count(Counter.BARE_LF));
            assertEquals(List.of(TransactionOutcome.REFUSED, TransactionOutcome.ACCEPTED), house.outcomes);
        }
    }

    @Test
    void shouldGiveTheBlocksOfARefusedMessageBackAtOnce() {
        try (House house = new House(Setup.INLINE)) {
            final Client client = house.connect().sends("EHLO client.test").replies(220, 250);
            client.sendsOctets(MAIL + chunk("x".repeat(100_000)) + "BDAT 1000000000000000000 LAST\r\n");
            client.replies(250, 250, 250);
            for (int i = 0; i < 1000; i++) {
                client.sendsOctets("QUIT\r\n".repeat(1000));
                assertTrue(house.memoryInUse() <= Block.SMALL, () -> "octets in use: " + house.memoryInUse());
            }
            client.repliesNothing().closes().isClosed();
            assertEquals(1, house.closes(CloseReason.PEER_CLOSED_IN_TRANSACTION));
        }
    }

    // ---- the middle of a chunk

    @Test
    void shouldDropAMessageWhoseConnectionIsLostInAChunk() {
        try (House house = new House(Setup.QUEUED)) {
            for (final String wire : List.of("BDAT 10\r\n12345", "BDAT 5\r\n12345", "BDAT 10 LAST\r\n123456789")) {
                house.connect().sendsOctets("EHLO a\r\n" + MAIL + wire).closes().isClosed();
                house.connect().sendsOctets("EHLO a\r\n" + MAIL + wire).resets().isClosed();
                house.connect().sendsOctets("EHLO a\r\n" + wire).closes().isClosed();
            }
            assertEquals(3, house.closes(CloseReason.PEER_CLOSED_IN_TRANSACTION));
            assertEquals(3, house.closes(CloseReason.PEER_CLOSED));
            assertTrue(house.queue.isEmpty());
            house.assertEverythingHome();
        }
    }

    @Test
    void shouldCloseWhereTheChunkSizeIsUnreadable() {
        try (House house = new House(Setup.INLINE)) {
            final Client client = house.connect().sendsOctets("EHLO a\r\n" + MAIL + "BDAT x\r\nQUIT\r\n");
            client.replies(220, 250, 250, 250, 501, 421).closes().isClosed();
            assertEquals("421 4.5.2", client.lastReply().substring(0, 9));
            assertEquals(1, house.closes(CloseReason.LOST_STEP));
            assertEquals(List.of(TransactionOutcome.ABORTED), house.outcomes);
        }
    }

    @Test
    void shouldUseTheDataTimeoutWithinAChunkWelcomeOrNot() {
        for (final String wire : List.of(MAIL + "BDAT 1000\r\n", "BDAT 1000\r\n", MAIL + "BDAT 9000000000\r\n")) {
            try (House house = new House(Setup.INLINE)) {
                final long dataNs = house.setup.limits().dataTimeoutNs();
                final Client client = house.connect().sendsOctets("EHLO a\r\n" + wire);
                for (int i = 0; i < 5; i++) {
                    house.passes(dataNs - Deadlines.TICK_NS);
                    client.sendsOctets("x").isOpen();
                }
                house.passes(dataNs - 1);
                assertEquals("250", client.lastReply().substring(0, 3));
                house.passes(1 + Deadlines.TICK_NS);
                assertEquals("421 4.4.2", client.lastReply().substring(0, 9));
                client.closes().isClosed();
                assertEquals(1, house.closes(CloseReason.DATA_TIMEOUT));
            }
        }
    }

    @Test
    void shouldUseTheCommandTimeoutBetweenChunks() {
        try (House house = new House(Setup.INLINE)) {
            final Client client = house.connect().sendsOctets("EHLO a\r\n" + MAIL + chunk("x"));
            client.replies(220, 250, 250, 250, 250);
            house.passes(house.setup.limits().commandTimeoutNs() - 1);
            client.repliesNothing();
            house.passes(1 + Deadlines.TICK_NS);
            client.replies(421).closes().isClosed();
            assertEquals(1, house.closes(CloseReason.COMMAND_TIMEOUT));
            assertEquals(0, house.memoryInUse());
        }
    }

    @Test
    void shouldFinishTheMessageWhenTheServerStops() {
        try (House house = new House(Setup.QUEUED)) {
            final Client between = house.connect().sendsOctets("EHLO a\r\n" + MAIL + chunk("x"));
            final Client within = house.connect().sendsOctets("EHLO a\r\n" + MAIL + "BDAT 2 LAST\r\n1");
            final Client refused = house.connect().sendsOctets("EHLO a\r\nBDAT 2\r\n1");
            List.of(between, within, refused).forEach(Client::drain);
            between.replies(220, 250, 250, 250, 250)
                    .sendsOctets(chunk("y") + last("z"))
                    .replies(250);
            within.replies(220, 250, 250, 250).sendsOctets("2");
            house.deliversAll();
            between.replies(250, 421).closes().isClosed();
            within.replies(250, 421).closes().isClosed();
            refused.replies(220, 250, 421).closes().isClosed();
            assertEquals(
                    List.of("xyz", "12"),
                    List.of(
                            house.received.get(0).content(),
                            house.received.get(1).content()));
        }
    }

    @Test
    void shouldEndBetweenChunksWhenTheServerStopsAndTheMessageIsGivenUp() {
        try (House house = new House(Setup.QUEUED)) {
            final Client client = house.connect().sendsOctets("EHLO a\r\n" + MAIL + chunk("x"));
            client.drain();
            client.sends("RSET", "NOOP").replies(220, 250, 250, 250, 250, 250, 421);
        }
    }

    @Test
    void shouldKeepWhatIsPipelinedWhileTheReceiptIsAwaited() {
        try (House house = new House(Setup.QUEUED.withQueue(2))) {
            final String large = ContentTest.content(40_000, 1);
            final Client client = house.connect().sends("EHLO client.test").replies(220, 250);
            client.sendsOctets(MAIL + last(large) + MAIL + chunk("a") + last("b") + "QUIT\r\n")
                    .replies(250, 250);
            house.polls();
            house.completes(DeliveryStatus.REJECTED);
            client.replies(554, 250, 250, 250);
            house.polls();
            house.completes(DeliveryStatus.ACCEPTED);
            client.replies(250, 221).isClosed();
            assertTrue(large.equals(house.received.get(0).content()));
            assertEquals("ab", house.received.get(1).content());
        }
    }

    // ---- slow readers

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 13, 100})
    void shouldGoOnBehindAChunkHoweverTheRepliesAreRead(final int octetsAWrite) {
        try (House house = new House(Setup.INLINE)) {
            final Client client = house.connect().sends("EHLO client.test").replies(220, 250);
            client.channel.writesTake(octetsAWrite, octetsAWrite, octetsAWrite, 0);
            final StringBuilder wire = new StringBuilder(MAIL);
            for (int i = 0; i < 300; i++) {
                wire.append(chunk("chunk " + i + "\r\n")).append("NOOP\r\n");
            }
            client.sendsOctets(wire + last("") + "HELP\r\n".repeat(20)).readsAgain();
            assertEquals("214", client.lastReply().substring(0, 3));
            assertEquals(2 + 2 + 600 + 1 + 20, client.allReplies().size());
            assertTrue(house.received.get(0).content().endsWith("chunk 299\r\n"));
        }
    }

    // ---- memory

    @Test
    void shouldWaitForMemoryWithinAChunkAndGoOn() {
        try (House house = new House(Setup.INLINE.withMemory(2L * 1024 * 1024))) {
            final Client client = house.connect().sends("EHLO client.test").replies(220, 250);
            client.sendsOctets(MAIL + "BDAT 20 LAST\r\n1234567890").replies(250, 250);
            final List<Block> hoard = hoardAll(house);
            client.sendsOctets("abcdefghijNOOP\r\n").isReadFrom(false);
            house.steps();
            client.isReadFrom(false);
            hoard.forEach(house.pool::release);
            house.steps();
            client.replies(250, 250);
            assertEquals("1234567890abcdefghij", house.received.get(0).content());
        }
    }

    @Test
    void shouldAnswer452BehindTheChunkThatFoundNoMemory() {
        try (House house = new House(Setup.INLINE.withMemory(2L * 1024 * 1024))) {
            final Client client = house.connect().sends("EHLO client.test").replies(220, 250);
            client.sendsOctets(MAIL + "BDAT 200000\r\n" + "x".repeat(100_000)).replies(250, 250);
            final List<Block> hoard = hoardAll(house);
            client.sendsOctets("QUIT\r\n").isReadFrom(false);
            house.passes(house.setup.limits().memoryTimeoutNs());
            client.sendsOctets("y".repeat(99_994)).replies(452);
            client.sendsOctets(last("QUIT\r\n") + "NOOP\r\n").replies(503, 250);
            assertEquals(1, house.count(Counter.LIMIT_MEMORY));
            hoard.forEach(house.pool::release);
            client.sendsOctets(MAIL + last("z")).replies(250, 250, 250);
            assertEquals("z", house.received.get(0).content());
        }
    }

    @Test
    void shouldAnswer452WhenAPipelinedChunkFindsNoMemory() {
        try (House house = new House(Setup.INLINE.withMemory(2L * 1024 * 1024))) {
            final Client client =
                    house.connect().sendsOctets("EHLO a\r\n" + MAIL).replies(220, 250, 250, 250);
            final List<Block> hoard = hoardAll(house);
            client.sendsOctets(chunk("QUIT\r\n".repeat(3000)) + last("QUIT\r\n") + "NOOP\r\n");
            client.replies(452, 503, 250);
            hoard.forEach(house.pool::release);
            assertEquals(0, house.received.size());
        }
    }

    private static List<Block> hoardAll(final House house) {
        final List<Block> hoard = new ArrayList<>();
        for (Block block = house.pool.tryTakeLarge(); block != null; block = house.pool.tryTakeLarge()) {
            hoard.add(block);
        }
        return hoard;
    }

    @Test
    void shouldMeasureTimeInChunksFromTheirLastOctet() {
        try (House house = new House(Setup.INLINE)) {
            final Client client = house.connect().sendsOctets("EHLO a\r\n" + MAIL + "BDAT 3\r\n1");
            house.passes(TimeUnit.SECONDS.toNanos(100));
            client.sendsOctets("23").replies(220, 250, 250, 250, 250);
            house.passes(house.setup.limits().commandTimeoutNs() - 1);
            client.repliesNothing().isOpen();
        }
    }
}
