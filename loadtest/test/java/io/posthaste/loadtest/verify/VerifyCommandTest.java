package io.posthaste.loadtest.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.posthaste.server.SmtpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(60)
class VerifyCommandTest {
    private static final long SENT_US = 1_795_328_194_567_890L;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void shouldReadWhatAServerStoredForOneAndForSeveralRecipients() throws IOException {
        try (SmtpServer server = SmtpServer.builder()
                        .listen("127.0.0.1", 0)
                        .deliverTo("maildir:" + directory)
                        .start();
                Sender sender = new Sender(server.port())) {
            for (int i = 0; i < 10; i++) {
                sender.sends(Messages.stamped(i, 1 + i % 3), 1 + i % 3);
            }
        }
        assertEquals(0, run("--run", Messages.RUN, "--expect", "10"));
        assertTrue(
                out.toString().contains("arrived      10 of 10 acknowledged, 10 whole; 0 not acknowledged"), "" + out);
        assertEquals(1, run("--run", Messages.RUN, "--expect", "11"));
        assertTrue(out.toString().contains("lost         10"), "" + out);
    }

    @Test
    void shouldReadAMaildirOfFilesForEachRecipientWithLf() throws Exception {
        Files.createDirectories(directory.resolve("new"));
        Files.createDirectories(directory.resolve("cur"));
        Files.createDirectories(directory.resolve("tmp"));
        for (int i = 0; i < 6; i++) {
            final String text = Messages.stamped(Messages.RUN, i / 2, SENT_US, 2, Messages.BODY);
            store((i % 2 == 0 ? "new/m" : "cur/m") + i, "Delivered-To: r" + i + "@b\n" + text.replace("\r\n", "\n"));
        }
        store("tmp/half", Messages.stamped(3, 1));
        store("new/.hidden", Messages.stamped(0, 1));
        final Path json = directory.resolve("report.json");
        assertEquals(0, run("--run", Messages.RUN.toUpperCase(java.util.Locale.ROOT), "--json", json.toString()));
        final JsonObject report = JsonParser.object().from(Files.readString(json));
        assertTrue(report.getBoolean("clean"));
        assertEquals(3, report.getLong("received"));
        assertEquals(3, report.getLong("accepted"));
        assertEquals(6, report.getObject("delay_us").getLong("count"));
        assertEquals(250_000, report.getObject("delay_us").getLong("max"), 1_000);
        assertEquals(
                "the file's time of modification - sent",
                report.getObject("delay_us").getString("meaning"));
        assertTrue(out.toString().contains("expected     all up to the highest"), "" + out);

        store("new/again", "Delivered-To: r@b\n" + Messages.stamped(0, 2));
        assertEquals(1, run("--run", Messages.RUN));
        assertTrue(out.toString().contains("1 duplicated (1 deliveries too many)"), "" + out);
    }

    @Test
    void shouldReadAPlainDirectoryAndFindWhatIsWrong() throws IOException {
        store("a", Messages.stamped(0, 1));
        store("b", Messages.stamped(2, 1));
        store("c", Messages.stamped("f".repeat(16), 1, 0, 1, ""));
        assertEquals(1, run("--run", Messages.RUN));
        assertTrue(out.toString().contains("1 lost, 0 lost in part, 0 duplicated"), "" + out);
        assertTrue(out.toString().contains("0 without stamp, 0 with a damaged stamp, 1 of other runs"), "" + out);
        store("d", Messages.stamped(1, 1));
        assertEquals(0, run("--run", Messages.RUN));
        store("d", Messages.stamped(1, 1).replace("Bye", "bye"));
        assertEquals(1, run("--run", Messages.RUN));
        assertTrue(out.toString().contains("1 corrupted"), "" + out);
        store("d", Messages.stamped(1, 2));
        assertEquals(1, run("--run", Messages.RUN));
        assertTrue(out.toString().contains("1 lost in part"), "" + out);
    }

    @Test
    void shouldNotCallAnEmptyDirectoryClean() {
        assertEquals(1, run("--run", Messages.RUN));
        assertEquals(0, run("--run", Messages.RUN, "--expect", "0"));
        assertEquals(1, run("--run", Messages.RUN, "--expect", "1"));
    }

    @Test
    void shouldRefuseWrongArguments() throws IOException {
        refuses("--run");
        refuses("--run", "--run", "0123");
        refuses("--run", "--run", "0123456789abcdeg");
        refuses("--expect", "--run", Messages.RUN, "--expect", "-1");
        refuses("--expect", "--run", Messages.RUN, "--expect", "x");
        refuses("--json", "--run", Messages.RUN, "--json", directory.toString());
        store("file", "");
        assertEquals(2, execute(directory.resolve("file").toString(), "--run", Messages.RUN));
        assertEquals(2, execute(directory.resolve("nowhere").toString(), "--run", Messages.RUN));
        assertEquals(2, execute());
    }

    private void refuses(String what, String... options) {
        err.getBuffer().setLength(0);
        assertEquals(2, run(options));
        assertTrue(err.toString().contains(what), "" + err);
        assertFalse(err.toString().contains("Exception"), "" + err);
    }

    private int run(String... options) {
        out.getBuffer().setLength(0);
        final String[] args = new String[options.length + 1];
        args[0] = directory.toString();
        System.arraycopy(options, 0, args, 1, options.length);
        return execute(args);
    }

    private int execute(String... args) {
        return new CommandLine(new VerifyCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private void store(String name, String text) throws IOException {
        final Path file = directory.resolve(name);
        Files.write(file, Messages.octets(text));
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(0, (SENT_US + 250_000) * 1_000)));
    }
}
