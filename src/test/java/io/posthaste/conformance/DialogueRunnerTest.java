package io.posthaste.conformance;

import static io.posthaste.conformance.ScriptedPeer.CLOSES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.conformance.CaseResult.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DialogueRunnerTest {
    private static final DialogueSettings SETTINGS = new DialogueSettings(
            "a@example.com", "b@example.com", "probe.example", new Capabilities(Map.of("SIZE", "100")));
    private static final String OK = "250 OK\r\n";
    private static final String BYE = "221 Bye\r\n";

    @Test
    void shouldPassAndQuit() throws IOException {
        final ScriptedPeer peer = new ScriptedPeer("220 mx\r\n", OK, BYE);
        passes(peer, "S: 220\nC: NOOP\nS: 250\n");
        assertEquals(List.of("NOOP\r\n", "QUIT\r\n"), peer.received);
    }

    @Test
    void shouldSendWhatStandsTogetherInOneWrite() throws IOException {
        final ScriptedPeer peer = new ScriptedPeer("", OK + OK, "", OK, BYE);
        passes(peer, "C: RSET\nC~: NO\nC: OP\nS*2: 250\nC~: RS\npause\nC: ET\nS: 250\n");
        assertEquals(List.of("RSET\r\nNOOP\r\n", "RS", "ET\r\n", "QUIT\r\n"), peer.received);
        assertEquals(1, peer.pauses);
    }

    @Test
    void shouldFailOnAnotherCode() throws IOException {
        final CaseResult result = fails(new ScriptedPeer("", "500 what\r\n"), "C: NOOP\nS: 250 251\n");
        assertEquals("250 251 after NOOP\\r\\n", result.expected());
        assertEquals("500 what", result.came());
        assertEquals(List.of("C: NOOP\\r\\n", "S: 500 what"), result.transcript());
        assertTrue(result.isViolation());
    }

    @Test
    void shouldNotShowThePassword() throws IOException {
        final ScriptedPeer peer = new ScriptedPeer("", "535 not AGFubgByaWdodA==\r\n");
        final CaseResult result = DialogueRunner.run(
                parse("C: AUTH PLAIN ${credentials}\nS: 235\n"), peer, SETTINGS.withCredentials("ann", "right"));
        assertEquals(Verdict.FAILED, result.verdict());
        assertEquals(List.of("AUTH PLAIN AGFubgByaWdodA==\r\n"), peer.received);
        assertEquals("235 after AUTH PLAIN (credentials)\\r\\n", result.expected());
        assertEquals("535 not (credentials)", result.came());
        assertTrue(result.transcript().contains("C: AUTH PLAIN (credentials)\\r\\n"), result::toString);
        assertTrue(result.transcript().contains("S: 535 not (credentials)"), result::toString);
    }

    @Test
    void shouldFailOnAReplyTooMany() throws IOException {
        fails(new ScriptedPeer("", OK + OK, BYE), "C: NOOP\nS: 250\n");
        fails(new ScriptedPeer("", OK, "250 late\r\n" + BYE), "C: NOOP\nS: 250\n");
    }

    @Test
    void shouldFailOnSilenceAndOnAnUnexpectedClose() throws IOException {
        assertEquals("nothing", fails(new ScriptedPeer(""), "C: NOOP\nS: 250\n").came());
        assertEquals(
                "a closed connection",
                fails(new ScriptedPeer("", CLOSES), "C: NOOP\nS: 250\n").came());
    }

    @Test
    void shouldTakeACloseWhereItIsAllowed() throws IOException {
        passes(new ScriptedPeer("", CLOSES), "C: NOOP\nS: 250 close\n");
        passes(new ScriptedPeer("", "421 bye\r\n" + CLOSES), "C: NOOP\nS: 250 421\n");
        passes(new ScriptedPeer("", "554 no\r\n" + CLOSES), "C: NOOP\nS: 5yz close\n");
        fails(new ScriptedPeer("", OK + CLOSES), "C: NOOP\nS: 250 close\n");
        fails(new ScriptedPeer("", "554 no\r\n" + CLOSES), "C: NOOP\nS: 5yz\n");
    }

    @Test
    void shouldExpectAClose() throws IOException {
        passes(new ScriptedPeer("", BYE + CLOSES), "C: QUIT\nS: 221\nclosed\n");
        fails(new ScriptedPeer("", BYE), "C: QUIT\nS: 221\nclosed\n");
        fails(new ScriptedPeer("", BYE + OK + CLOSES), "C: QUIT\nS: 221\nclosed\n");
        passes(new ScriptedPeer("", "", CLOSES), "C~: text\nhalf-close\nclosed\n");
    }

    @Test
    void shouldChooseByTheLastReply() throws IOException {
        final String choice = "C: DATA\nS: 354 5yz\non 354:\n    C: .\n    S: 554\non 5yz:\n    C: NOOP\n    S: 250\n";
        passes(new ScriptedPeer("", "354 go\r\n", "554 no\r\n", BYE), choice);
        passes(new ScriptedPeer("", "503 no\r\n", OK, BYE), choice);
        fails(new ScriptedPeer("", "354 go\r\n", OK, BYE), choice);
    }

    @Test
    void shouldRepeat() throws IOException {
        final ScriptedPeer peer = new ScriptedPeer("", OK, OK, OK, BYE);
        passes(peer, "repeat 3:\n    C: NOOP\n    S: 250\n");
        assertEquals(4, peer.received.size());
    }

    @Test
    void shouldFailOnPlaintextWhereTlsBegins() throws IOException {
        final String dialogue = "C: STARTTLS\nC: NOOP\nS: 220\ntls\nC: EHLO x\nS: 250 ; multiline\n";
        final String ehlo = "250-mx\r\n250 HELP\r\n";
        passes(new ScriptedPeer("", "220 go\r\n", ehlo, BYE), dialogue);
        fails(new ScriptedPeer("", "220 go\r\n" + OK, ehlo, BYE), dialogue);
        fails(new ScriptedPeer("", "220 go\r\n", OK + ehlo, BYE), dialogue);
        final ScriptedPeer plaintext = new ScriptedPeer("", "220 go\r\n");
        plaintext.handshake = DialoguePeer.Handshake.PLAINTEXT_CAME;
        fails(plaintext, dialogue);
        final ScriptedPeer refusing = new ScriptedPeer("", "220 go\r\n");
        refusing.handshake = DialoguePeer.Handshake.REFUSED;
        passes(refusing, dialogue);
    }

    @Test
    void shouldCountDeliveredMessagesWhereThePeerKnows() throws IOException {
        final ScriptedPeer peer = new ScriptedPeer("", OK, BYE);
        peer.delivered = 2;
        assertEquals("2 messages", fails(peer, "delivers: 1\nC: .\nS: 250\n").came());
        final ScriptedPeer right = new ScriptedPeer("", OK, BYE);
        right.delivered = 1;
        passes(right, "delivers: 1\nC: .\nS: 250\n");
    }

    @Test
    void shouldSkipWhatTheServerDoesNotOffer() {
        assertNull(DialogueRunner.skipped(parse("needs: SIZE, size-limit, no CHUNKING, domain\nS: 220\n"), SETTINGS));
        final CaseResult skipped = DialogueRunner.skipped(parse("needs: SIZE, CHUNKING\nS: 220\n"), SETTINGS);
        assertNotNull(skipped);
        assertEquals("CHUNKING", skipped.expected());
        assertNotNull(DialogueRunner.skipped(parse("needs: no SIZE\nS: 220\n"), SETTINGS));
    }

    private static void passes(final ScriptedPeer peer, final String steps) throws IOException {
        final CaseResult result = DialogueRunner.run(parse(steps), peer, SETTINGS);
        assertEquals(Verdict.PASSED, result.verdict(), result::toString);
    }

    private static CaseResult fails(final ScriptedPeer peer, final String steps) throws IOException {
        final CaseResult result = DialogueRunner.run(parse(steps), peer, SETTINGS);
        assertEquals(Verdict.FAILED, result.verdict(), result::toString);
        return result;
    }

    private static ConformanceCase parse(final String steps) {
        return new SuiteParser()
                .parse("test.cases", "case: a.b\ntitle: t\nrfc: 5321 1\nlevel: MUST\n" + steps)
                .get(0);
    }
}
