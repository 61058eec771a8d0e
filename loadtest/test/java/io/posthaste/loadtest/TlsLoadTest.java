package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs over TLS, against the TLS of the JDK's sockets. */
@Timeout(120)
class TlsLoadTest {
    /** Makes 30 seconds pass in one. */
    private static final LongSupplier THIRTYFOLD = () -> System.nanoTime() * 30;

    private static final String TLS_12 = "TLSv1.2";
    private static final String TLS_13 = "TLSv1.3";

    private ScriptedServer server;

    @BeforeEach
    void openServer() throws IOException {
        server = new ScriptedServer();
    }

    @AfterEach
    void closeServer() throws IOException {
        server.close();
    }

    private static TlsPlan tls(boolean isImplicit, String... protocols) {
        return new TlsPlan(
                isImplicit,
                "localhost",
                false,
                List.of(),
                protocols.length == 0 ? TlsPlan.ALL_PROTOCOLS : List.of(protocols),
                true);
    }

    private static TlsPlan verified(String serverName, List<X509Certificate> authorities) {
        return new TlsPlan(true, serverName, true, authorities, TlsPlan.ALL_PROTOCOLS, true);
    }

    /** The server speaks TLS in the way that the plan wants. */
    private Plans plans(TlsPlan tls) {
        final TlsServer end = new TlsServer(tls.protocols().toArray(String[]::new));
        if (tls.isImplicit()) {
            server.implicitTls(end);
        } else {
            server.startTls(end);
        }
        return Plans.to(server.port()).tls(tls);
    }

    private Summary run(Plans plans) throws IOException {
        return run(plans, System::nanoTime);
    }

