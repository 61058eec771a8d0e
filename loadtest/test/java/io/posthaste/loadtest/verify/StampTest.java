package io.posthaste.loadtest.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StampTest {
    private static final String VALUE =
            "run=00c0ffee00c0ffee seq=000000000042 sent=1795328194567890 rcpt=000003" + " body=3d80cd36 line=62320ab8";

    @Test
    void shouldReadAValueThatWasMadeByAnotherProgram() {
        final Stamp stamp = Stamp.parse(VALUE).orElseThrow();
        assertEquals(new Stamp("00c0ffee00c0ffee", 42, 1_795_328_194_567_890L, 3, 0x3d80cd36L), stamp);
        assertEquals(0x3d80cd36, Messages.crc32c("Hello.\r\n.dot\r\n"));
    }

    @Test
    void shouldNoticeEveryOctetThatIsChangedAddedOrLost() {
        for (int i = 0; i < VALUE.length(); i++) {
            for (final char other : List.of('0', '1', 'g', '\u00e9')) {
                if (VALUE.charAt(i) != other) {
                    assertEquals(Optional.empty(), Stamp.parse(VALUE.substring(0, i) + other + VALUE.substring(i + 1)));
                }
                assertEquals(Optional.empty(), Stamp.parse(VALUE.substring(0, i) + other + VALUE.substring(i)));
            }
            assertEquals(Optional.empty(), Stamp.parse(VALUE.substring(0, i) + VALUE.substring(i + 1)));
        }
    }

    @Test
    void shouldReadTheWidestNumbersAndNoMessageToNobody() {
        final String widest = Messages.value("f".repeat(16), 999_999_999_999L, 9_999_999_999_999_999L, 999_999, "");
        assertEquals(999_999_999_999L, Stamp.parse(widest).orElseThrow().sequence());
        assertEquals(Optional.empty(), Stamp.parse(Messages.value("f".repeat(16), 1, 1, 0, "")));
    }

    @Test
    void shouldReadTabsOfAFoldAndUpperCaseOfAChecksum() {
        assertTrue(Stamp.parse(VALUE.replace(' ', '\t')).isPresent());
        assertTrue(Stamp.parse(VALUE.replace("62320ab8", "62320ab8".toUpperCase(Locale.ROOT)))
                .isPresent());
    }
}
