package io.posthaste.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {
    private final ByteBuffer out = ByteBuffer.allocate(1024);

    private String put() {
        final String text = StandardCharsets.US_ASCII.decode(out.flip()).toString();
        out.clear();
        return text;
    }

    @Test
    void shouldSayItsReplyInBothPlaces() {
        final Verdict later = Verdict.refuse(450, "4.7.1", "Not now");
        later.putTo(out);
        assertEquals("450 4.7.1 Not now\r\n", put());
        later.putGreetingTo(out);
        assertEquals("421 4.7.1 Not now\r\n", put());
        assertEquals(421, later.greetingCode());
        assertTrue(later.isClosingGreeting());
        assertFalse(later.isClosing());
        final Verdict never = Verdict.refuse(550, "5.7.1", "Never");
        never.putGreetingTo(out);
        assertEquals("554 5.7.1 Never\r\n", put());
        assertFalse(never.isClosingGreeting());
        assertTrue(Verdict.refuse(421, "4.7.0", "Bye").isClosing());
    }

    @Test
    void shouldBeItsOwnAnswer() {
        assertSame(Verdict.ACCEPT, Verdict.ACCEPT.now().toCompletableFuture().join());
        assertSame(Verdict.ACCEPT.now(), Verdict.ACCEPT.now());
        assertSame(Verdict.ACCEPT.now(), Verdict.ACCEPT.now().toCompletableFuture());
        assertTrue(Verdict.ACCEPT.isAccepted());
        assertFalse(Verdict.DEFER.isAccepted());
        assertEquals(451, Verdict.DEFER.code());
    }

    @ParameterizedTest
    @CsvSource({
        "250, 2.0.0, OK",
        "399, 3.0.0, x",
        "600, 6.0.0, x",
        "550, 4.7.1, wrong class",
        "550, 5.7, short",
        "550, '', none",
        "550, 5.7.1, ''",
        "550, 5.7.1, 'zwei\u00e4'",
        "550, 5.7.1, 'two\r\nlines'"
    })
    void shouldRefuseWhatIsNoRefusal(final int code, final String enhancedStatus, final String text) {
        assertThrows(IllegalArgumentException.class, () -> Verdict.refuse(code, enhancedStatus, text));
    }

    @Test
    void shouldRefuseALineThatIsTooLong() {
        final int room = 512 - "550 5.7.1 \r\n".length();
        Verdict.refuse(550, "5.7.1", "x".repeat(room));
        assertThrows(IllegalArgumentException.class, () -> Verdict.refuse(550, "5.7.1", "x".repeat(room + 1)));
    }
}
