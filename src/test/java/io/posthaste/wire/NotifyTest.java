package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NotifyTest {
    private static final String[] WORDS = {"NEVER", "SUCCESS", "FAILURE", "DELAY"};
    private static final int[] BITS = {Notify.NEVER, Notify.SUCCESS, Notify.FAILURE, Notify.DELAY};

    @Test
    void shouldReadEachWordInAnyCase() {
        for (int i = 0; i < WORDS.length; i++) {
            expect(BITS[i], WORDS[i]);
            expect(BITS[i], WORDS[i].toLowerCase(Locale.ROOT));
            expect(Notify.UNSPECIFIED, WORDS[i] + "X");
            expect(Notify.UNSPECIFIED, WORDS[i].substring(1));
            expect(Notify.UNSPECIFIED, WORDS[i].substring(0, WORDS[i].length() - 1));
            expect(Notify.UNSPECIFIED, WORDS[i] + ",");
            expect(Notify.UNSPECIFIED, "," + WORDS[i]);
            expect(Notify.UNSPECIFIED, WORDS[i] + ",,DELAY");
            expect(Notify.UNSPECIFIED, WORDS[i] + ", DELAY");
            expect(Notify.UNSPECIFIED, WORDS[i] + ";DELAY");
        }
        for (final String text : new String[] {"", ",", ",,", "NONE", "NEVER,NEVER", "\u0093\u0095"}) {
            expect(Notify.UNSPECIFIED, text);
        }
    }

    @Test
    void shouldCollectEveryListButThoseWithNever() {
        final Random random = new Random(3461);
        for (int round = 0; round < 500; round++) {
            int bits = 0;
            final StringBuilder text = new StringBuilder();
            final int count = 2 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                final int word = random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(3);
                bits |= BITS[word];
                text.append(i > 0 ? "," : "").append(WORDS[word]);
            }
            expect((bits & Notify.NEVER) != 0 ? Notify.UNSPECIFIED : bits, text.toString());
        }
    }

    private static void expect(final int bits, final String text) {
        Placement.everywhere(text, (in, from, to) -> assertEquals(bits, Notify.parse(in, from, to), text));
    }
}
