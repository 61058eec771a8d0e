package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.posthaste.server.RawClient;
import io.posthaste.server.SmtpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code posthaste spool …} on a spool that a server writes to, and on one it has left. */
@Timeout(60)
final class SpoolCommandTest {
    private static final String FIRST = "Subject: one\r\n\r\nFrom here\r\n>From there\r\n\r\nend\r\n";
    private static final String SECOND = "Subject: two\r\n\r\nb\r\n";

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();
    private String spool;
    private SmtpServer server;
    private String firstId;
    private String secondId;

    @BeforeEach
    void deliverTwo() throws IOException {
        spool = directory.resolve("spool").toString();
        server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .hostname("mx.example")
                .deliverTo("spool:" + spool + "?size=200m")
                .start();
        try (RawClient client = RawClient.greeted(server.port())) {
            client.sends("MAIL FROM:<a@client.example> BODY=8BITMIME").expects(250);
            client.sends("RCPT TO:<b@server.example>").expects(250);
            client.sends("RCPT TO:<c@server.example>").expects(250);
            client.sends("DATA").expects(354);
            client.sendsOctets((FIRST + ".\r\n").getBytes(StandardCharsets.US_ASCII));
            firstId = client.expects(250).get(0).replace("2.0.0 OK id=", "");
            client.begins("", "d@server.example");
            client.sendsOctets((SECOND + ".\r\n").getBytes(StandardCharsets.US_ASCII));
            secondId = client.expects(250).get(0).replace("2.0.0 OK id=", "");
            client.sends("QUIT").expects(221);
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void shouldListBesideARunningServer() {
        assertEquals(0, run("list", spool), errors::toString);
        final List<String> lines = out.toString().lines().toList();
        assertEquals(2, lines.size());
        assertTrue(
                lines.get(0)
                        .matches(firstId + "  \\S+Z  +" + FIRST.length()
                                + "  <a@client.example> to <b@server.example> and 1 more"),
                lines.get(0));
        assertTrue(lines.get(1).endsWith("<> to <d@server.example>"), lines.get(1));
    }

    @Test
    void shouldListAsJson() throws Exception {
        assertEquals(0, run("list", "--json", spool), errors::toString);
        final List<String> lines = out.toString().lines().toList();
        final JsonObject first = JsonParser.object().from(lines.get(0));
        assertEquals(firstId, first.getString("id"));
        assertEquals(FIRST.length(), first.getInt("size"));
        assertEquals("BODY=8BITMIME", first.getArray("parameters").getString(0));
        final JsonArray to = first.getArray("to");
        assertEquals("c@server.example", to.getObject(1).getString("mailbox"));
        assertEquals(2, JsonParser.object().from(lines.get(1)).getInt("sequence"));
    }

    @Test
    void shouldShowAnEnvelope() {
        assertEquals(0, run("show", spool, firstId), errors::toString);
        assertTrue(out.toString().contains("from      <a@client.example> BODY=8BITMIME\n"), out.toString());
        assertTrue(out.toString().contains("to        <c@server.example>\n"), out.toString());
        assertTrue(out.toString().contains("greeting  EHLO client.example\n"), out.toString());
        assertTrue(out.toString().contains("record    1 in segment 1 at octet 4096\n"), out.toString());
    }

    @Test
    void shouldSayWhenThereIsNoSuchMessageOrSpool() {
        assertEquals(1, run("show", spool, "0000"));
        assertEquals("posthaste: no message 0000 in " + spool + "\n", errors.toString());
        errors.getBuffer().setLength(0);
        assertEquals(1, run("list", directory.toString()));
        assertEquals("posthaste: " + directory + " is no spool\n", errors.toString());
        errors.getBuffer().setLength(0);
        assertEquals(2, run("list"));
        assertEquals(1, errors.toString().lines().count());
        errors.getBuffer().setLength(0);
        assertEquals(2, run());
        assertTrue(errors.toString().startsWith("posthaste: say what to do: posthaste spool list"));
    }

    @Test
    void shouldWriteAContentAsItCame() {
        final PrintStream before = System.out;
        final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        System.setOut(new PrintStream(octets, true));
        try {
            assertEquals(0, run("cat", spool, firstId), errors::toString);
        } finally {
            System.setOut(before);
        }
        assertEquals(FIRST, octets.toString(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldExportFilesAsTheMaildirDeliveryWritesThem() throws IOException {
        final Path maildir = directory.resolve("mail");
        assertEquals(0, run("export", spool, "--maildir", maildir.toString()), errors::toString);
        assertEquals("exported 2 messages\n", out.toString());
        final List<Path> files = files(maildir.resolve("new"));
        assertTrue(files.get(0).getFileName().toString().matches("\\d+\\." + firstId + "\\.mx\\.example"));
        final String first = Files.readString(files.get(0));
        assertTrue(
                first.startsWith("Return-Path: <a@client.example>\r\nX-Original-To: b@server.example\r\n"
                        + "Delivered-To: b@server.example\r\nX-Original-To: c@server.example\r\n"
                        + "Delivered-To: c@server.example\r\n"
                        + "Received: from client.example ([127.0.0.1])\r\n\tby mx.example (Posthaste) with ESMTP id "
                        + firstId + ";\r\n\t"),
                first);
        assertTrue(first.endsWith(" +0000\r\n" + FIRST), first);
        assertTrue(Files.readString(files.get(1)).contains("\r\n\tfor <d@server.example>;\r\n\t"));
        assertEquals(List.of(), files(maildir.resolve("tmp")));

        final Path eml = directory.resolve("eml");
        assertEquals(0, run("export", spool, secondId, "--eml", eml.toString()), errors::toString);
        assertEquals(List.of(eml.resolve(secondId + ".eml")), files(eml));
        assertTrue(Files.readString(eml.resolve(secondId + ".eml")).endsWith("\r\n" + SECOND));
        assertEquals(1, run("export", spool, "nobody", "--eml", eml.toString()));
        assertEquals(2, run("export", spool));
    }

    @Test
    void shouldExportAnMbox() throws IOException {
        final Path mbox = directory.resolve("mbox");
        assertEquals(0, run("export", spool, "--mbox", mbox.toString()), errors::toString);
        final String text = Files.readString(mbox);
        assertTrue(text.startsWith("From a@client.example "), text);
        assertTrue(text.contains("\n\n>From here\n>>From there\n\nend\n\nFrom MAILER-DAEMON "), text);
        assertTrue(text.endsWith("\nSubject: two\n\nb\n\n"), text);
        assertFalse(text.contains("\r"));
        assertEquals(1, run("export", spool, "--mbox", mbox.toString()), "an mbox that is there is not overwritten");
        assertTrue(errors.toString().contains("FileAlreadyExistsException: " + mbox), errors::toString);
    }

    @Test
    void shouldVerify() throws Exception {
        assertEquals(0, run("verify", spool), errors::toString);
        assertEquals("2 messages in 1 segments are whole\n", out.toString());
        server.close();
        assertEquals(0, run("verify", spool), errors::toString);

        try (FileChannel segment = FileChannel.open(Path.of(spool, "0000000001.segment"), StandardOpenOption.WRITE)) {
            segment.write(ByteBuffer.wrap(new byte[] {0}), 4096 + 60);
        }
        out.getBuffer().setLength(0);
        assertEquals(1, run("verify", "--json", spool));
        final JsonObject report = JsonParser.object().from(out.toString());
        assertEquals(1, report.getInt("messages"));
        assertEquals(2, report.getArray("damage").size(), out::toString);
        assertTrue(errors.toString().contains("is damaged at octets 4096 to "), errors.toString());
        assertEquals(1, run("list", spool));
    }

    @Test
    void shouldTellStatistics() throws Exception {
        assertEquals(0, run("stats", spool), errors::toString);
        assertTrue(out.toString().startsWith("messages    2\nrecipients  3\n"), out.toString());
        out.getBuffer().setLength(0);
        assertEquals(0, run("stats", "--json", spool));
        final JsonObject stats = JsonParser.object().from(out.toString());
        assertEquals(FIRST.length() + SECOND.length(), stats.getInt("content_octets"));
        assertTrue(stats.getBoolean("live"));
        server.close();
        out.getBuffer().setLength(0);
        assertEquals(0, run("stats", "--json", spool));
        assertFalse(JsonParser.object().from(out.toString()).getBoolean("live"));
    }

    @Test
    void shouldKeepASecondServerOutInOneLine() {
        assertEquals(
                1,
                Main.run(
                        new String[] {"serve", "--listen=127.0.0.1:0", "--deliver=spool:" + spool},
                        Map.of(),
                        new PrintWriter(out, true),
                        new PrintWriter(errors, true)));
        assertEquals(
                "posthaste: cannot deliver to spool:" + spool + ": " + spool
                        + " is in use: this process writes to it already\n",
                errors.toString());
    }

    private int run(final String... arguments) {
        final String[] all =
                Stream.concat(Stream.of("spool"), Stream.of(arguments)).toArray(String[]::new);
        return Main.run(all, Map.of(), new PrintWriter(out, true), new PrintWriter(errors, true));
    }

    private static List<Path> files(final Path in) throws IOException {
        try (Stream<Path> entries = Files.list(in)) {
            return entries.sorted().toList();
        }
    }
}
