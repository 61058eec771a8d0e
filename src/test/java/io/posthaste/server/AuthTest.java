package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.Counter;
import io.posthaste.policy.PasswordFile;
import io.posthaste.policy.PasswordHash;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsFixtures;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** AUTH over real sockets and TLS (RFC 4954). */
@Timeout(60)
class AuthTest {
    @TempDir
    private Path directory;

    private Path users;

    @BeforeEach
    void writeUsers() throws Exception {
        users = Files.write(
                directory.resolve("users"),
                List.of("# users", "ann:" + PasswordHash.of("s\u00e9cret".toCharArray(), 1000)));
    }

    private ServerBuilder builder() {
        return SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .accept("here.example")
                .tls(TlsConfig.selfSigned("localhost"))
                .authUsers(users);
    }

    private static RawClient secured(final SmtpServer server) throws Exception {
        final RawClient plain = RawClient.greeted(server.port());
        plain.sends("STARTTLS");
        final RawClient client = plain.startsTls(TlsFixtures.trustingAnyone());
        client.sends("EHLO client.example");
        assertTrue(client.expects(250).contains("AUTH PLAIN LOGIN"));
        return client;
    }

    private static String base64(final String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final String RIGHT = base64("\0ann\0s\u00e9cret");

    @Test
    void shouldTakeBothMechanismsAndThenEveryRecipient() throws Exception {
        final BlockingQueue<String> authenticated = new LinkedBlockingQueue<>();
        try (SmtpServer server = builder()
                .requireAuth(true)
                .deliverTo(envelope -> authenticated.add(
                        envelope.isAuthenticated() + " " + envelope.user().name()))
                .start()) {
            final List<String[]> ways = List.of(
                    new String[] {"AUTH PLAIN " + RIGHT},
                    new String[] {"auth plain", RIGHT},
                    new String[] {"AUTH LOGIN", base64("ann"), base64("s\u00e9cret")},
                    new String[] {"AUTH LOGIN " + base64("ann"), base64("s\u00e9cret")},
                    new String[] {"AUTH PLAIN " + base64("ann\0ann\0s\u00e9cret")});
            for (final String[] way : ways) {
                try (RawClient client = secured(server)) {
                    client.sends("MAIL FROM:<a@b.example>");
                    client.expects(530);
                    for (int i = 0; i < way.length; i++) {
                        client.sends(way[i]);
                        client.expects(i == way.length - 1 ? 235 : 334);
                    }
                    client.sends(
                            "AUTH PLAIN", "MAIL FROM:<a@b.example> AUTH=<>", "RCPT TO:<c@elsewhere.example>", "DATA");
                    client.expects(503);
                    client.expects(250);
                    client.expects(250);
                    client.expects(354);
                    client.sends("x", ".", "QUIT");
                    client.expects(250);
                    client.expects(221);
                    assertEquals("true ann", authenticated.take());
                }
            }
            assertEquals(ways.size(), server.status().count(Counter.AUTHENTICATIONS));
            assertEquals(ways.size(), server.status().count(Counter.AUTHENTICATION_MISSING));
        }
    }

    @Test
    void shouldAnswerAsTheStandardSays() throws Exception {
        try (SmtpServer server = builder().start();
                RawClient plain = RawClient.greeted(server.port());
                RawClient client = secured(server)) {
            plain.sends("AUTH PLAIN " + RIGHT, "MAIL FROM:<a@b.example> AUTH=<>");
            plain.expects(538);
            plain.expects(555);
            client.sends("AUTH", "AUTH CRAM-MD5", "AUTH PLAIN", "*", "AUTH PLAIN ?", "AUTH PLAIN =", "AUTH LOGIN", "?");
            for (final int code : new int[] {501, 504, 334, 501, 501, 501, 334, 501}) {
                client.expects(code);
            }
            client.sends("AUTH PLAIN", "x".repeat(3000), "NOOP", "AUTH LOGIN =", "*", "RCPT TO:<x@y>");
            client.expects(334);
            assertTrue(client.expects(500).get(0).startsWith("5.5.6"));
            for (final int code : new int[] {250, 334, 501, 503}) {
                client.expects(code);
            }
            client.sends(
                    "MAIL FROM:<a@b.example> AUTH=e+3Dmc2@example.com", "AUTH PLAIN", "RCPT TO:<c@elsewhere.example>");
            client.expects(250);
            client.expects(503);
            client.expects(550);
            client.sends("RSET", "MAIL FROM:<a@b.example> AUTH=a=b", "MAIL FROM:<a@b.example> AUTH=+ZZ");
            client.expects(250);
            client.expects(501);
            client.expects(501);
        }
    }

    @Test
    void shouldEndASessionThatFailsTooOften() throws Exception {
        try (SmtpServer server = builder().authFailures(2).start();
                RawClient client = secured(server)) {
            for (final String wrong : List.of("\0ann\0secret", "\0bob\0s\u00e9cret", "bob\0ann\0s\u00e9cret")) {
                client.sends("AUTH PLAIN " + base64(wrong));
                client.expects(535);
            }
            client.expects(421);
            assertEquals(3, server.status().count(Counter.AUTHENTICATION_FAILURES));
        }
    }

    @Test
    void shouldNotOfferAuthWithoutTls() {
        assertThrows(
                IllegalArgumentException.class,
                () -> SmtpServer.builder()
                        .listen("127.0.0.1", 0)
                        .authUsers(users)
                        .start());
        assertThrows(
                IllegalArgumentException.class,
                () -> SmtpServer.builder()
                        .listen("127.0.0.1", 0)
                        .requireAuth(true)
                        .start());
    }

    // ---- the file

    /** As Python's hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000) has it. */
    @Test
    void shouldReadHashesThatOthersMade() throws Exception {
        final Path file = Files.writeString(
                directory.resolve("others"),
                "bob:{PBKDF2-SHA256}1000$c2FsdA$YywoEuRtRgQQK6dhjp1tfS.BKPYma0oDJk0qBGC33LM\n");
        final PasswordFile others = PasswordFile.read(file);
        assertTrue(others.matches("bob", "password".toCharArray()));
        assertFalse(others.matches("bob", "Password".toCharArray()));
        assertFalse(others.matches("ann", "password".toCharArray()));
    }

    @Test
    void shouldTellABadLineWithoutItsHash() throws Exception {
        for (final String bad : List.of(
                "ann",
                ":{PBKDF2-SHA256}1$c2FsdA$AAAA",
                "ann:secret",
                "ann:{MD5}x",
                "ann:{PBKDF2-SHA256}1000$c2FsdA$AAAA")) {
            final Path file = Files.writeString(directory.resolve("bad"), bad + "\n");
            final String message = assertThrows(IllegalArgumentException.class, () -> PasswordFile.read(file))
                    .getMessage();
            assertTrue(message.contains("line 1") && !message.contains("secret"), message);
        }
        final Path twice = directory.resolve("twice");
        Files.write(
                twice,
                List.of("ann:" + PasswordHash.of(new char[] {'x'}, 1), "ann:" + PasswordHash.of(new char[] {'y'}, 1)));
        assertThrows(IllegalArgumentException.class, () -> PasswordFile.read(twice));
    }
}
