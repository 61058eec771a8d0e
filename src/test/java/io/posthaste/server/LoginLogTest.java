package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.policy.AuthRules;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.ClientTable;
import java.io.IOException;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines about logins, in whole dialogues. */
final class LoginLogTest extends AccessLogFixture {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellOfEachLogin(final boolean late) throws IOException {
        access = access.withAuth(new AuthRules((user, password) -> later(verify(user, password), late), false, 3));
        assertEquals(
                "535 454 334 334 235",
                talksSecurely(
                        "AUTH PLAIN " + base64("\0ann\0wrong"),
                        "AUTH PLAIN " + base64("\0busy\0right"),
                        "AUTH LOGIN",
                        base64("ann"),
                        base64("right")));
        isTold(
                "login=failed code=535 status=5\\.7\\.8 mechanism=PLAIN peer=192\\.0\\.2\\.1 helo=\"client\\.example\""
                        + " user=\"ann\"",
                "login=unavailable code=454 status=4\\.7\\.0 mechanism=PLAIN peer=192\\.0\\.2\\.1"
                        + " helo=\"client\\.example\" user=\"busy\"",
                "login=ok code=235 status=2\\.7\\.0 mechanism=LOGIN peer=192\\.0\\.2\\.1 helo=\"client\\.example\""
                        + " user=\"ann\"");
    }

    @Test
    void shouldTellWhoSentWhatIsRefused() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, false, 3));
        limits = limits.withRecipients(1);
        assertEquals(
                "235 250 250 452",
                talksSecurely(
                        "AUTH PLAIN " + base64("\0ann\0right"),
                        "MAIL FROM:<a@client.example>",
                        "RCPT TO:<c@elsewhere.example>",
                        "RCPT TO:<d@elsewhere.example>"));
        log.write();
        assertTrue(
                lines.get(1)
                        .matches("reject=rcpt reason=too_many_recipients .* helo=\"client\\.example\" user=\"ann\" "
                                + ID + " from=\"a@client\\.example\" to=\"d@elsewhere\\.example\""),
                lines.get(1));
    }

    @Test
    void shouldTellOfLoginsThatAreNotLookedAt() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, false, 3));
        clients = new ClientTable(ClientLimits.NONE.withAuthFailuresPerMinute(1), 100, 0);
        final String wrong = "AUTH PLAIN " + base64("\0ann\0wrong");
        assertEquals("535 421", talksSecurely(wrong, wrong));
        isTold(
                "login=failed .* user=\"ann\"",
                "login=refused code=421 status=4\\.7\\.0 peer=192\\.0\\.2\\.1 helo=\"client\\.example\"");
    }

    /** Line ends, other control characters, quotes, ends of fields, what is not UTF-8, what turns the direction. */
    @Test
    void shouldLetNobodyForgeALine() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, false, 100));
        final String forged =
                "a\" peer=10.0.0.1 \\\r\nlogin=failed code=535 peer=10.0.0.2\u0085\u2028\u202e\u001b[31m\t\u00e9";
        final byte[] broken = {0, 'b', (byte) 0xFF, (byte) 0xC3, 'c', 0, 'x'};
        assertEquals(
                "535 535 334 334 535",
                talksSecurely(
                        "AUTH PLAIN " + base64("\0" + forged + "\0x"),
                        "AUTH PLAIN " + Base64.getEncoder().encodeToString(broken),
                        "AUTH LOGIN",
                        base64("a\0b"),
                        base64("x")));
        log.write();
        assertEquals(3, lines.size());
        assertTrue(
                lines.get(0)
                        .endsWith(" user=\"a\\\" peer=10.0.0.1 \\\\??login=failed code=535 peer=10.0.0.2???"
                                + "?[31m?\u00e9\""),
                lines.get(0));
        assertTrue(lines.get(1).endsWith(" user=\"b\ufffd\ufffdc\""), lines.get(1));
        assertTrue(lines.get(2).endsWith(" user=\"a?b\""), lines.get(2));
        for (final String line : lines) {
            assertTrue(line.startsWith("login=failed code=535 status=5.7.8 mechanism="), line);
            assertFalse(line.codePoints().anyMatch(Character::isISOControl), line);
        }
    }

    @Test
    void shouldCutALongName() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, false, 3));
        assertEquals("535", talksSecurely("AUTH PLAIN " + base64("\0" + "u".repeat(1000) + "\0x")));
        isTold("login=failed .* user=\"u{125}\\.\\.\\.\"");
    }

    @Test
    void shouldNeverTellAPassword() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, false, 100));
        talksSecurely(
                "AUTH PLAIN " + base64("\0ann\0hunter2"),
                "AUTH LOGIN",
                base64("ann"),
                base64("hunter2"),
                "AUTH PLAIN " + base64("\0ann\0right"),
                "MAIL FROM:<a@client.example> SIZE=999999999999");
        log.write();
        assertEquals(4, lines.size());
        for (final String line : lines) {
            assertFalse(line.contains("hunter2") || line.contains("right") || line.contains(base64("hunter2")), line);
        }
    }
}
