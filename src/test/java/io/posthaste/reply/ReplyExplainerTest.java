package io.posthaste.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReplyExplainerTest {
    @Test
    void shouldExplainACode() {
        String text = ReplyExplainer.explain(ReplyCatalogue.page(503));
        assertTrue(text.startsWith("503  Bad sequence of commands\nKind: permanent failure."), text);
        assertContains(text, "\nMEANING\n  The command is well formed, but it is not its turn.");
        assertContains(text, "  * DATA before RCPT.\n      C: MAIL FROM:<ann@client.example>\n");
        assertContains(text, "      S: 503 5.5.1 Name a recipient first: send RCPT, then DATA or BDAT\n");
        assertContains(text, "\nWHAT TO DO\n  Sender: Send what the text names");
        assertContains(text, "RSET starts over");
        assertContains(text, "\n  501  503 would have been right at another time");
    }

    @Test
    void shouldCompareTwoCodes() {
        String text = ReplyExplainer.compare(ReplyCatalogue.page(211), ReplyCatalogue.page(503));
        assertTrue(text.startsWith("211 and 503 compared\n  211  System status\n  503  Bad sequence"), text);
        assertContains(text, "\nKIND\n  211  positive. The action was done.");
        assertContains(text, "\n  503  permanent failure. ");
        assertContains(text, "\nKEY DIFFERENCES\n  * 211 is an answer, to be read and left at that;");
        assertContains(text, "\nWHEN EACH IS SEEN\n  211  HELP STATUS from a client on loopback");
        assertContains(text, "\n  503  DATA before RCPT.\n");
        assertContains(text, "\nWHAT TO DO\n  211  Sender: Nothing to correct.");
        assertContains(text, "\n  503  Sender: Send what the text names");
    }

    @Test
    void shouldSayThatTwoCodesAreOfOneKind() {
        String text = ReplyExplainer.compare(ReplyCatalogue.page(501), ReplyCatalogue.page(503));
        assertContains(text, "Both are of one kind (permanent failure)");
        assertContains(text, "501: the right command, wrongly written.");
        assertContains(text, "503 would have been right at another time");
    }

    @Test
    void shouldTellTheRepliesOfAnEnhancedStatus() {
        String text = ReplyExplainer.explainEnhanced("5.5.1");
        assertContains(text, "\n  502 5.5.1 Command not implemented");
        assertContains(text, "\n  503 5.5.1 Introduce yourself first");
        assertFalse(text.contains("5.5.4"), text);
        assertNull(ReplyExplainer.explainEnhanced("5.9.9"));
    }

    @Test
    void shouldStayWithinTheTerminalForEveryCodeAndPair() {
        for (CodePage a : ReplyCatalogue.pages()) {
            assertFits(ReplyExplainer.explain(a));
            for (CodePage b : ReplyCatalogue.pages()) {
                if (a != b) {
                    assertFits(ReplyExplainer.compare(a, b));
                }
            }
        }
    }

    private static void assertFits(String text) {
        for (String line : text.split("\n")) {
            assertTrue(line.length() <= ReplyExplainer.COLUMNS, line);
            assertEquals(line.stripTrailing(), line.replaceAll("(?<=C:) $", ""));
        }
        assertTrue(text.endsWith("\n") && !text.contains("\r"), text);
    }

    private static void assertContains(String text, String fragment) {
        assertTrue(text.contains(fragment), () -> fragment + "\nis not in\n" + text);
    }
}
