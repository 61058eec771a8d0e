package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.metrics.Counter;
import io.posthaste.policy.BareNewline;
import io.posthaste.session.FaultCounts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Look-alikes of the end of data, bare CR and LF and NUL are counted alike, however the content comes. */
final class SmugglingCountTest {
    private static final String MAIL = "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n";
    private static final String EVIL = "MAIL FROM:<evil@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nevil\r\n.\r\n";
    private static final String[] ENDINGS = {"\n", "\r", "\r\n"};
    /** Octets a read; with the largest a long message is read straight into its envelope. */
    private static final int[] PIECES = {Integer.MAX_VALUE, 60_001, 8191, 7};

    private static final int LARGE = 100_000;

    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldCountWhatIsSmuggledByItsVeryOctets(final BareNewline choice) {
        for (final String before : ENDINGS) {
            for (final String behind : ENDINGS) {
                final boolean isEnd = before.equals("\r\n") && behind.equals("\r\n");
                final String name = "SMUGGLING_" + name(before) + "_DOT_" + name(behind);
                try (House house = new House(Setup.INLINE.withBareNewline(choice))) {
                    final Client client = house.connect().startsData();
                    client.sendsOctets("x" + before + "." + behind + (isEnd ? "" : EVIL));
                    client.replies(isEnd || choice != BareNewline.REJECT ? 250 : 550);
                    for (final Counter counter : Counter.values()) {
                        if (counter.name().startsWith("SMUGGLING_")) {
                            assertEquals(counter.name().equals(name) ? 1 : 0, house.count(counter), counter.name());
                        }
                    }
                }
            }
        }
    }

    /** The octets in front are stuffed dots too, which move what is read in place, and NULs, for which nothing is refused. */
    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldCountLongContentAlikeByDataAndByBdat(final BareNewline choice) {
        final Random random = new Random(51764);
        for (int round = 0; round < 12; round++) {
            final String octets = content(random);
            final FaultCounts marked = FaultCounts.ofMarked(octets + ".\r\n");
            final FaultCounts counted = FaultCounts.ofCounted(octets);
            assertEquals(counted, marked);
            for (final int piece : PIECES) {
                expect(choice, marked, "DATA\r\n" + octets + ".\r\n", piece);
                expect(choice, counted, "BDAT " + octets.length() + " LAST\r\n" + octets, piece);
            }
        }
    }

    /** A chunk that fails is counted to its end, the chunks behind it find no transaction. */
    @Test
    void shouldCountNoChunkWithoutATransaction() {
        try (House house = new House(Setup.INLINE)) {
            final Client client = house.connect().sends("EHLO client.test").replies(220, 250);
            client.sendsOctets(MAIL + "BDAT 6\r\na\n.\n\0\r" + "BDAT 5 LAST\r\n\n.\n.\n");
            client.replies(250, 250, 550, 503);
            assertEquals(FaultCounts.ofCounted("a\n.\n\0"), FaultCounts.of(house.reactor.metrics()));
        }
    }

    private static void expect(
            final BareNewline choice, final FaultCounts expected, final String content, final int piece) {
        final Setup setup = Setup.INLINE.withBareNewline(choice);
        try (House house = new House(setup)) {
            final Client client = house.connect().sends("EHLO client.test");
            final byte[] octets = (MAIL + content + "NOOP\r\n").getBytes(StandardCharsets.ISO_8859_1);
            for (int from = 0; from < octets.length; from += Math.min(piece, octets.length - from)) {
                client.channel.feed(octets, from, from + Math.min(piece, octets.length - from));
            }
            client.pump();
            assertEquals(expected, FaultCounts.of(house.reactor.metrics()), "in pieces of " + piece);
            assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
            final List<String> replies = client.allReplies();
            assertEquals(250, Client.codeOf(replies.get(replies.size() - 1)));
        }
    }

    private static String content(final Random random) {
        final StringBuilder text = new StringBuilder();
        while (text.length() < LARGE) {
            text.append(ContentTest.stuffed(ContentTest.content(10_000 + random.nextInt(20_000), random.nextInt())));
            text.append(random.nextInt(3) == 0 ? "\0" : "");
            // In the first part nothing is refused yet, so that what follows is read in place as well.
            if (text.length() > LARGE / 2) {
                final String before = ENDINGS[random.nextInt(ENDINGS.length)];
                final String behind = ENDINGS[random.nextInt(ENDINGS.length - (before.equals("\r\n") ? 1 : 0))];
                text.append("x").append(before).append('.').append(behind).append("y\r\n");
            }
        }
        return text.toString();
    }

    private static String name(final String ending) {
        return ending.replace("\r", "CR").replace("\n", "LF");
    }
}
