package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.posthaste.policy.PasswordHash;
import io.posthaste.server.RawClient;
import io.posthaste.server.SmtpServer;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsFixtures;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who had logged in is in the spool, large content or not, and not in the mail that comes out of it. */
@Timeout(60)
final class SpoolUserTest {
    private static final String USER = "\u00e9lodie@accounts.example";
    private static final String LOGIN =
            Base64.getEncoder().encodeToString(("\0" + USER + "\0right").getBytes(StandardCharsets.UTF_8));

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @Test
    void shouldTellTheUserButNotTheRecipients() throws Exception {
        final Path users = Files.writeString(
                directory.resolve("users"), USER + ":" + PasswordHash.of("right".toCharArray(), 1000));
        final String spool = directory.resolve("spool").toString();
        try (SmtpServer server = SmtpServer.builder()
                        .listen("127.0.0.1", 0)
                        .hostname("mx.example")
                        .tls(TlsConfig.selfSigned("localhost"))
                        .authUsers(users)
                        .deliverTo("spool:" + spool + "?size=200m&large=64k")
                        .start();
                RawClient plain = RawClient.greeted(server.port());
                RawClient client = plain.sends("STARTTLS").startsTls(TlsFixtures.trustingAnyone())) {
            client.sends("EHLO client.example").expects(250);
            client.mails("Subject: before", "", "x").expects(250);
            client.sends("AUTH PLAIN " + LOGIN).expects(235);
            client.mails("Subject: small", "", "x").expects(250);
            client.mails("Subject: large", "", ("x".repeat(70) + "\r\n").repeat(2000) + "large")
                    .expects(250);
            client.sends("QUIT").expects(221);
        }
        assertEquals(0, run("list", "--json", spool), errors::toString);
        final List<String> lines = out.toString().lines().toList();
        assertEquals(3, lines.size());
        assertEquals("", JsonParser.object().from(lines.get(0)).getString("user"));
        for (final String line : lines.subList(1, 3)) {
            final JsonObject message = JsonParser.object().from(line);
            assertEquals(USER, message.getString("user"));
            out.getBuffer().setLength(0);
            assertEquals(0, run("show", spool, message.getString("id")), errors::toString);
            assertTrue(out.toString().contains("user      " + USER + "\n"), out.toString());
        }
        final Path eml = directory.resolve("eml");
        assertEquals(0, run("export", spool, "--eml", eml.toString()), errors::toString);
        int seen = 0;
        try (Stream<Path> files = Files.list(eml)) {
            for (final Path file : files.toList()) {
                final String text = Files.readString(file);
                final String header = text.substring(0, text.indexOf("\r\n\r\n") + 2);
                assertFalse(header.contains("lodie") || header.contains("accounts.example"), header);
                seen += header.contains("with ESMTPSA id") ? 1 : 0;
            }
        }
        assertEquals(2, seen, "mail of who had logged in");
    }

    private int run(final String... arguments) {
        final String[] all =
                Stream.concat(Stream.of("spool"), Stream.of(arguments)).toArray(String[]::new);
        return Main.run(all, Map.of(), new PrintWriter(out, true), new PrintWriter(errors, true));
    }
}
