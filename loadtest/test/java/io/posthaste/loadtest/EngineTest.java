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
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EngineTest {
    /** Makes 30 seconds pass in one. */
    private static final LongSupplier THIRTYFOLD = () -> System.nanoTime() * 30;

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
        try (LoadRun load = new LoadRun(plans.plan(), clock, HistogramLog.NONE)) {
            final Summary summary = load.run();
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
    @ValueSource(ints = {350, 4096, 3_000_001})
    void shouldDeliverTheContentAsComposed(int size) throws IOException {
        assertCounts(run(plans().messages(2).size(size)), 2, 0, 0);
        assertAsComposed(plans().size(size), server.messages());
    }

    @ParameterizedTest
    @ValueSource(ints = {350, 4096, 3_000_001})
    void shouldDeliverTheContentAsComposedByChunks(int size) throws IOException {
        assertCounts(run(plans().messages(2).size(size).chunking()), 2, 0, 0);
        assertAsComposed(plans().size(size), server.messages());
        assertTrue(server.commands().contains("BDAT " + size + " LAST"));
        assertFalse(server.commands().contains("DATA"));
    }

    /** Behind the stamp, which {@link StampedMessage} checks, the message is the composed one. */
    private static void assertAsComposed(Plans plans, List<byte[]> messages) {
        for (final byte[] message : messages) {
            final StampedMessage stamped = new StampedMessage(message);
            final ZonedDateTime date = ZonedDateTime.parse(stamped.field("Date"), DateTimeFormatter.RFC_1123_DATE_TIME);
            final LoadPlan.Traffic traffic = plans.plan().traffic();
            final int size = traffic.content().sizes().size(0);
            assertEquals(size, message.length);
            assertArrayEquals(MessageContent.compose(traffic, size, date), stamped.rest());
        }
    }

    @Test
    void shouldStampEachMessageWithItsSequenceNumber() throws IOException {
        final long beforeUs = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
        final Summary summary =
                run(plans().messages(200).connections(4).recipients(3).sizes(SizeMix.parse("mix:1k=1,3k=1")));
        assertCounts(summary, 200, 0, 0);
        final long afterUs = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis() + 1);
        final BitSet seen = new BitSet();
        for (final byte[] message : server.messages()) {
            final StampedMessage stamped = new StampedMessage(message);
            assertEquals(Plans.RUN_ID, stamped.run());
            assertEquals(3, stamped.recipients());
            assertTrue(stamped.sentUs() >= beforeUs && stamped.sentUs() <= afterUs, "sent");
            seen.set((int) stamped.sequence());
            assertTrue(summary.accepted().contains(stamped.sequence()));
        }
        assertEquals(200, seen.nextClearBit(0), "dense from 0, each once");
        assertEquals(200, summary.accepted().count());
    }

    @Test
    void shouldSendABatchInOneWriteAndTakeItsReplies() throws IOException {
        final Summary summary =
                run(plans().messages(10).size(1024).chunking().pipelining().depth(4));
        assertCounts(summary, 10, 0, 0);
        assertEquals(10, Collections.frequency(server.commands(), "BDAT 1024 LAST"));
        // Four, four and two: as many writes of content.
        assertEquals(3, summary.measurements().latencies(Phase.CONTENT).count());
        assertEquals(10, summary.measurements().latencies(Phase.END_OF_DATA).count());
        assertAsComposed(plans().size(1024), server.messages());
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL", "RCPT", "BDAT"})
    void shouldResetAfterABatchOfWhichSomethingWasRefused(String verb) throws IOException {
        server.replies(verb, "250 ok", "550 no", "250 ok");
        if (verb.equals("MAIL")) {
            server.replies("RCPT", "250 ok", "503 no", "250 ok").replies("BDAT", "250 ok", "503 no", "250 ok");
        }
        if (verb.equals("RCPT")) {
            server.replies("BDAT", "250 ok", "554 no", "250 ok");
        }
        final Summary summary =
                run(plans().messages(8).size(1024).chunking().pipelining().depth(4));
        assertCounts(summary, 7, 1, 0);
        assertEquals(1, Collections.frequency(server.commands(), "RSET"));
        assertEquals(7, summary.accepted().count());
        assertFalse(summary.accepted().contains(1));
    }

    @Test
    void shouldFailTheRestOfABatchWhenTheServerCloses() throws IOException {
        server.replies("BDAT", "250 ok", CLOSE, "250 ok");
        assertCounts(run(plans().messages(8).size(1024).chunking().pipelining().depth(4)), 5, 0, 3);
    }

    @Test
    void shouldGiveUpWhenAnExtensionIsNotOffered() throws IOException {
        server.replies("EHLO", "250-scripted\r\n250 PIPELINING");
        final Summary chunking = run(plans().messages(3).chunking(), THIRTYFOLD);
        assertEquals(5, chunking.tally().closes(CloseReason.NOT_OFFERED, Phase.EHLO));
        assertEquals(3, chunking.notSent());
        assertEquals(5, runAlone(plans().eightBit(), THIRTYFOLD).tally().closes(CloseReason.NOT_OFFERED, Phase.EHLO));
    }

    @Test
    void shouldDeclareEightBitOctets() throws IOException {
        assertCounts(run(plans().eightBit()), 1, 0, 0);
        assertTrue(server.commands().contains("MAIL FROM:<a@example.org> BODY=8BITMIME"));
        final byte[] message = server.messages().get(0);
        assertTrue(IntStream.range(0, message.length).anyMatch(i -> message[i] < 0));
        assertAsComposed(plans().eightBit(), server.messages());
    }

    @Test
    void shouldSendTheMessagesOfACorpusInTurn() throws IOException {
        final List<byte[]> corpus = List.of(octets("Subject: 1\r\n\r\n.\r\n"), octets("\r\nno header\r\n"));
        assertCounts(run(plans().messages(4).corpus(corpus)), 4, 0, 0);
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(
                    corpus.get(i % 2), new StampedMessage(server.messages().get(i)).rest());
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldShareTheMessagesAmongThreads() throws IOException {
        final Summary summary = run(plans().messages(1000).connections(5).threads(3));
        assertCounts(summary, 1000, 0, 0);
        assertEquals(5, server.connections());
        assertEquals(1000, summary.accepted().count());
        assertEquals(
                1000,
                summary.measurements().latencies(PhaseRecorder.UNCORRECTED).count());
        assertEquals(
                1000, summary.intervals().stream().mapToLong(Interval::accepted).sum());
    }

    @Test
    void shouldConnectFromTheGivenAddresses() throws IOException {
        final Summary summary =
                run(plans().messages(3).connections(3).sources(SourceAddresses.parse("127.0.0.2-127.0.0.3")));
        assertCounts(summary, 3, 0, 0);
        assertEquals(Set.of("127.0.0.2", "127.0.0.3"), Set.copyOf(server.peers()));
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
        assertCounts(summary, summary.tally().sent(), 0, 0);
        assertTrue(summary.durationNs() >= TimeUnit.MILLISECONDS.toNanos(1));
        assertEquals(summary.tally().accepted(), server.messages().size());
    }

    @Test
    void shouldEndWhenStopped() throws Exception {
        server.launch();
        try (LoadRun load =
                new LoadRun(plans().messages(LoadPlan.UNLIMITED).plan(), System::nanoTime, HistogramLog.NONE)) {
            final Engine engine = load.engines().get(0);
            engine.launch();
            while (engine.tally().accepted() < 10) {
                engine.doWork();
            }
            final Thread stopper = new Thread(load::stop);
            stopper.start();
            while (!engine.isDone()) {
                engine.doWork();
            }
            stopper.join();
            assertEquals(Workload.End.STOPPED, engine.workload().end());
            assertEquals(engine.tally().sent(), engine.tally().accepted());
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
        final Summary summary = run(plans().messages(3), THIRTYFOLD);
        assertCounts(summary, 3, 0, 0);
        assertEquals(4, summary.tally().opened());
        assertTrue(summary.isClean());
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "EHLO"})
    void shouldGiveUpWhenTheSessionIsAlwaysRefused(String verb) throws IOException {
        server.replies(verb, "554 no");
        final Summary summary = run(plans().messages(30).connections(2), THIRTYFOLD);
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
        final Summary summary = runAlone(Plans.to(unusedPort).messages(30).connections(2), THIRTYFOLD);
        assertEquals(10, summary.tally().closes(CloseReason.CONNECT_REFUSED, Phase.CONNECT));
        assertEquals(2, summary.tally().givenUp());
        assertEquals(30, summary.notSent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."})
    void shouldTimeOutWhenTheServerIsSilent(String verb) throws IOException {
        final boolean isBeforeMail = verb.equals("CONNECT") || verb.equals("EHLO");
        server.replies(verb, SILENCE, verb.equals("CONNECT") ? "220 ok" : verb.equals("DATA") ? "354 ok" : "250 ok");
        final Summary summary = run(plans().messages(3), THIRTYFOLD);
        assertCounts(summary, isBeforeMail ? 3 : 2, 0, isBeforeMail ? 0 : 1);
        assertTrue(TextReport.troubles(summary).get(0).contains("timed out"));
    }

    @Test
    void shouldEndWhenTheServerDoesNotCloseAfterQuit() throws IOException {
        server.replies("QUIT", SILENCE);
        final Summary summary = run(plans().messages(2), THIRTYFOLD);
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
        assertEquals(
                8, summary.measurements().latencies(PhaseRecorder.UNCORRECTED).count());
        assertEquals(10, summary.measurements().latencies(Phase.RCPT).count());
    }

    @Test
    void shouldTimeEachPhase() throws IOException {
        final Summary summary = run(plans().messages(10));
        for (final Phase phase : Phase.values()) {
            final Latencies us = summary.measurements().latencies(phase);
            final boolean isMissing = phase == Phase.RSET || phase == Phase.STARTTLS || phase == Phase.TLS;
            assertEquals(isMissing, us.count() == 0, phase.label());
            assertTrue(us.p50() <= us.p90() && us.p90() <= us.p99() && us.p999() <= us.max(), phase.label());
        }
        final Latencies whole = summary.measurements().latencies(PhaseRecorder.UNCORRECTED);
        assertTrue(whole.p50()
                > summary.measurements().latencies(Phase.END_OF_DATA).p50());
    }
}
