package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LineScannerTest {
    @Test
    void shouldFindLfAtEveryPlaceOfEveryLength() {
        for (int length = 1; length <= 40; length++) {
            for (int place = 0; place < length; place++) {
                final int expected = place;
                final String text = "\u000b".repeat(place) + "\n" + "\n".repeat(length - place - 1);
                Placement.everywhere(
                        text, (in, from, to) -> assertEquals(from + expected, LineScanner.indexOfLf(in, from, to)));
            }
        }
    }

    @Test
    void shouldFindNothingBehindTheRange() {
        for (int length = 0; length <= 40; length++) {
            Placement.everywhere(
                    "a".repeat(length),
                    (in, from, to) -> assertEquals(LineScanner.NOT_FOUND, LineScanner.indexOfLf(in, from, to)));
        }
    }

    @Test
    void shouldTakeNoOtherOctetForLf() {
        for (int octet = 0; octet < 256; octet++) {
            if (octet != '\n') {
                final String text = String.valueOf((char) octet).repeat(19);
                Placement.everywhere(
                        text + "\n", (in, from, to) -> assertEquals(from + 19, LineScanner.indexOfLf(in, from, to)));
            }
        }
    }

    @Test
    void shouldAgreeWithIndexOfOnRandomOctets() {
        final Random random = new Random(5321);
        for (int round = 0; round < 500; round++) {
            final StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(64); length > 0; length--) {
                text.append((char) (random.nextInt(12) == 0 ? '\n' : random.nextInt(256)));
            }
            final int expected = text.indexOf("\n");
            Placement.everywhere(
                    text.toString(),
                    (in, from, to) -> assertEquals(
                            expected < 0 ? LineScanner.NOT_FOUND : from + expected,
                            LineScanner.indexOfLf(in, from, to)));
        }
    }
}