    private Summary run(Plans plans, LongSupplier clock) throws IOException {
        server.launch();
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
                () -> TextReport.of(summary));
    }

    private static long count(Summary summary, Phase phase) {
        return summary.measurements().latencies(phase).count();
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS_12, TLS_13})
    void shouldSpeakImplicitTls(String protocol) throws IOException {
        final Summary summary = run(plans(tls(true, protocol)).messages(50).connections(2));
        assertCounts(summary, 50, 0, 0);
        assertTrue(summary.isClean());
        assertEquals(protocol, summary.tally().protocol());
        assertEquals(server.sessions().get(0).getCipherSuite(), summary.tally().cipher());
        assertEquals(2, summary.tally().handshakes());
        assertEquals(2, count(summary, Phase.TLS));
        assertEquals(2, count(summary, Phase.GREETING));
        assertEquals(2, count(summary, Phase.EHLO));
        assertEquals(0, count(summary, Phase.STARTTLS));
        assertEquals(2, server.orderlyEnds());
        assertEquals(0, summary.tally().truncated());
        assertEquals(2, summary.tally().closes(CloseReason.COMPLETED, Phase.QUIT));
    }

    @ParameterizedTest
    @ValueSource(strings = {TLS_12, TLS_13})
    void shouldSpeakStartTls(String protocol) throws IOException {
        final Summary summary = run(plans(tls(false, protocol)));
        assertCounts(summary, 1, 0, 0);
        assertEquals(
                List.of(
                        "EHLO client.example.org",
                        "STARTTLS",
                        "EHLO client.example.org",
                        "MAIL FROM:<a@example.org>",
                        "RCPT TO:<b@example.org>",
                        "DATA",
                        "QUIT"),
                server.commands());
        assertEquals(2, summary.tally().replies(Phase.EHLO, 250));
        assertEquals(1, summary.tally().replies(Phase.STARTTLS, 220));
        assertEquals(1, count(summary, Phase.TLS));
        assertEquals(1, count(summary, Phase.GREETING));
        assertEquals(protocol, summary.tally().protocol());
        assertEquals(1, server.orderlyEnds());
    }

    @Test
    void shouldUseTheExtensionsOfferedBehindStartTls() throws IOException {
        final Summary pipelined =
                run(plans(tls(false)).messages(20).pipelining().chunking().depth(4));
        assertCounts(pipelined, 20, 0, 0);
        assertEquals(1, pipelined.tally().pipelined());
    }

    @Test
    void shouldNotUseTheExtensionsOfferedBeforeStartTls() throws IOException {
        final Plans plans = plans(tls(false)).messages(2).pipelining();
        server.replies("EHLO", "250-x\r\n250-PIPELINING\r\n250 STARTTLS").replies("TLS EHLO", "250 x");
        final Summary summary = run(plans);
        assertCounts(summary, 2, 0, 0);
        assertEquals(0, summary.tally().pipelined());
    }

    @ParameterizedTest
    @CsvSource({"true, false, 1", "false, false, 1", "true, true, 1", "false, true, 1", "true, true, 3"})
    void shouldCarryLargeMessagesThroughSmallBuffers(boolean isImplicit, boolean isChunking, int connections)
            throws IOException {
        final Plans plans = plans(tls(isImplicit)).size(2_000_000).messages(6).connections(connections);
        assertCounts(run(isChunking ? plans.chunking() : plans), 6, 0, 0);
        assertEquals(6, server.messages().size());
        for (final byte[] message : server.messages()) {
            // Which checks its checksum.
            final StampedMessage stamped = new StampedMessage(message);
            assertEquals(Plans.RUN_ID, stamped.run());
            assertEquals(2_000_000, message.length);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTakeRepliesByteByByte(boolean isImplicit) throws IOException {
        final Plans plans = plans(tls(isImplicit)).messages(20).connections(2);
        // Each octet is a record.
        server.byteByByte();
        assertCounts(run(plans), 20, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, true", "TLSv1.3, true", "TLSv1.2, false", "TLSv1.3, false"})
    void shouldResumeSessionsUnlessToldNotTo(String protocol, boolean isResuming) throws IOException {
        final TlsPlan tls = new TlsPlan(true, "localhost", false, List.of(), List.of(protocol), isResuming);
        final Summary summary = run(plans(tls).messages(6).messagesPerConnection(1));
        assertCounts(summary, 6, 0, 0);
        // One after the other on one thread: each but the first has a session to resume.
        assertEquals(6, summary.tally().handshakes());
        assertEquals(isResuming ? 5 : 0, summary.tally().resumed());
    }

    @Test
    void shouldTellTheServerItsName() throws IOException {
        run(plans(tls(true)));
        final SSLSession session = server.sessions().get(0);
        assertEquals(List.of(new SNIHostName("localhost")), ((ExtendedSSLSession) session).getRequestedServerNames());
    }

    @Test
    void shouldNotTellAnAddressAsName() throws IOException {
        final TlsPlan tls = new TlsPlan(true, "127.0.0.1", false, List.of(), TlsPlan.ALL_PROTOCOLS, true);
        run(plans(tls));
        final SSLSession session = server.sessions().get(0);
        assertEquals(List.of(), ((ExtendedSSLSession) session).getRequestedServerNames());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void shouldAcceptAVerifiedCertificate(String name) throws IOException {
        assertCounts(run(plans(verified(name, List.of(TlsServer.certificate())))), 1, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({"mx.example.org, true", "127.0.0.2, true", "localhost, false"})
    void shouldFailWhenTheCertificateIsOfAnotherNameOrAuthority(String name, boolean isTrusted) throws IOException {
        final List<X509Certificate> authorities = isTrusted ? List.of(TlsServer.certificate()) : List.of();
        final Summary summary = run(plans(verified(name, authorities)).messages(3), THIRTYFOLD);
        assertFailed(summary, CloseReason.TLS_FAILED, Phase.TLS);
        assertEquals(0, summary.tally().handshakes());
        assertTrue(server.commands().isEmpty());
        final String trouble = TextReport.troubles(summary).get(0);
        assertTrue(trouble.toLowerCase(Locale.ROOT).matches(".*(subject|path).*"), trouble);
    }

    /** Every attempt ended so, and the run was given up. */
    private static void assertFailed(Summary summary, CloseReason reason, Phase phase) {
        assertCounts(summary, 0, 0, 0);
        assertEquals(Connection.MAX_BARREN, summary.tally().closes(reason, phase), () -> TextReport.of(summary));
        assertEquals(Workload.End.GIVEN_UP, summary.end());
        assertFalse(summary.isClean());
    }

    @Test
    void shouldFailWhenNoVersionIsShared() throws IOException {
        server.implicitTls(new TlsServer(TLS_12));
        final Summary summary = run(Plans.to(server.port()).tls(tls(true, TLS_13)), THIRTYFOLD);
        assertFailed(summary, CloseReason.TLS_FAILED, Phase.TLS);
        assertNull(summary.tally().protocol());
    }

    @Test
    void shouldFailWhenStartTlsIsNotOffered() throws IOException {
        final Plans plans = plans(tls(false));
        server.replies("EHLO", "250 plain");
        assertFailed(run(plans, THIRTYFOLD), CloseReason.NOT_OFFERED, Phase.EHLO);
        assertEquals(Set.of("EHLO client.example.org"), Set.copyOf(server.commands()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"454 4.7.0 not now", "501 no"})
    void shouldFailWhenStartTlsIsRefused(String reply) throws IOException {
        final Plans plans = plans(tls(false));
        server.replies("STARTTLS", reply);
        final Summary summary = run(plans, THIRTYFOLD);
        assertFailed(summary, CloseReason.SESSION_REFUSED, Phase.STARTTLS);
        assertTrue(TextReport.troubles(summary).get(0).contains("in phase starttls, the first: " + reply));
    }

    /** CVE-2021-38371 and its kind: what was put behind the reply in plain must not pass for what came encrypted. */
    @ParameterizedTest
    @ValueSource(strings = {"220 go\r\n250 injected", "220 go\r\n2", "220 go\r\n\r\n"})
    void shouldFailWhenAReplyIsInjectedBehindTheOneToStartTls(String reply) throws IOException {
        final Plans plans = plans(tls(false));
        server.replies("STARTTLS", reply);
        final Summary summary = run(plans, THIRTYFOLD);
        assertFailed(summary, CloseReason.NOT_TLS, Phase.TLS);
        assertEquals(0, summary.tally().handshakes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFailWhenTheServerAnswersInPlain(boolean isImplicit) throws IOException {
        final Plans plans = plans(tls(isImplicit));
        server.replies("TLS", "250 injected");
        final Summary summary = run(plans, THIRTYFOLD);
        assertFailed(summary, CloseReason.NOT_TLS, Phase.TLS);
        // Behind STARTTLS the answer may come in one piece with the 220: then it is known for an injected one, without
        // detail.
        final String trouble = TextReport.troubles(summary).get(0);
        assertTrue(trouble.contains("('2')") || !isImplicit && trouble.endsWith("in phase tls"), trouble);
    }

    @ParameterizedTest
    @CsvSource({"close, END_OF_STREAM", "silence, TIMED_OUT"})
    void shouldFailWhenTheServerDoesNotAnswerTheHandshake(String answer, CloseReason reason) throws IOException {
        final Plans plans = plans(tls(true));
        server.replies("TLS", answer);
        assertFailed(run(plans, THIRTYFOLD), reason, Phase.TLS);
    }

    @ParameterizedTest
    @CsvSource({"close, 0", "cut, 1"})
    void shouldNoteACloseWithoutCloseNotify(String end, long truncated) throws IOException {
        final Plans plans = plans(tls(true)).messages(3);
        server.replies("RCPT", end, "250 ok");
        final Summary summary = run(plans);
        assertCounts(summary, 2, 0, 1);
        assertEquals(1, summary.tally().closes(CloseReason.END_OF_STREAM, Phase.RCPT));
        assertEquals(truncated, summary.tally().truncated());
        assertEquals(truncated == 1, TextReport.of(summary).contains("without close_notify"));
    }

    @Test
    void shouldFailMessageWhenTheServerClosesInTheMiddleOfTheContent() throws IOException {
        final Plans plans = plans(tls(true)).messages(2).size(2_000_000).chunking();
        server.replies("BDAT", ScriptedServer.RESET, "250 ok");
        assertCounts(run(plans), 1, 0, 1);
    }

    @Test
    void shouldRefuseRenegotiation() throws IOException {
        final Plans plans = plans(tls(true, TLS_12)).messages(3);
        server.replies("RCPT", ScriptedServer.REKEY + "250 ok", "250 ok");
        final Summary summary = run(plans);
        assertCounts(summary, 2, 0, 1);
        assertEquals(1, summary.tally().closes(CloseReason.TLS_FAILED, Phase.RCPT));
        assertTrue(TextReport.of(summary).contains("renegotiation refused"));
    }

    @Test
    void shouldAnswerKeyUpdates() throws IOException {
        final Plans plans = plans(tls(true, TLS_13)).messages(30);
        server.replies("RCPT", ScriptedServer.REKEY + "250 ok").replies(".", ScriptedServer.REKEY + "250 ok");
        assertCounts(run(plans), 30, 0, 0);
        assertEquals(1, server.connections());
    }

    @Test
    void shouldOpenManyConnectionsOnSeveralThreads() throws IOException {
        final Plans plans = plans(tls(true)).messages(600).connections(60).threads(3);
        final Summary summary = run(plans.messagesPerConnection(5));
        assertCounts(summary, 600, 0, 0);
        assertEquals(summary.tally().opened(), summary.tally().handshakes());
        assertEquals(600, summary.accepted().count());
    }
}
