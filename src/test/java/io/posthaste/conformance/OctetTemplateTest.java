package io.posthaste.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OctetTemplateTest {
    private static final Map<String, String> PLACEHOLDERS = Map.of("to", "b@example.com", "size+1", "101");

    @Test
    void shouldExpandEscapes() {
        assertArrayEquals(
                new byte[] {'a', '\r', '\n', '\t', 0, ' ', '\\', (byte) 0xFF, 'b'},
                expand("a\\r\\n\\t\\0\\s\\\\\\xffb"));
    }

    @Test
    void shouldEncodeTextInUtf8() {
        assertArrayEquals("grüße\uD83D\uDE00".getBytes(StandardCharsets.UTF_8), expand("grüße\uD83D\uDE00"));
    }

    @Test
    void shouldReplacePlaceholders() {
        assertEquals("<b@example.com> SIZE=101", text("<${to}> SIZE=${size+1}"));
    }

    @Test
    void shouldRepeat() {
        assertEquals("<aaa>", text("<${a*3}>"));
        assertEquals("a*a*", text("${a**2}"));
    }

    @Test
    void shouldRepeatWhatHoldsPlaceholdersEscapesAndRepeats() {
        assertEquals("<b@example.com>\r\n<b@example.com>\r\n", text("${<${to}>\\r\\n*2}"));
        assertEquals("aa.aa.", text("${${a*2}.*2}"));
    }

    @Test
    void shouldLeaveOtherDollarsAndBracesAlone() {
        assertEquals("#$&'*+-/=?^_`{|}~", text("#$&'*+-/=?^_`{|}~"));
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        for (final String wrong :
                List.of("${nobody}", "${a", "${a*}", "${*3}", "${a*2000000}", "\\q", "\\x4", "\\xzz", "a\\")) {
            assertThrows(IllegalArgumentException.class, () -> OctetTemplate.parse(wrong), wrong);
        }
    }

    private static byte[] expand(final String source) {
        return OctetTemplate.parse(source).expand(PLACEHOLDERS);
    }

    private static String text(final String source) {
        return new String(expand(source), StandardCharsets.UTF_8);
    }
}
