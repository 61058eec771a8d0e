package io.posthaste.reactor;

import static io.posthaste.reactor.Dialogue.that;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.memory.Block;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.Counter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Message content, octet for octet, and what is not content. */
final class ContentTest {
    private static final String MAIL = "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n";

    @ParameterizedTest(name = "{0}")
    @MethodSource({"stuffed", "bare", "smuggled"})
    void shouldTakeTheSameContentAtEverySplit(final Dialogue dialogue) {
        DialogueRunner.run(dialogue);
    }

    static Stream<Dialogue> stuffed() {
        final String[][] wireAndContent = {
            {".\r\n", ""},
            {"\r\n.\r\n", "\r\n"},
            {"x\r\n.\r\n", "x\r\n"},
            {"..\r\n.\r\n", ".\r\n"},
            {"...\r\n.\r\n", "..\r\n"},
            {".x\r\n.\r\n", "x\r\n"},
            {"..x\r\n.\r\n", ".x\r\n"},
            {"x.\r\n.\r\n", "x.\r\n"},
            {"x\r\n..\r\n..\r\n.\r\n", "x\r\n.\r\n.\r\n"},
            {".. \r\n.\r\n", ". \r\n"},
            {"\r\n\r\n..\r\n\r\n.\r\n", "\r\n\r\n.\r\n\r\n"},
            {"a.b\r\n. c\r\n.\r\n", "a.b\r\n c\r\n"},
            {"\0\u00ff\u0080\r\n.\r\n", "\0\u00ff\u0080\r\n"},
            {"1234567\r\n..89\r\n.\r\n", "1234567\r\n.89\r\n"},
        };
        return Stream.of(wireAndContent)
                .flatMap(pair -> Stream.of(Setup.INLINE, Setup.QUEUED, Setup.INLINE.withoutContent())
                        .map(setup -> that(printable(pair[0]) + (setup.queued() ? " queued" : ""))
                                .with(setup)
                                .greets()
                                .passesMail(pair[0], pair[1])
                                .sends("NOOP")
                                .replies(250)));
    }

    /** A bare CR or LF anywhere: one 550 behind the true end of data, nothing delivered, the session in step. */
    static Stream<Dialogue> bare() {
        return Stream.of(
                        "a\nb\r\n.\r\n",
                        "a\rb\r\n.\r\n",
                        "\n\r\n.\r\n",
                        "\r\r\n.\r\n",
                        "a\r\r\nb\r\n.\r\n",
                        "a\n\nb\rc\r\n.\r\n",
                        ".\rx\r\n.\r\n",
                        ".\nx\r\n.\r\n",
                        "a\r\n.\r\r\n.\r\n",
                        "\n.\r\n\r\n.\r\n")
                .map(wire -> that("bare in " + printable(wire))
                        .startsData()
                        .sendsOctets(wire)
                        .replies(550)
                        .passesMail("next\r\n.\r\n", "next\r\n"));
    }

    /** What other servers take for the end of data is content here, and no command behind it is ever run. */
    static Stream<Dialogue> smuggled() {
        return Stream.of("\n.\r\n", "\r\n.\n", "\r.\r\n", "\n.\n", "\r.\r", "\r\n.\r", "\r\n.\r\r\n", "\r\r\n.\r\r\n")
                .flatMap(end -> Stream.of(Setup.INLINE, Setup.QUEUED)
                        .map(setup -> that("smuggling by " + printable(end) + (setup.queued() ? " queued" : ""))
                                .with(setup)
                                .startsData()
                                .sendsOctets("x" + end + "MAIL FROM:<evil@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n"
                                        + "evil\r\n.\r\n")
                                .replies(550)
                                .passesMail("good\r\n.\r\n", "good\r\n")));
    }

    // ---- block boundaries

    static IntStream sizes() {
        final int small = Block.SMALL;
        final int large = Block.LARGE;
        return IntStream.of(
                        0,
                        2,
                        3,
                        100,
                        small,
                        2 * small,
                        4 * small,
                        4 * small + large,
                        4 * small + 2 * large,
                        large,
                        2 * large,
                        3 * large,
                        300 * 1024)
                .flatMap(size -> size < 100 ? IntStream.of(size) : IntStream.rangeClosed(size - 3, size + 3));
    }

