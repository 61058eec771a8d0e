package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.posthaste.server.RawClient;
import io.posthaste.server.SmtpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code posthaste spool …} with a message whose content lies in a file of its own. */
@Timeout(60)
final class SpoolLargeCommandTest {
    private static final String CONTENT = "Subject: large\r\n\r\n" + "0123456789\r\n".repeat(30_000);

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();
    private String spool;
    private SmtpServer server;
    private String id;

    @BeforeEach
    void deliver() throws IOException {
        spool = directory.resolve("spool").toString();
        server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .hostname("mx.example")
                .deliverTo("spool:" + spool + "?size=256m&large=64k")
                .start();
        try (RawClient client = RawClient.greeted(server.port())) {
            client.begins("a@client.example", "b@server.example");
            client.sendsOctets((CONTENT + ".\r\n").getBytes(StandardCharsets.US_ASCII));
            id = client.expects(250).get(0).replace("2.0.0 OK id=", "");
            client.mails("small").expects(250);
            client.sends("QUIT").expects(221);
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void shouldTellWhereTheContentLies() throws Exception {
        final Path file;
        try (Stream<Path> files = Files.list(Path.of(spool, "large"))) {
            file = files.findFirst().orElseThrow();
        }
        assertEquals("0000000001-" + id, file.getFileName().toString());
        assertEquals(CONTENT, Files.readString(file));
        assertEquals(0, run("show", spool, id), errors::toString);
        assertTrue(out.toString().contains("file      " + file + "\n"), out.toString());
        assertEquals(0, run("list", "--json", spool), errors::toString);
        final List<String> lines = out.toString().lines().toList();
        final JsonObject large = JsonParser.object().from(lines.get(0));
        assertEquals(CONTENT.length(), large.getInt("size"));
        assertEquals(file.toString(), large.getString("file"));
        assertTrue(!JsonParser.object().from(lines.get(1)).has("file"));
        assertEquals(0, run("stats", spool), errors::toString);
        assertTrue(out.toString().contains("large       1 messages with files of their own, " + CONTENT.length()));
    }

    @Test
    void shouldWriteTheContentAsItCame() throws IOException {
        final PrintStream before = System.out;
        final ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setOut(new PrintStream(written, true, StandardCharsets.US_ASCII));
        try {
            assertEquals(0, run("cat", spool, id), errors::toString);
        } finally {
            System.setOut(before);
        }
        assertEquals(CONTENT, written.toString(StandardCharsets.US_ASCII));
        final Path eml = directory.resolve("eml");
        assertEquals(0, run("export", spool, "--eml", eml.toString()), errors::toString);
        assertTrue(Files.readString(eml.resolve(id + ".eml")).endsWith(CONTENT));
    }

    @Test
    void shouldVerifyIt() throws IOException {
        assertEquals(0, run("verify", spool), errors::toString);
        final Path file = Path.of(spool, "large", "0000000001-" + id);
        Files.writeString(file, CONTENT.replaceFirst("large", "LARGE"));
        assertEquals(1, run("verify", spool));
        assertTrue(errors.toString().contains("is damaged at octets 4096 to "), errors.toString());
    }

    private int run(final String... arguments) {
        out.getBuffer().setLength(0);
        errors.getBuffer().setLength(0);
        final String[] all =
                Stream.concat(Stream.of("spool"), Stream.of(arguments)).toArray(String[]::new);
        return Main.run(all, Map.of(), new PrintWriter(out, true), new PrintWriter(errors, true));
    }
}
