package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class VerbTest {
    private static final List<Verb> VERBS =
            Arrays.stream(Verb.values()).filter(verb -> verb != Verb.UNKNOWN).toList();

    @Test
    void shouldKnowEveryVerbInAnyCase() {
        for (final Verb verb : VERBS) {
            for (final String word : List.of(
                    verb.text(),
                    verb.text().toLowerCase(Locale.ROOT),
                    verb.text().charAt(0) + verb.text().substring(1).toLowerCase(Locale.ROOT))) {
                for (final String rest : List.of("", " ", "\t", " FROM:<a@b>", "  x")) {
                    expect(verb, word + rest);
                }
            }
            assertEquals(verb.text().length(), verb.length());
        }
    }

    @Test
    void shouldNotKnowWordsThatAreLongerOrShorter() {
        for (final Verb verb : VERBS) {
            for (final String more : List.of("X", ":", "\0", "\r", "\u00a0", "\u0089", verb.text())) {
                expect(Verb.UNKNOWN, verb.text() + more);
            }
            for (int length = 0; length < verb.length(); length++) {
                expect(Verb.UNKNOWN, verb.text().substring(0, length));
                expect(Verb.UNKNOWN, verb.text().substring(0, length) + " " + verb.text());
            }
        }
    }

    @Test
    void shouldNotKnowVerbBehindWhiteSpace() {
        for (final Verb verb : VERBS) {
            expect(Verb.UNKNOWN, " " + verb.text());
            expect(Verb.UNKNOWN, "\t" + verb.text());
        }
        for (final String word :
                List.of("", " ", "    ", "STAR", "TTLS", "STAR TLS", "STARTTL ", "STARTTLSX", "XXXX")) {
            expect(Verb.UNKNOWN, word);
        }
    }

    @Test
    void shouldKnowNoNeighbourOfAVerbButItsCaseVariant() {
        for (final Verb verb : VERBS) {
            for (int place = 0; place < verb.length(); place++) {
                for (int octet = 0; octet < 256; octet++) {
                    final char letter = verb.text().charAt(place);
                    final boolean isSame = octet == letter || octet == Character.toLowerCase(letter);
                    final String word = verb.text().substring(0, place)
                            + (char) octet
                            + verb.text().substring(place + 1);
                    final Verb other = VERBS.stream()
                            .filter(candidate -> candidate.text().equals(word.toUpperCase(Locale.ROOT)))
                            .findAny()
                            .orElse(Verb.UNKNOWN);
                    final ByteBuffer in = Placement.buffer(word);
                    assertSame(isSame ? verb : other, Verb.of(in, 0, word.length()), word);
                }
            }
        }
    }

    private static void expect(final Verb expected, final String line) {
        Placement.everywhere(line, (in, from, to) -> assertSame(expected, Verb.of(in, from, to), line));
    }
}
