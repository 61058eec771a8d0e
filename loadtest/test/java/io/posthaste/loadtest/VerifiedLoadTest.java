package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.posthaste.delivery.verify.VerifyDelivery;
import io.posthaste.metrics.Counter;
import io.posthaste.server.SmtpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was acknowledged, compared with what arrived, from the command line. */
@Timeout(120)
class VerifiedLoadTest {
    private static final int MESSAGES = 3000;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int load(final SmtpServer server, final int sinkPort, final String... options) {
        final List<String> arguments = new ArrayList<>(List.of(
                "127.0.0.1:" + server.port(),
                "--quiet",
                "--messages=" + MESSAGES,
                "--verify=127.0.0.1:" + sinkPort,
                "--verify-wait=300ms",
                "--json=" + json(),
                "--html=" + directory.resolve("report.html")));
        arguments.addAll(List.of(options));
        return LoadMain.run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    }

    private Path json() {
        return directory.resolve("report.json");
    }

    private JsonObject verified() throws IOException, JsonParserException {
        return JsonParser.object().from(Files.readString(json())).getObject("verified");
    }

    private static SmtpServer sink() throws IOException {
        return SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .reactors(2)
                .deliverTo(new VerifyDelivery())
                .start();
    }

    @ParameterizedTest
    @CsvSource({
        "--pipelining=off",
        "--pipelining=on",
        "--chunking",
        "--recipients=3",
        "--threads=2",
        "--messages-per-connection=7",
        "--size=mix:512=50,4k=40,100k=10",
        "--8bit",
        "--rate=20000"
    })
    void shouldFindThatEverythingArrived(final String option) throws IOException, JsonParserException {
        try (SmtpServer sink = sink()) {
            assertEquals(0, load(sink, sink.port(), option), () -> out + " " + err);
            assertTrue(verified().getBoolean("clean"));
            assertEquals(MESSAGES, verified().getLong("accepted"));
            assertEquals(MESSAGES, verified().getLong("received"));
            assertEquals(MESSAGES, sink.status().count(Counter.MESSAGES_ACCEPTED));
            assertTrue(out.toString().contains("0 lost, 0 lost in part, 0 duplicated"), out::toString);
            assertTrue(Files.readString(directory.resolve("report.html")).contains("What was accepted arrived"));
        }
    }

    @Test
    void shouldMissWhatAServerSwallowed() throws IOException, JsonParserException {
        try (SmtpServer swallowing = SmtpServer.builder().listen("127.0.0.1", 0).start();
                SmtpServer sink = sink()) {
            assertEquals(1, load(swallowing, sink.port()));
            assertFalse(verified().getBoolean("clean"));
            assertEquals(MESSAGES, verified().getLong("lost"));
            assertEquals(
                    "0-" + (MESSAGES - 1), verified().getArray("lost_sequences").getString(0));
        }
    }

    @Test
    void shouldSaySoBeforeTheRunWhenTheSinkDoesNotVerify() throws IOException {
        try (SmtpServer server = SmtpServer.builder().listen("127.0.0.1", 0).start()) {
            assertEquals(1, load(server, server.port()));
            assertEquals(0, server.status().count(Counter.TRANSACTIONS));
            assertTrue(err.toString().contains("--verify"), err::toString);
        }
    }

    /** The account is lost, the report is not. */
    @Test
    void shouldReportWhenTheSinkIsGone() throws IOException {
        try (SmtpServer server = SmtpServer.builder().listen("127.0.0.1", 0).start();
                SmtpServer sink = sink()) {
            final Thread stopper = new Thread(() -> stopOnceBegun(server, sink));
            stopper.start();
            assertEquals(1, load(server, sink.port()));
            assertTrue(out.toString().contains(String.format("%,d accepted", MESSAGES)), out::toString);
            assertTrue(err.toString().contains("cannot be asked"), err::toString);
        }
    }

    private static void stopOnceBegun(final SmtpServer server, final SmtpServer sink) {
        while (server.status().count(Counter.TRANSACTIONS) == 0) {
            Thread.onSpinWait();
        }
        try {
            sink.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
