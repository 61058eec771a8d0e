package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyParserTest {
    private static final String EHLO = "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 35882577\r\n250 8BITMIME\r\n";

    private final ReplyParser parser = new ReplyParser();

    /** Feeds each part flush at the end of its buffer and returns all events but NEED_MORE. */
    private List<Integer> events(String... parts) {
        parser.reset();
        final List<Integer> events = new ArrayList<>();
        for (final String part : parts) {
            final ByteBuffer input = ByteBuffer.wrap(part.getBytes(StandardCharsets.ISO_8859_1));
            while (input.hasRemaining()) {
                final int event = parser.parse(input);
                if (event != ReplyParser.NEED_MORE) {
                    events.add(event);
                }
                if (event == ReplyParser.MALFORMED) {
                    return events;
                }
            }
        }
        return events;
    }

    @Test
    void shouldTellTheCodeOfAReply() {
        assertEquals(List.of(354), events("354 go ahead\r\n"));
        assertEquals("go ahead", parser.text());
        assertEquals(1, parser.lineNumber());
    }

    @Test
    void shouldTellEachLineOfAReply() {
        assertEquals(List.of(ReplyParser.CONTINUED, ReplyParser.CONTINUED, ReplyParser.CONTINUED, 250), events(EHLO));
        assertEquals(4, parser.lineNumber());
    }

    @Test
    void shouldTakeReplyWithoutText() {
        assertEquals(List.of(250, 250), events("250\r\n250 \r\n"));
        assertEquals("", parser.text());
    }

    @Test
    void shouldTellTheSameAtEveryPairOfSplits() {
        final String replies = EHLO + "250 ok\r\n550-no\r\n550 such user\r\n354\r\n";
        final List<Integer> whole = events(replies);
        assertEquals(8, whole.size());
        for (int i = 0; i <= replies.length(); i++) {
            for (int j = i; j <= replies.length(); j++) {
                assertEquals(whole, events(replies.substring(0, i), replies.substring(i, j), replies.substring(j)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "150 no\r\n",
                "650 no\r\n",
                "\r\n",
                "2",
                "25\r\n",
                "2x0 a\r\n",
                "25x a\r\n",
                "250_a\r\n",
                "250\n",
                "250 a\n",
                "250 a\rb\r\n",
                "250 a\r\r\n",
                "250-a\r\n251 b\r\n",
                "+OK\r\n",
                "HTTP/1.1 400\r\n",
                "\u0000",
                "25\u00e9"
            })
    void shouldRefuseWhatIsNoReply(String input) {
        final List<Integer> expected =
                input.startsWith("250-a") ? List.of(ReplyParser.CONTINUED, ReplyParser.MALFORMED) : List.of(-2);
        assertEquals(input.equals("2") ? List.of() : expected, events(input));
    }

    @Test
    void shouldRefuseLineBeyondTheLimit() {
        final String longest = "250 " + "x".repeat(ReplyParser.MAX_LINE_LENGTH - 6) + "\r\n";
        assertEquals(List.of(250), events(longest));
        assertEquals(ReplyParser.MAX_TEXT_LENGTH, parser.text().length());
        assertEquals(List.of(ReplyParser.MALFORMED), events("250 x" + longest.substring(4)));
    }

    @Test
    void shouldRefuseReplyWithoutEnd() {
        final List<Integer> events = events("250-x\r\n".repeat(ReplyParser.MAX_LINES + 1));
        assertEquals(ReplyParser.MALFORMED, events.get(events.size() - 1));
        assertEquals(ReplyParser.MAX_LINES + 1, events.size());
    }

    @Test
    void shouldKnowAKeywordAsAWholeWord() {
        final byte[] keyword = "SIZE".getBytes(StandardCharsets.US_ASCII);
        for (final String text : List.of("SIZE", "size", "Size 35882577", "SIZE ")) {
            events("250 " + text + "\r\n");
            assertTrue(parser.isKeyword(keyword), text);
        }
        for (final String text : List.of("SIZ", "SIZES", "XSIZE", "", "SIZE=1", "S\u0009ZE")) {
            events("250 " + text + "\r\n");
            assertFalse(parser.isKeyword(keyword), text);
        }
    }

    @Test
    void shouldShowNoControlCharacters() {
        events("550 a\u001b[2J\u00e9\r\n");
        assertEquals("a?[2J?", parser.text());
    }
}
