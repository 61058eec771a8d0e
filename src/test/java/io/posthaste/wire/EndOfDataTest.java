package io.posthaste.wire;

import static io.posthaste.wire.EndOfData.AFTER_CR;
import static io.posthaste.wire.EndOfData.AFTER_DOT;
import static io.posthaste.wire.EndOfData.AFTER_DOT_CR;
import static io.posthaste.wire.EndOfData.BARE_CR;
import static io.posthaste.wire.EndOfData.BARE_LF;
import static io.posthaste.wire.EndOfData.END_OF_DATA;
import static io.posthaste.wire.EndOfData.LINE_START;
import static io.posthaste.wire.EndOfData.MID_LINE;
import static io.posthaste.wire.EndOfData.NEED_MORE;
import static io.posthaste.wire.EndOfData.NUL;
import static io.posthaste.wire.EndOfData.STUFFED_DOT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EndOfDataTest {
    /** Octets, in the order of the columns below. */
    private static final String OCTETS = "\r\n.\0a\u0080";

    /** state × octet: next state, event, octets consumed, withheld. */
    private static final int[][][] TABLE = {
        /* LINE_START */ {
            {AFTER_CR, NEED_MORE, 1, 0},
            {MID_LINE, BARE_LF, 1, 0},
            {AFTER_DOT, NEED_MORE, 1, 1},
            {MID_LINE, NUL, 1, 0},
            {MID_LINE, NEED_MORE, 1, 0},
            {MID_LINE, NEED_MORE, 1, 0}
        },
        /* MID_LINE */ {
            {AFTER_CR, NEED_MORE, 1, 0},
            {MID_LINE, BARE_LF, 1, 0},
            {MID_LINE, NEED_MORE, 1, 0},
            {MID_LINE, NUL, 1, 0},
            {MID_LINE, NEED_MORE, 1, 0},
            {MID_LINE, NEED_MORE, 1, 0}
        },
        /* AFTER_CR */ {
            {MID_LINE, BARE_CR, 0, 0},
            {LINE_START, NEED_MORE, 1, 0},
            {MID_LINE, BARE_CR, 0, 0},
            {MID_LINE, BARE_CR, 0, 0},
            {MID_LINE, BARE_CR, 0, 0},
            {MID_LINE, BARE_CR, 0, 0}
        },
        /* AFTER_DOT */ {
            {AFTER_DOT_CR, NEED_MORE, 1, 1},
            {MID_LINE, BARE_LF, 1, 0},
            {MID_LINE, NEED_MORE, 1, 0},
            {MID_LINE, NUL, 1, 0},
            {MID_LINE, NEED_MORE, 1, 0},
            {MID_LINE, NEED_MORE, 1, 0}
        },
        /* AFTER_DOT_CR */ {
            {MID_LINE, BARE_CR, 0, 0},
            {LINE_START, END_OF_DATA, 1, 1},
            {MID_LINE, BARE_CR, 0, 0},
            {MID_LINE, BARE_CR, 0, 0},
            {MID_LINE, BARE_CR, 0, 0},
            {MID_LINE, BARE_CR, 0, 0}
        },
    };

    @Test
    void shouldFollowTheTableForEveryStateAndOctet() {
        for (int state = 0; state < TABLE.length; state++) {
            for (int column = 0; column < OCTETS.length(); column++) {
                final int[] row = TABLE[state][column];
                final int start = state;
                final String name = "state " + state + ", column " + column;
                Placement.everywhere(OCTETS.substring(column, column + 1), (in, from, to) -> {
                    final long answer = EndOfData.scan(in, from, to, start);
                    assertEquals(row[0], EndOfData.state(answer), name);
                    assertEquals(row[1], EndOfData.event(answer), name);
                    assertEquals(from + row[2], EndOfData.position(answer), name);
                    assertEquals(row[3], EndOfData.withheld(answer), name);
                });
            }
        }
    }

    @Test
    void shouldChangeNothingOnEmptyInput() {
        for (int state = LINE_START; state <= AFTER_DOT_CR; state++) {
            final int start = state;
            Placement.everywhere("", (in, from, to) -> {
                final long answer = EndOfData.scan(in, from, to, start);
                assertEquals(start, EndOfData.state(answer));
                assertEquals(NEED_MORE, EndOfData.event(answer));
                assertEquals(from, EndOfData.position(answer));
                assertEquals(0, EndOfData.withheld(answer));
            });
        }
    }

    @Test
    void shouldWithholdWhatMayBeTheTerminator() {
        expectAnswer("", 0, LINE_START, NEED_MORE, 0);
        expectAnswer("a\r\n.", 4, AFTER_DOT, NEED_MORE, 1);
        expectAnswer("a\r\n.\r", 5, AFTER_DOT_CR, NEED_MORE, 2);
        expectAnswer("a\r\n.\r\nQUIT", 6, LINE_START, END_OF_DATA, 3);
        expectAnswer(".\r\n", 3, LINE_START, END_OF_DATA, 3);
        expectAnswer(". x", 1, MID_LINE, STUFFED_DOT, 1);
        expectAnswer("..\r\n", 1, MID_LINE, STUFFED_DOT, 1);
        expectAnswer("a\r\n.\rb", 4, MID_LINE, STUFFED_DOT, 1);
        expectAnswer("a\r", 2, AFTER_CR, NEED_MORE, 0);
        expectAnswer("a\rb", 2, MID_LINE, BARE_CR, 0);
        expectAnswer("a\nb", 2, MID_LINE, BARE_LF, 0);
        expectAnswer("a\0b", 2, MID_LINE, NUL, 0);
        expectAnswer(".\0b", 1, MID_LINE, STUFFED_DOT, 1);
    }

    @Test
    void shouldEndOnNothingButCrLfDotCrLf() {
        for (final String smuggled : List.of(
                "\n.\r\n",
                "\r.\r\n",
                "\r\n.\n",
                "\r\n.\r",
                "\n.\n",
                "\r.\r",
                "\r\n.\r\r\n",
                "\r\n\0.\r\n",
                "\r\n.\0\r\n",
                "\r\n..\r\n",
                "\r\n.\r.\r\n",
                "\r\r\n\r.\r\n",
                "\u008d\u008a.\u008d\u008a")) {
            for (final String before : List.of("a", "", "a".repeat(30), "a".repeat(15))) {
                final String text = before + smuggled + "MAIL FROM:<a@b>\r\n";
                assertEquals(-1, Transcript.ofNaive(text).end, text);
                expectAtEverySplit(text);
            }
        }
        for (final String text : List.of("\r\r\n.\r\n", "a\n\r\n.\r\n", "..\r\n.\r\n", ".\r\n", "\r\n.\r\n")) {
            assertEquals(text.length(), Transcript.ofNaive(text + "QUIT\r\n").end, text);
            expectAtEverySplit(text + "QUIT\r\n");
        }
    }

    @Test
    void shouldAgreeWithNaiveReferenceOnAllShortStringsAtEverySplit() {
        final char[] alphabet = {'\r', '\n', '.', 'a'};
        for (int length = 0; length <= 8; length++) {
            for (int number = 0; number < 1 << 2 * length; number++) {
                final StringBuilder text = new StringBuilder(length);
                for (int i = 0; i < length; i++) {
                    text.append(alphabet[number >>> 2 * i & 3]);
                }
                expectAtEverySplit(text.toString());
            }
        }
    }

    @Test
    void shouldAgreeWithNaiveReferenceBehindAnyLengthOfOrdinaryContent() {
        final char[] alphabet = {'\r', '\n', '.', 'a'};
        for (int before = 0; before < 36; before++) {
            for (int number = 0; number < 1 << 10; number++) {
                final StringBuilder text = new StringBuilder("b".repeat(before));
                for (int i = 0; i < 5; i++) {
                    text.append(alphabet[number >>> 2 * i & 3]);
                }
                text.append("c".repeat(40));
                final String whole = text.toString();
                final Transcript expected = Transcript.ofNaive(whole);
                expected.expect(Transcript.of(whole, whole.length()), whole);
            }
        }
    }

    @Test
    void shouldAgreeWithNaiveReferenceOnLongRandomContent() {
        final Random random = new Random(4521);
        final String[] pieces = {"\r\n", "\r\n", "\r\n.", "\r\n..", ".", "a", "\t", "\0", "\u00ff", "\u008d\u008a"};
        final String[] faults = {"\r", "\n", "\r\n.\r", "\r\r\n", "\r\n.\r\n", "\f", "\u000b"};
        for (int round = 0; round < 3000; round++) {
            final StringBuilder text = new StringBuilder();
            while (text.length() < 300) {
                text.append(
                        random.nextInt(200) == 0
                                ? faults[random.nextInt(faults.length)]
                                : random.nextInt(3) == 0
                                        ? "x".repeat(random.nextInt(90))
                                        : pieces[random.nextInt(pieces.length)]);
            }
            final String whole = text.append("\r\n.\r\nQUIT\r\n").toString();
            final Transcript expected = Transcript.ofNaive(whole);
            expected.expect(Transcript.of(whole, whole.length()), whole);
            final int[] cuts = random.ints(3, 0, whole.length() + 1).sorted().toArray();
            expected.expect(Transcript.of(whole, cuts[0], cuts[1], cuts[2], whole.length()), whole);
        }
    }

    @Test
    void shouldSkipOrdinaryContentOnlyUpToWhatIsNotOrdinary() {
        for (int length = 20; length < 100; length++) {
            final ByteBuffer in = Placement.buffer("a\r\n".repeat(length) + "\n" + "a".repeat(40));
            assertEquals(3 * length, OrdinaryContent.skip(in, 0, in.capacity()));
        }
    }

    private static void expectAnswer(
            final String text, final int position, final int state, final int event, final int withheld) {
        Placement.everywhere(text, (in, from, to) -> {
            final long answer = EndOfData.scan(in, from, to, LINE_START);
            assertEquals(from + position, EndOfData.position(answer), text);
            assertEquals(state, EndOfData.state(answer), text);
            assertEquals(event, EndOfData.event(answer), text);
            assertEquals(withheld, EndOfData.withheld(answer), text);
        });
    }

    private static void expectAtEverySplit(final String text) {
        final Transcript expected = Transcript.ofNaive(text);
        for (int split = 0; split <= text.length(); split++) {
            expected.expect(Transcript.of(text, split, text.length()), text);
        }
        final int[] everyOctet = new int[text.length()];
        for (int i = 0; i < everyOctet.length; i++) {
            everyOctet[i] = i + 1;
        }
        expected.expect(Transcript.of(text, everyOctet), text);
    }

    /** What a receiver makes of a message: content up to the first fault, the faults and the end, at absolute places. */
    private static final class Transcript {
        private final StringBuilder content = new StringBuilder();
        private final StringBuilder faults = new StringBuilder();
        private int end = -1;

        /** Feeds the scanner buffers that end at the given places. */
        static Transcript of(final String text, final int... ends) {
            final Transcript transcript = new Transcript();
            int state = LINE_START;
            int base = 0;
            for (final int end : ends) {
                final ByteBuffer in = ByteBuffer.wrap(text.substring(base, end).getBytes(ISO_8859_1));
                int from = 0;
                int event;
                do {
                    final long answer = EndOfData.scan(in, from, in.capacity(), state);
                    final int position = EndOfData.position(answer);
                    final int contentEnd = position - EndOfData.withheld(answer);
                    assertTrue(contentEnd >= from && position <= in.capacity(), text);
                    event = EndOfData.event(answer);
                    assertTrue(event != NEED_MORE || position == in.capacity(), text);
                    state = EndOfData.state(answer);
                    transcript.accept(text.substring(base + from, base + contentEnd), event, base + position);
                    from = position;
                } while (event != NEED_MORE && event != END_OF_DATA);
                if (event == END_OF_DATA) {
                    assertEquals(LINE_START, state);
                    break;
                }
                base = end;
            }
            if (transcript.end < 0 && state == AFTER_DOT_CR && transcript.faults.isEmpty()) {
                transcript.content.append(".\r");
            } else if (transcript.end < 0 && state == AFTER_DOT && transcript.faults.isEmpty()) {
                transcript.content.append('.');
            }
            return transcript;
        }

        /** An octet at a time, by looking back at the whole text. */
        static Transcript ofNaive(final String text) {
            final Transcript transcript = new Transcript();
            boolean lineStart = true;
            for (int i = 0; i < text.length(); i++) {
                final char octet = text.charAt(i);
                final boolean crBefore = i > 0 && text.charAt(i - 1) == '\r';
                if (crBefore && octet != '\n') {
                    transcript.accept("", BARE_CR, i);
                }
                if (lineStart && octet == '.') {
                    if (text.startsWith(".\r\n", i)) {
                        transcript.end = i + 3;
                        break;
                    }
                    final boolean undecided = i + 1 == text.length() || i + 2 == text.length() && text.endsWith("\r");
                    if (undecided) {
                        transcript.accept(".", NEED_MORE, i);
                    }
                } else {
                    transcript.accept(String.valueOf(octet), NEED_MORE, i);
                }
                if (octet == '\n' && !crBefore) {
                    transcript.accept("", BARE_LF, i + 1);
                }
                lineStart = octet == '\n' && crBefore;
            }
            return transcript;
        }

        private void accept(final String octets, final int event, final int position) {
            if (faults.isEmpty()) {
                content.append(octets);
            }
            if (event == BARE_CR || event == BARE_LF) {
                faults.append(event == BARE_CR ? "CR@" : "LF@").append(position).append(' ');
            } else if (event == END_OF_DATA) {
                end = position;
            }
        }

        void expect(final Transcript actual, final String text) {
            assertEquals(faults.toString(), actual.faults.toString(), text);
            assertEquals(end, actual.end, text);
            assertEquals(withoutWithheldCr(), actual.withoutWithheldCr(), text);
        }

        /** A CR that was withheld and proved bare is not given back: only then the content before the fault lacks it. */
        private String withoutWithheldCr() {
            final String octets = content.toString();
            if (faults.isEmpty()) {
                return octets;
            }
            final boolean endsInCr = octets.endsWith("\r") && faults.charAt(0) == 'C';
            return endsInCr ? octets.substring(0, octets.length() - 1) : octets;
        }
    }
}