    @Test
    void shouldKeepEveryOctetOfMessagesOfAllSizes() {
        // With one slab there is one size of block: what one message gives back the next takes at once.
        final Setup oneSlab = Setup.INLINE.withMemory(BlockPool.SLAB);
        final List<Setup> setups = List.of(Setup.INLINE, Setup.QUEUED, oneSlab);
        final int[] pieces = {Integer.MAX_VALUE, 60_001, 8191};
        for (final Setup setup : setups) {
            try (House house = new House(setup)) {
                final Client client = house.connect().sends("EHLO client.test").replies(220, 250);
                sizes().forEach(size -> {
                    for (final int piece : pieces) {
                        passTwoMessages(house, client, size, 500, piece);
                        passTwoMessages(house, client, size, 40_000, piece);
                    }
                });
                assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
            }
        }
    }

    /** Two messages in one stream: the second begins somewhere in the first one's last block. */
    private static void passTwoMessages(
            final House house, final Client client, final int size, final int secondSize, final int piece) {
        final String first = content(size, size);
        final String second = content(secondSize, ~size);
        final byte[] octets = (MAIL + stuffed(first) + ".\r\n" + MAIL + stuffed(second) + ".\r\nNOOP\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        house.received.clear();
        for (long from = 0; from < octets.length; from += piece) {
            client.channel.feed(octets, (int) from, (int) Math.min(octets.length, from + piece));
        }
        client.pump();
        if (house.queue != null) {
            house.deliversAll();
        }
        client.replies(250, 250, 354, 250, 250, 250, 354, 250, 250);
        assertEquals(2, house.received.size());
        assertTrue(
                first.equals(house.received.get(0).content()), () -> "content of " + size + " in pieces of " + piece);
        assertTrue(second.equals(house.received.get(1).content()), () -> "second behind " + size + " by " + piece);
        assertEquals(size, house.received.get(0).contentLength());
        assertEquals(0, house.memoryInUse());
    }

    @Test
    void shouldSplitALargeMessageAnywhereAroundItsEnd() {
        final String content = content(5 * Block.SMALL + Block.LARGE / 2, 7);
        final byte[] octets =
                (MAIL + stuffed(content) + ".\r\n" + MAIL + "x\r\n.\r\n").getBytes(StandardCharsets.ISO_8859_1);
        try (House house = new House(Setup.QUEUED)) {
            final Client client = house.connect().sends("EHLO client.test").replies(220, 250);
            for (int split = octets.length - 100; split < octets.length; split++) {
                house.received.clear();
                client.channel.feed(octets, 0, split);
                client.channel.feed(octets, split, octets.length);
                client.pump();
                house.deliversAll();
                client.replies(250, 250, 354, 250, 250, 250, 354, 250);
                assertTrue(content.equals(house.received.get(0).content()), "split at " + split);
                assertEquals("x\r\n", house.received.get(1).content());
            }
        }
    }

    // ---- limits

    @Test
    void shouldAcceptAThousandRecipientsAndRefuseTheNext() {
        try (House house = new House(Setup.INLINE)) {
            final Client client =
                    house.connect().sends("EHLO a", "MAIL FROM:<a@b.test>").replies(220, 250, 250);
            for (int i = 0; i < 1000; i++) {
                client.sends("RCPT TO:<recipient-number-" + i + "@d.test>").replies(250);
            }
            client.sends("RCPT TO:<one-too-many@d.test>").replies(452);
            client.sends("DATA", "x", ".").replies(354, 250);
            assertEquals(1000, house.received.get(0).to().size());
            assertEquals(
                    "recipient-number-999@d.test", house.received.get(0).to().get(999));
            assertEquals(1, house.count(Counter.LIMIT_RECIPIENTS));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2049, 10_000, 1 << 20})
    void shouldSkipALongLineInFlatMemory(final int length) {
        try (House house = new House(Setup.INLINE)) {
            final Client client = house.connect().replies(220);
            final String line = "x".repeat(length - 2);
            for (int from = 0; from < line.length(); from += 1000) {
                client.sendsOctets(line.substring(from, Math.min(line.length(), from + 1000)));
                client.repliesNothing();
                assertTrue(house.memoryInUse() <= Block.SMALL, () -> "octets in use: " + house.memoryInUse());
            }
            client.sendsOctets("\r").repliesNothing().sendsOctets("\n").replies(500);
            assertEquals(0, house.memoryInUse());
            client.sends("NOOP").replies(250);
        }
    }

    @Test
    void shouldGiveTheBlocksOfARefusedContentBackAtOnce() {
        final Setup setup = Setup.INLINE.withLimits(DialogueTest.limits(100_000, 10, 512));
        try (House house = new House(setup)) {
            final Client client = house.connect().startsData();
            final String line = "x".repeat(998) + "\r\n";
            for (int i = 0; i < 100; i++) {
                client.sendsOctets(line);
            }
            final long before = house.memoryInUse();
            assertTrue(before >= 100_000, () -> "octets in use: " + before);
            for (int i = 0; i < 1000; i++) {
                client.sendsOctets(line);
                assertTrue(house.memoryInUse() <= Block.SMALL, () -> "octets in use: " + house.memoryInUse());
            }
            client.repliesNothing().sends(".").replies(552);
            assertEquals(1, house.count(Counter.LIMIT_MESSAGE_SIZE));
            client.sends("MAIL FROM:<>", "RCPT TO:<c@d.test>", "DATA", "x", ".").replies(250, 250, 354, 250);
            assertEquals("x\r\n", house.received.get(0).content());
        }
    }

    /** Refused while the octets being parsed lie in the block that is given back. */
    @Test
    void shouldStayInStepWhenContentIsRefusedWithinItsOwnBlock() {
        for (final Setup setup : List.of(Setup.INLINE, Setup.QUEUED)) {
            for (int bareAt = 0; bareAt < 90_000; bareAt += 7919) {
                try (House house = new House(setup)) {
                    final Client client = house.connect().startsData();
                    final String content = content(90_000, 3);
                    final String wire =
                            stuffed(content.substring(0, bareAt)) + "\n" + stuffed(content.substring(bareAt));
                    client.sendsOctets(wire + ".\r\n" + MAIL + "good\r\n.\r\n");
                    if (house.queue != null) {
                        house.deliversAll();
                    }
                    client.replies(550, 250, 250, 354, 250);
                    assertEquals("good\r\n", house.received.get(0).content());
                }
            }
        }
    }

    // ---- helpers

    /** Lines of all lengths, many with a dot in front, {@code size} octets in all. */
    static String content(final int size, final int seed) {
        final Random random = new Random(seed);
        final StringBuilder text = new StringBuilder(size);
        while (text.length() < size - 2) {
            if (random.nextInt(3) == 0) {
                text.append('.');
            }
            for (int i = random.nextInt(120); i > 0; i--) {
                text.append((char) (' ' + random.nextInt(95)));
            }
            text.append("\r\n");
        }
        text.setLength(Math.max(0, size - 2));
        if (text.length() > 0 && text.charAt(text.length() - 1) == '\r') {
            text.setCharAt(text.length() - 1, 'x');
        }
        return size < 2 ? "" : text.append("\r\n").toString();
    }

    /** As it goes over the wire (RFC 5321 section 4.5.2). */
    static String stuffed(final String content) {
        return (content.startsWith(".") ? "." : "") + content.replace("\r\n.", "\r\n..");
    }

    private static String printable(final String octets) {
        final List<String> all = new ArrayList<>();
        octets.chars()
                .forEach(c -> all.add(c == '\r' ? "CR" : c == '\n' ? "LF" : c < ' ' || c > '~' ? "?" : "" + (char) c));
        return String.join(" ", all);
    }
}
