package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplyParserTest {
    @Test
    void shouldReadRepliesHoweverTheyAreSplit() throws MalformedReplyException {
        final String dialogue =
                "220 next\r\n250-next.example\r\n250-SIZE 1000\r\n250 \r\n354\r\n550-5.1.1 No\r\n550 5.1.1 such\r\n";
        final List<String> whole = replies(dialogue, dialogue.length(), dialogue.length());
        assertEquals(
                List.of("220[next]", "250[next.example, SIZE 1000, ]", "354[]", "550[5.1.1 No, 5.1.1 such]"), whole);
        for (int first = 0; first <= dialogue.length(); first++) {
            for (int second = first; second <= dialogue.length(); second++) {
                assertEquals(whole, replies(dialogue, first, second), first + ", " + second);
            }
        }
    }

    @Test
    void shouldTakeNothingBehindAReply() throws MalformedReplyException {
        final ByteBuffer in = octets("220 a\r\n250 b\r\n");
        assertEquals(220, new ReplyParser().poll(in).code());
        assertEquals(7, in.position());
    }

    @Test
    void shouldMakeItsTextPrintable() throws MalformedReplyException {
        assertEquals(
                "550 5.1.1 gr?n ?[31m",
                new ReplyParser()
                        .poll(octets("550 5.1.1 gr\u00fcn \u001b[31m\r\n"))
                        .toString());
    }

    @Test
    void shouldTellEnhancedStatusAndTextApart() throws MalformedReplyException {
        assertReply("550 5.1.1 No such user\r\n", "5.1.1", "No such user");
        assertReply("550-5.1.1 No\r\n550 5.1.1 such user\r\n", "5.1.1", "No such user");
        assertReply("451 4.7.0\r\n", "4.7.0", "no text");
        assertReply("550 No such user\r\n", "5.0.0", "No such user");
        assertReply("550 4.1.1 Confused\r\n", "5.0.0", "Confused");
        assertReply("452 10.20.30 is full\r\n", "4.0.0", "10.20.30 is full");
        assertReply("421\r\n", "4.0.0", "no text");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "2\r\n",
                "25\r\n",
                "2500\r\n",
                "250x\r\n",
                "150 early\r\n",
                "650 late\r\n",
                "x50 y\r\n",
                "250\n",
                "250 a\rb\r\n",
                "250 a\r\r\n",
                "250-a\r\n251 b\r\n",
                "250-a\r\n\r\n",
                "HTTP/1.1 200 OK\r\n",
                "250 a\nb\r\n"
            })
    void shouldRefuseWhatIsNoReply(final String text) {
        assertThrows(MalformedReplyException.class, () -> replies(text, 0, 0));
    }

    @Test
    void shouldBoundALineTheLinesAndTheWhole() throws MalformedReplyException {
        final String longest = "250 " + "x".repeat(ReplyParser.LONGEST_LINE - 4) + "\r\n";
        assertEquals(250, new ReplyParser().poll(octets(longest)).code());
        assertThrows(MalformedReplyException.class, () -> new ReplyParser().poll(octets("250 " + longest)));

        final String lines = "250-x\r\n".repeat(ReplyParser.MOST_LINES - 1);
        assertEquals(
                ReplyParser.MOST_LINES,
                new ReplyParser().poll(octets(lines + "250 x\r\n")).lines().size());
        assertThrows(MalformedReplyException.class, () -> new ReplyParser().poll(octets(lines + "250-x\r\n250 x\r\n")));

        final String large = ("250-" + "x".repeat(1000) + "\r\n").repeat(20);
        assertThrows(MalformedReplyException.class, () -> new ReplyParser().poll(octets(large)));
    }

    @Test
    void shouldKeepTheTextOfARefusalShort() throws MalformedReplyException {
        final HopReply reply =
                new ReplyParser().poll(octets("550-" + "x".repeat(900) + "\r\n550 " + "y".repeat(900) + "\r\n"));
        assertEquals(HopReply.LONGEST_TEXT, reply.text().length());
        assertTrue(RelayDelivery.encoded(reply).length <= 512);
    }

    /** Whatever comes, there is a reply, a wish for more or the one exception, and never more octets kept than the bound. */
    @Test
    void shouldSurviveWhateverComes() {
        final Random random = new Random(20261122);
        final String alphabet = "2345 -\r\n\r\n\r\n0019xyz\0\u00ff";
        int replies = 0;
        int malformed = 0;
        for (int round = 0; round < 20_000; round++) {
            final byte[] octets = new byte[random.nextInt(60)];
            for (int i = 0; i < octets.length; i++) {
                octets[i] = round % 2 == 0
                        ? (byte) alphabet.charAt(random.nextInt(alphabet.length()))
                        : (byte) "250-a\r\n250 b\r\n354\r\n".charAt((i + (random.nextInt(40) == 0 ? 1 : 0)) % 19);
            }
            final ReplyParser parser = new ReplyParser();
            final ByteBuffer in = ByteBuffer.wrap(octets);
            try {
                while (in.hasRemaining()) {
                    final HopReply reply = parser.poll(in);
                    if (reply != null) {
                        replies++;
                        assertFalse(parser.isWithinReply());
                        assertTrue(reply.toString().chars().allMatch(c -> c >= ' ' && c <= '~'), reply::toString);
                    }
                }
            } catch (final MalformedReplyException e) {
                malformed++;
                assertTrue(e.getMessage().length() < 120, e::getMessage);
            }
        }
        assertTrue(replies > 500 && malformed > 5000, replies + " replies, " + malformed + " malformed");
    }

    private static void assertReply(final String octets, final String status, final String text)
            throws MalformedReplyException {
        final HopReply reply = new ReplyParser().poll(octets(octets));
        assertEquals(status, reply.enhancedStatus());
        assertEquals(text, reply.text());
    }

    /** All replies of a dialogue that comes in three pieces. */
    private static List<String> replies(final String dialogue, final int first, final int second)
            throws MalformedReplyException {
        final ReplyParser parser = new ReplyParser();
        final List<String> replies = new ArrayList<>();
        for (final String piece :
                List.of(dialogue.substring(0, first), dialogue.substring(first, second), dialogue.substring(second))) {
            final ByteBuffer in = octets(piece);
            while (in.hasRemaining()) {
                final HopReply reply = parser.poll(in);
                if (reply != null) {
                    replies.add(reply.code() + reply.lines().toString());
                }
            }
            assertNull(parser.poll(in));
        }
        return replies;
    }

    private static ByteBuffer octets(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
