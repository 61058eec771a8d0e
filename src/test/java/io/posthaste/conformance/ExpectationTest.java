package io.posthaste.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectationTest {
    @Test
    void shouldTakeCodesAndClasses() {
        final Expectation expectation = Expectation.parse("250 55z 4yz");
        assertTrue(expectation.includes(250));
        assertTrue(expectation.includes(559));
        assertTrue(expectation.includes(421));
        assertFalse(expectation.includes(251));
        assertFalse(expectation.includes(503));
        assertFalse(expectation.orClose());
        assertTrue(Expectation.parse("421 close").orClose());
    }

    @Test
    void shouldJudgeTheForm() throws IOException {
        accepts("250 ; enhanced", "250-2.1.0 a\r\n250 2.1.0 b\r\n");
        accepts("250 ; enhanced", "250 2.1.0\r\n");
        refuses("250 ; enhanced", "250 OK\r\n");
        refuses("250 ; enhanced", "250 5.1.0 a\r\n");
        refuses("250 ; enhanced", "250-2.1.0 a\r\n250 b\r\n");
        accepts("250 ; plain", "250 OK\r\n");
        refuses("250 ; plain", "250 2.1.0 OK\r\n");
        accepts("250 ; multiline", "250-a\r\n250 b\r\n");
        refuses("250 ; multiline", "250 b\r\n");
        accepts("250 ; single", "250 b\r\n");
        refuses("250 ; single", "250-a\r\n250 b\r\n");
        accepts("250 ; strict", "250 b\r\n");
        refuses("250 ; strict", "250 b\n");
        accepts("250 ; offers SIZE", "250-a\r\n250 size 100\r\n");
        refuses("250 ; offers SIZE", "250-SIZE\r\n250 HELP\r\n");
        accepts("250 ; lacks SIZE", "250-a\r\n250 HELP\r\n");
        refuses("250 ; lacks SIZE", "250-a\r\n250 SIZE 5\r\n");
        accepts("250 ; text ^mx", "250 mx.example\r\n");
        refuses("250 ; single ; text ^mx", "250 a mx.example\r\n");
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        for (final String wrong : List.of("", "25", "650", "2xx", "260", "250 ; pretty", "closed")) {
            assertThrows(IllegalArgumentException.class, () -> Expectation.parse(wrong), wrong);
        }
    }

    private static void accepts(final String expectation, final String reply) throws IOException {
        assertEquals(null, fault(expectation, reply), reply);
    }

    private static void refuses(final String expectation, final String reply) throws IOException {
        assertTrue(fault(expectation, reply) != null, reply);
    }

    private static String fault(final String expectation, final String reply) throws IOException {
        return Expectation.parse(expectation).fault(new ReplyReader(new ScriptedPeer(reply)).next());
    }
}
