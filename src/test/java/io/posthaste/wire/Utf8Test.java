package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    /** Octets at the edges of the classes that sequences are made of. */
    private static final int[] EDGES = {
        0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
        0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF
    };

    /** Sequences at the edges of RFC 3629, and whether they are well-formed. */
    private static final Object[][] TABLE = {
        {"\u0000", true}, // U+0000
        {"\u007f", true}, // U+007F
        {"\u00c2\u0080", true}, // U+0080
        {"\u00df\u00bf", true}, // U+07FF
        {"\u00e0\u00a0\u0080", true}, // U+0800
        {"\u00ed\u009f\u00bf", true}, // U+D7FF
        {"\u00ee\u0080\u0080", true}, // U+E000
        {"\u00ef\u00bf\u00bf", true}, // U+FFFF
        {"\u00f0\u0090\u0080\u0080", true}, // U+10000
        {"\u00f4\u008f\u00bf\u00bf", true}, // U+10FFFF
        {"\u00c0\u0080", false}, // U+0000 in two octets
        {"\u00c1\u00bf", false}, // U+007F in two octets
        {"\u00e0\u0080\u0080", false}, // U+0000 in three octets
        {"\u00e0\u009f\u00bf", false}, // U+07FF in three octets
        {"\u00f0\u0080\u0080\u0080", false}, // U+0000 in four octets
        {"\u00f0\u008f\u00bf\u00bf", false}, // U+FFFF in four octets
        {"\u00ed\u00a0\u0080", false}, // U+D800
        {"\u00ed\u00af\u00bf", false}, // U+DBFF
        {"\u00ed\u00b0\u0080", false}, // U+DC00
        {"\u00ed\u00bf\u00bf", false}, // U+DFFF
        {"\u00ed\u00a0\u0080\u00ed\u00b0\u0080", false}, // U+10000 as surrogates
        {"\u00f4\u0090\u0080\u0080", false}, // U+110000
        {"\u00f5\u0080\u0080\u0080", false}, // U+140000
        {"\u00f8\u0088\u0080\u0080\u0080", false}, // five octets
        {"\u00fc\u0084\u0080\u0080\u0080\u0080", false}, // six octets
        {"\u0080", false}, // continuation without lead
        {"\u00bf", false},
        {"\u00c2", false}, // lead without continuation
        {"\u00e0\u00a0", false},
        {"\u00f0\u0090\u0080", false},
        {"\u00c2a", false}, // cut short by ASCII
        {"\u00e1\u0080a", false},
        {"\u00f1\u0080\u0080a", false},
        {"\u00c2\u00c2\u0080", false}, // cut short by a lead
        {"\u00fe", false},
        {"\u00ff", false},
    };

    private final CharsetDecoder decoder = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer decoded = CharBuffer.allocate(256);

    @Test
    void shouldJudgeTheEdgesBehindAndBeforeAsciiOfAnyLength() {
        for (final Object[] row : TABLE) {
            for (int before = 0; before <= 17; before++) {
                final int place = before;
                for (final String after : new String[] {"", "a", "a".repeat(16)}) {
                    final String text = "a".repeat(before) + row[0] + after;
                    Placement.everywhere(text, (in, from, to) -> {
                        assertEquals(row[1], Utf8.isWellFormed(in, from, to), text);
                        assertEquals(
                                row[1].equals(true) ? Utf8.WELL_FORMED : from + place,
                                Utf8.indexOfMalformed(in, from, to),
                                text);
                    });
                }
            }
        }
    }

    @Test
    void shouldTakeAnEmptyRange() {
        Placement.everywhere("", (in, from, to) -> {
            assertTrue(Utf8.isWellFormed(in, from, to));
            assertTrue(Utf8.isAscii(in, from, to));
        });
    }

    @Test
    void shouldFindEveryPrefixOfASequenceMalformed() {
        for (final Object[] row : TABLE) {
            final String text = (String) row[0];
            for (int length = 1; row[1].equals(true) && length < text.length(); length++) {
                assertFalse(Utf8.isWellFormed(Placement.buffer(text), 0, length), text);
            }
        }
    }

    @Test
    void shouldAgreeWithTheDecoderOnEverySequenceOfOneAndTwoOctets() {
        final ByteBuffer in = ByteBuffer.allocate(2);
        for (int pair = 0; pair < 1 << 16; pair++) {
            in.put(0, (byte) (pair >> 8)).put(1, (byte) pair);
            expectAsDecoder(in, 1);
            expectAsDecoder(in, 2);
        }
    }

    @Test
    void shouldAgreeWithTheDecoderOnTheEdgesOfSequencesOfThreeAndFourOctets() {
        final ByteBuffer in = ByteBuffer.allocate(4);
        for (int lead = 0xC0; lead < 256; lead++) {
            in.put(0, (byte) lead);
            for (int second = 0; second < 256; second++) {
                in.put(1, (byte) second);
                for (final int third : EDGES) {
                    in.put(2, (byte) third);
                    expectAsDecoder(in, 3);
                    if (lead >= 0xEF && second >= 0x7F && second <= 0xC0) {
                        for (final int fourth : EDGES) {
                            in.put(3, (byte) fourth);
                            expectAsDecoder(in, 4);
                        }
                    }
                }
            }
        }
    }

    @Test
    void shouldAgreeWithTheDecoderOnRandomText() {
        final Random random = new Random(3629);
        final ByteBuffer in = ByteBuffer.allocate(128);
        int wellFormed = 0;
        for (int round = 0; round < 100_000; round++) {
            in.clear();
            for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
                in.put(piece(random));
            }
            final int length = in.position();
            if (length > 0 && random.nextInt(3) == 0) {
                in.put(random.nextInt(length), (byte) EDGES[random.nextInt(EDGES.length)]);
            }
            wellFormed += expectAsDecoder(in, length) ? 1 : 0;
        }
        assertTrue(wellFormed > 10_000 && wellFormed < 90_000, wellFormed + " well-formed texts");
    }

    @Test
    void shouldFindTheOctetThatIsNotAscii() {
        for (int length = 0; length <= 20; length++) {
            final String text = "\u007f".repeat(length);
            Placement.everywhere(text, (in, from, to) -> assertTrue(Utf8.isAscii(in, from, to)));
            for (int place = 0; place < length; place++) {
                final String other = text.substring(0, place) + "\u0080" + text.substring(place + 1);
                Placement.everywhere(other, (in, from, to) -> assertFalse(Utf8.isAscii(in, from, to), other));
            }
        }
    }

    @Test
    void shouldRefuseC1ControlsAndNoOtherCharacterBesideThem() {
        for (int character = 0x80; character < 0x800; character++) {
            final String text = Placement.utf8("a" + (char) character + "b");
            final ArgumentError expected = character < 0xA0 ? ArgumentError.FORBIDDEN_CHARACTER : ArgumentError.NONE;
            assertEquals(expected, Utf8.errorIn(Placement.buffer(text), 0, text.length()), text);
        }
        final String text = Placement.utf8("\u3080\u30bc\ud83d\ude00\u00c2\u0402");
        assertEquals(ArgumentError.NONE, Utf8.errorIn(Placement.buffer(text), 0, text.length()));
        assertEquals(ArgumentError.MALFORMED_UTF8, Utf8.errorIn(Placement.buffer("\u00c2"), 0, 1));
        assertEquals(ArgumentError.MALFORMED_UTF8, Utf8.errorIn(Placement.buffer("\u00c2\u0085"), 0, 1));
    }

    /** The first malformed sequence starts where a decoder that reports stops. */
    private boolean expectAsDecoder(final ByteBuffer in, final int length) {
        in.position(0).limit(length);
        decoded.clear();
        decoder.reset();
        final boolean isMalformed = decoder.decode(in, decoded, true).isError();
        final int expected = isMalformed ? in.position() : Utf8.WELL_FORMED;
        in.clear();
        if (Utf8.indexOfMalformed(in, 0, length) != expected) {
            assertEquals(expected, Utf8.indexOfMalformed(in, 0, length), Placement.text(in, 0, length));
        }
        return !isMalformed;
    }

    private static byte[] piece(final Random random) {
        switch (random.nextInt(4)) {
            case 0:
                return "a".repeat(random.nextInt(10)).getBytes(UTF_8);
            case 1:
                return Character.toString(0x80 + random.nextInt(0x780)).getBytes(UTF_8);
            case 2:
                return Character.toString(0xE000 + random.nextInt(0x2000)).getBytes(UTF_8);
            default:
                return Character.toString(0x10000 + random.nextInt(0x100000)).getBytes(UTF_8);
        }
    }
}
