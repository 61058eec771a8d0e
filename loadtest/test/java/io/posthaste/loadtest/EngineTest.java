package io.posthaste.loadtest;

import static io.posthaste.loadtest.ScriptedServer.CLOSE;
import static io.posthaste.loadtest.ScriptedServer.RESET;
import static io.posthaste.loadtest.ScriptedServer.SILENCE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EngineTest {
    /** Makes 30 seconds pass in 300 milliseconds. */
    private static final LongSupplier HUNDREDFOLD = () -> System.nanoTime() * 100;

    private ScriptedServer server;

    @BeforeEach
    void openServer() throws IOException {
        server = new ScriptedServer();
    }

    @AfterEach
    void closeServer() throws IOException {
        server.close();
    }

    private Plans plans() {
        return Plans.to(server.port());
    }

    private Summary run(Plans plans) throws IOException {
        return run(plans, System::nanoTime);
    }

    private Summary run(Plans plans, LongSupplier clock) throws IOException {
        server.launch();
        return runAlone(plans, clock);
    }

    private static Summary runAlone(Plans plans, LongSupplier clock) throws IOException {
        try (Engine engine = new Engine(plans.plan(), clock)) {
            final Summary summary = engine.run();
            final Tally tally = summary.tally();
            assertEquals(tally.sent(), tally.accepted() + tally.rejected() + tally.failed(), "messages reconcile");
            return summary;
        }
    }

    private static void assertCounts(Summary summary, long accepted, long rejected, long failed) {
        final Tally tally = summary.tally();
        assertEquals(
                List.of(accepted, rejected, failed),
                List.of(tally.accepted(), tally.rejected(), tally.failed()),
                "accepted, rejected, failed");
    }

    @Test
    void shouldHoldTheDialogueInLockStep() throws IOException {
        assertCounts(run(plans().messages(2)), 2, 0, 0);
        assertEquals(
                List.of(
                        "EHLO client.example.org",
                        "MAIL FROM:<a@example.org>",
                        "RCPT TO:<b@example.org>",
                        "DATA",
                        "MAIL FROM:<a@example.org>",
                        "RCPT TO:<b@example.org>",
                        "DATA",
                        "QUIT"),
                server.commands());
    }

    @Test
    void shouldHoldTheSameDialoguePipelined() throws IOException {
        final Summary summary = run(plans().messages(2).recipients(2).pipelining());
        assertCounts(summary, 2, 0, 0);
        assertEquals(1, summary.tally().pipelined());
        assertEquals(10, server.commands().size());
        assertEquals("RCPT TO:<2b@example.org>", server.commands().get(3));
    }

    @Test
    void shouldHoldTheDialogueByteByByte() throws IOException {
        server.byteByByte();
        assertCounts(run(plans().messages(20).connections(2)), 20, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 4096, 3_000_001})
    void shouldDeliverTheContentAsComposed(int size) throws IOException {
        assertCounts(run(plans().messages(2).size(size)), 2, 0, 0);
        for (final byte[] message : server.messages()) {
            // The header holds the time of sending; read back, it leads to the same message again.
            final String text = new String(message, StandardCharsets.US_ASCII);
            final String date = text.replaceFirst("(?s).*?\r\nDate: (.*?)\r\n.*", "$1");
            final String id = text.replaceFirst("(?s).*?\r\nMessage-ID: <(.*?)[.].*", "$1");
            final ZonedDateTime sentAt = Instant.ofEpochMilli(Long.parseLong(id, Character.MAX_RADIX))
                    .atZone(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .getZone());
            assertArrayEquals(MessageContent.compose(plans().size(size).plan().traffic(), sentAt), message);
        }
    }

    @Test
    void shouldSpreadMessagesOverConnections() throws IOException {
        final Summary summary = run(plans().messages(200).connections(8));
        assertCounts(summary, 200, 0, 0);
        assertEquals(8, server.connections());
        assertEquals(8, summary.tally().closes(CloseReason.COMPLETED, Phase.QUIT));
        assertTrue(summary.isClean());
        assertEquals(200, server.messages().size());
    }

    @Test
    void shouldNotOpenMoreConnectionsThanMessages() throws IOException {
        assertCounts(run(plans().messages(2).connections(50)), 2, 0, 0);
        assertTrue(server.connections() <= 2);
    }

    @Test
    void shouldReopenAfterTheMessagesOfAConnection() throws IOException {
        assertCounts(run(plans().messages(6).messagesPerConnection(2)), 6, 0, 0);
        assertEquals(3, server.connections());
        assertEquals(3, Collections.frequency(server.commands(), "QUIT"));
    }

    @Test
    void shouldEndWhenTheDurationIsOver() throws IOException {
        final Summary summary = run(plans().messages(LoadPlan.UNLIMITED)
                .durationNs(TimeUnit.MILLISECONDS.toNanos(100))
                .connections(2));
        assertEquals(Workload.End.DURATION, summary.end());
        assertTrue(summary.isClean());
        assertTrue(summary.durationNs() >= TimeUnit.MILLISECONDS.toNanos(1));
        assertEquals(summary.tally().accepted(), server.messages().size());
    }

    @Test
    void shouldEndWhenStopped() throws Exception {
        server.launch();
        try (Engine engine = new Engine(plans().messages(LoadPlan.UNLIMITED).plan(), System::nanoTime)) {
            engine.launch();
            while (engine.tally().accepted() < 10) {
                engine.doWork();
            }
            final Thread stopper = new Thread(engine::stop);
            stopper.start();
            while (!engine.isDone()) {
                engine.doWork();
            }
            stopper.join();
            assertEquals(Workload.End.STOPPED, engine.summary().end());
            assertTrue(engine.summary().isClean());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT", "DATA", "."})
    void shouldRejectOnRefusalInEachPhase(String verb) throws IOException {
        server.replies(verb, "550 no", "250 ok");
        if (verb.equals("DATA")) {
            server.replies(verb, "451 no", "354 ok");
        }
        final Summary summary = run(plans().messages(3));
        assertCounts(summary, 2, 1, 0);
        assertFalse(summary.isClean());
        assertEquals(verb.equals(".") ? 0 : 1, Collections.frequency(server.commands(), "RSET"));
        assertEquals(1, server.connections());
        assertTrue(TextReport.troubles(summary).get(0).contains("no"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT", "DATA", "."})
    void shouldRejectOnRefusalOfEachPhaseOfAPipelinedEnvelope(String verb) throws IOException {
        server.replies(verb, "550 no", "250 ok");
        if (verb.equals("DATA")) {
            server.replies(verb, "451 no", "354 ok");
        }
        if (verb.equals("MAIL")) {
            server.replies("RCPT", "503 no", "250 ok").replies("DATA", "503 no", "354 ok");
        }
        final Summary summary = run(plans().messages(3).pipelining());
        assertCounts(summary, 2, 1, 0);
        assertEquals(1, server.connections());
    }

    @Test
    void shouldCloseAfter421AndOpenAgain() throws IOException {
        server.replies("MAIL", "421 closing", "250 ok");
        final Summary summary = run(plans().messages(3));
        assertCounts(summary, 2, 1, 0);
        assertEquals(1, summary.tally().closes(CloseReason.SERVICE_CLOSING, Phase.MAIL));
        assertEquals(2, server.connections());
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT", "DATA", "."})
    void shouldFailOneMessageWhenTheServerCloses(String verb) throws IOException {
        server.replies(verb, CLOSE, verb.equals("DATA") ? "354 ok" : "250 ok");
        final Summary summary = run(plans().messages(3));
        assertCounts(summary, 2, 0, 1);
        assertFalse(summary.isClean());
        assertEquals(2, server.connections());
        assertTrue(TextReport.troubles(summary).get(0).contains("closed by the server"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT", "DATA", "."})
    void shouldFailOneMessageWhenTheServerResets(String verb) throws IOException {
        server.replies(verb, RESET, verb.equals("DATA") ? "354 ok" : "250 ok");
        assertCounts(run(plans().messages(3)), 2, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "EHLO"})
    void shouldOpenAgainWhenTheSessionIsRefusedOrCut(String verb) throws IOException {
        final String good = verb.equals("CONNECT") ? "220 hi" : "250 hi";
        server.replies(verb, "554 no", CLOSE, RESET, good);
        final Summary summary = run(plans().messages(3), HUNDREDFOLD);
        assertCounts(summary, 3, 0, 0);
        assertEquals(4, summary.tally().opened());
        assertTrue(summary.isClean());
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "EHLO"})
    void shouldGiveUpWhenTheSessionIsAlwaysRefused(String verb) throws IOException {
        server.replies(verb, "554 no");
        final Summary summary = run(plans().messages(30).connections(2), HUNDREDFOLD);
        assertCounts(summary, 0, 0, 0);
        assertEquals(Workload.End.GIVEN_UP, summary.end());
        assertEquals(30, summary.notSent());
        assertEquals(2 * Connection.MAX_BARREN, summary.tally().opened());
        assertFalse(summary.isClean());
    }

    @Test
    void shouldGiveUpWhenEveryConnectionIsRefused() throws IOException {
        final int unusedPort;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unusedPort = socket.getLocalPort();
        }
        final Summary summary = runAlone(Plans.to(unusedPort).messages(30).connections(2), HUNDREDFOLD);
        assertEquals(10, summary.tally().closes(CloseReason.CONNECT_REFUSED, Phase.CONNECT));
        assertEquals(2, summary.tally().givenUp());
        assertEquals(30, summary.notSent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."})
    void shouldTimeOutWhenTheServerIsSilent(String verb) throws IOException {
        final boolean isBeforeMail = verb.equals("CONNECT") || verb.equals("EHLO");
        server.replies(verb, SILENCE, verb.equals("CONNECT") ? "220 ok" : verb.equals("DATA") ? "354 ok" : "250 ok");
        final Summary summary = run(plans().messages(3), HUNDREDFOLD);
        assertCounts(summary, isBeforeMail ? 3 : 2, 0, isBeforeMail ? 0 : 1);
        assertTrue(TextReport.troubles(summary).get(0).contains("timed out"));
    }

    @Test
    void shouldEndWhenTheServerDoesNotCloseAfterQuit() throws IOException {
        server.replies("QUIT", SILENCE);
        final Summary summary = run(plans().messages(2), HUNDREDFOLD);
        assertCounts(summary, 2, 0, 0);
        assertTrue(summary.isClean());
    }

    @Test
    void shouldCountEveryReply() throws IOException {
        server.replies("RCPT", "550 no", "250 ok", "451 later", "250 ok");
        final Summary summary = run(plans().messages(10));
        assertCounts(summary, 8, 2, 0);
        assertEquals(1, summary.replies(220));
        assertEquals(1, summary.replies(221));
        assertEquals(1, summary.replies(550));
        assertEquals(1, summary.replies(451));
        assertEquals(8, summary.replies(354));
        assertEquals(1 + 10 + 8 + 8 + 2, summary.replies(250));
        assertEquals(8, summary.recorder().transactionLatencies().count());
        assertEquals(10, summary.recorder().latencies(Phase.RCPT).count());
    }

    @Test
    void shouldTimeEachPhase() throws IOException {
        final Summary summary = run(plans().messages(10));
        for (final Phase phase : Phase.values()) {
            final Latencies us = summary.recorder().latencies(phase);
            assertEquals(phase == Phase.RSET, us.count() == 0, phase.label());
            assertTrue(us.p50() <= us.p90() && us.p90() <= us.p99() && us.p999() <= us.max(), phase.label());
        }
        final Latencies whole = summary.recorder().transactionLatencies();
        assertTrue(whole.p50() > summary.recorder().latencies(Phase.CONTENT).p50());
    }
}
