package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.posthaste.loadtest.html.Xml;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

@Timeout(60)
class LoadMainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int run(String... args) {
        return LoadMain.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|HOST:PORT",
                "localhost|HOST:PORT",
                "::1:25|[::1]:2525",
                "[::1]|[::1]:2525",
                ":25|HOST:PORT",
                "a[b]:25|HOST:PORT",
                "127.0.0.1:0|port",
                "127.0.0.1:65536|port",
                "127.0.0.1:x|port",
                "no-such-host.invalid:25|unknown host no-such-host.invalid",
                "127.0.0.1:25 --connections 0|--connections",
                "127.0.0.1:25 --connections x|--connections",
                "127.0.0.1:25 --messages 0|--messages",
                "127.0.0.1:25 --messages -1|--messages",
                "127.0.0.1:25 --duration 0s|--duration",
                "127.0.0.1:25 --duration 30|30s",
                "127.0.0.1:25 --duration 30d|30s",
                "127.0.0.1:25 --recipients 0|--recipients",
                "127.0.0.1:25 --size 10|octets at least",
                "127.0.0.1:25 --size 4x|4k",
                "127.0.0.1:25 --size 2g|--size",
                "127.0.0.1:25 --pipelining maybe|neither on nor off",
                "127.0.0.1:25 --timeout 2h|--timeout",
                "127.0.0.1:25 --to <a@b>|--to",
                "127.0.0.1:25 --hello <>|--hello",
                "127.0.0.1:25 --json /no/such/directory/report|--json",
                "127.0.0.1:25 --no-such-option|--no-such-option",
                "127.0.0.1:25 --rate 5 --closed|exclude each other",
                "127.0.0.1:25 --rate x|not a rate",
                "127.0.0.1:25 --rate 0|too small",
                "127.0.0.1:25 --rate 1..5|--over",
                "127.0.0.1:25 --rate 5 --over 1s|--over",
                "127.0.0.1:25 --over 1s|--over",
                "127.0.0.1:25 --rate 1..5 --over 0s|--over",
                "127.0.0.1:25 --rate 1,5|--step",
                "127.0.0.1:25 --rate 1..5 --over 1s --step 1s|--step",
                "127.0.0.1:25 --arrivals poisson|--arrivals",
                "127.0.0.1:25 --rate 5 --arrivals random|uniform nor poisson",
                "127.0.0.1:25 --size mix:4k|mix:4k=70",
                "127.0.0.1:25 --size mix:4k=1,10=1|octets at least",
                "127.0.0.1:25 --size mix:250m=1,250m=1,250m=1,250m=1,250m=1|together",
                "127.0.0.1:25 --threads 0|--threads",
                "127.0.0.1:25 --pipeline-depth 2|--pipeline-depth",
                "127.0.0.1:25 --pipeline-depth 2 --chunking|--pipeline-depth",
                "127.0.0.1:25 --pipeline-depth 0|--pipeline-depth",
                "127.0.0.1:25 --corpus /no/such/directory|--corpus",
                "127.0.0.1:25 --source-addresses 127.0.0.300|--source-addresses",
                "127.0.0.1:25 --source-addresses 127.0.0.9-127.0.0.2|--source-addresses",
                "127.0.0.1:25 --source-addresses localhost|--source-addresses",
                "127.0.0.1:25 --run 0123|--run",
                "127.0.0.1:25 --html /no/such/directory/page|--html",
                "127.0.0.1:25 --hgrm /no/such/directory/h|--hgrm",
                "127.0.0.1:25 --hlog /no/such/directory/log|--hlog",
                "127.0.0.1:25 --tls --starttls|exclude each other",
                "127.0.0.1:25 --tls-verify on|need --starttls or --tls",
                "127.0.0.1:25 --tls-resume off|need --starttls or --tls",
                "127.0.0.1:25 --tls --tls-protocol 1.1|neither 1.2 nor 1.3",
                "127.0.0.1:25 --tls --tls-verify maybe|neither on nor off",
                "127.0.0.1:25 --tls --tls-ca /no/such/file|--tls-ca",
                "127.0.0.1:25 --tls --tls-ca pom.xml|no certificate in",
                "127.0.0.1:25 --tls --tls-ca /no/such/file --tls-verify off|exclude each other",
                "127.0.0.1:25 --tls --tls-servername a_|--tls-servername",
                "127.0.0.1:25 127.0.0.1:26|127.0.0.1:26"
            })
    void shouldComplainInOneLineAboutArguments(String args, String named) {
        assertEquals(2, run(args.isEmpty() ? new String[0] : args.split(" ")));
        assertTrue(err.toString().startsWith("posthaste load: "), err.toString());
        assertTrue(err.toString().contains(named), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void shouldRefuseTextThatWouldEndACommand() {
        assertEquals(2, run("127.0.0.1:25", "--hello", "a\r\nQUIT"));
        assertEquals(2, run("127.0.0.1:25", "--hello", "two words"));
        assertEquals(2, run("127.0.0.1:25", "--to", "a@b\nRSET"));
        assertEquals(3, err.toString().lines().count(), err.toString());
    }

    @Test
    void shouldNameItselfInUsage() {
        assertEquals(0, run("--help"));
        assertTrue(out.toString().startsWith("Usage: posthaste load "), out.toString());
        assertEquals(0, run("--version"));
    }

    @Test
    void shouldExitCleanAndReportWhenAllWasAccepted() throws Exception {
        final Path json = directory.resolve("report.json");
        try (ScriptedServer server = new ScriptedServer().launch()) {
            assertEquals(
                    0,
                    run(
                            "127.0.0.1:" + server.port(),
                            "--messages",
                            "50",
                            "--connections",
                            "3",
                            "--size",
                            "2k",
                            "--pipelining",
                            "ON",
                            "--from",
                            "",
                            "--json",
                            json.toString(),
                            "--quiet"));
            assertTrue(server.commands().contains("MAIL FROM:<>"));
        }
        assertEquals("", err.toString());
        final String report = out.toString();
        assertTrue(report.contains("50 sent = 50 accepted + 0 rejected + 0 failed"), report);
        assertTrue(report.contains("uncorrected"), report);
        assertTrue(report.contains("closed loop"), report);
        assertFalse(report.contains("refused"), report);

        final JsonObject root = JsonParser.object().from(Files.readString(json));
        assertTrue(root.getDouble("achieved_rate") > 0);
        assertEquals(50 / root.getDouble("duration_s"), root.getDouble("achieved_rate"), 1e-6);
        assertEquals(root.getDouble("achieved_rate") * 2048 / 1e6, root.getDouble("achieved_mb_per_s"), 1e-6);
        final JsonObject messages = root.getObject("messages");
        assertEquals(
                List.of(50, 50, 0, 0),
                List.of(
                        messages.getInt("sent"),
                        messages.getInt("accepted"),
                        messages.getInt("rejected"),
                        messages.getInt("failed")));
        assertEquals(50, root.getObject("replies").getInt("354"));
        assertEquals(50, root.getObject("replies_by_phase").getObject("rcpt").getInt("250"));
        final JsonObject latency = root.getObject("latency_us");
        assertPercentiles(latency.getObject("transaction").getObject("uncorrected"));
        for (final Phase phase : Phase.values()) {
            final JsonObject us = latency.getObject("phases").getObject(phase.label());
            if (phase == Phase.RSET || phase == Phase.STARTTLS || phase == Phase.TLS) {
                assertTrue(us.isNull("p50"));
            } else {
                assertPercentiles(us);
            }
        }
    }

    @Test
    void shouldReportAnOpenLoopInEachForm() throws Exception {
        final Path json = directory.resolve("report.json");
        final Path html = directory.resolve("report.html");
        final Path hlog = directory.resolve("report.hlog");
        try (ScriptedServer server = new ScriptedServer().launch()) {
            assertEquals(
                    0,
                    run(
                            "127.0.0.1:" + server.port(),
                            "--messages=400",
                            "--rate=2000",
                            "--connections=4",
                            "--threads=2",
                            "--run=00000000deadbeef",
                            "--quiet",
                            "--json=" + json,
                            "--hlog=" + hlog,
                            "--html=" + html,
                            "--hgrm=" + directory.resolve("h")));
        }
        final String report = out.toString();
        assertTrue(report.contains("2,000.0 msg/s requested, 400 messages due"), report);
        assertTrue(report.contains("  corrected "), report);
        assertTrue(report.contains("  uncorrected "), report);

        final JsonObject root = JsonParser.object().from(Files.readString(json));
        assertEquals("00000000deadbeef", root.getString("run_id"));
        assertEquals("open", root.getObject("load").getString("loop"));
        assertEquals(2000, root.getDouble("requested_rate"), 1e-6);
        assertEquals(400, root.getInt("planned"));
        assertEquals(0, root.getInt("not_begun"));
        assertEquals(0, root.getObject("backlog").getInt("at_end"));
        final JsonObject transaction = root.getObject("latency_us").getObject("transaction");
        assertPercentiles(transaction.getObject("corrected"));
        assertPercentiles(transaction.getObject("uncorrected"));
        assertTrue(transaction.getObject("corrected").getDouble("max")
                >= transaction.getObject("uncorrected").getDouble("p50"));
        int accepted = 0;
        for (final Object interval : root.getArray("intervals")) {
            accepted += ((JsonObject) interval).getInt("accepted");
        }
        assertEquals(400, accepted);
        final JsonArray curve = root.getObject("percentiles_us").getArray("corrected");
        assertEquals(100, curve.getArray(curve.size() - 1).getDouble(0), 1e-9);

        final Document page = Xml.parse(Files.readString(html));
        final String command = Xml.elements(page, "code").get(0).getTextContent();
        assertTrue(command.contains(" --messages=400 --rate=2000 "), command);
        assertTrue(page.getDocumentElement().getTextContent().contains("400 messages due by the end"));

        assertTrue(Files.readString(directory.resolve("h.corrected.hgrm")).contains("TotalCount"));
        assertTrue(Files.readString(directory.resolve("h.end_of_data.hgrm")).contains("TotalCount"));
        long logged = 0;
        try (HistogramLogReader reader = new HistogramLogReader(hlog.toFile())) {
            for (EncodableHistogram next = reader.nextIntervalHistogram();
                    next != null;
                    next = reader.nextIntervalHistogram()) {
                logged += next.getTag().equals("corrected") ? ((Histogram) next).getTotalCount() : 0;
            }
        }
        assertEquals(400, logged);
    }

    @Test
    void shouldTellOfMessagesThatWereNeverBegun() throws Exception {
        final Path json = directory.resolve("report.json");
        try (ScriptedServer server = new ScriptedServer().launch()) {
            // One connection in lock step cannot make a million a second.
            assertEquals(
                    0,
                    run(
                            "127.0.0.1:" + server.port(),
                            "--duration=200ms",
                            "--rate=1000k",
                            "--connections=1",
                            "--quiet",
                            "--json=" + json));
        }
        assertTrue(out.toString().contains("\nbehind "), out.toString());
        assertTrue(out.toString().contains("\nnot begun "), out.toString());
        assertTrue(out.toString().contains("+ not begun "), out.toString());
        final JsonObject root = JsonParser.object().from(Files.readString(json));
        assertFalse(root.getBoolean("kept_up"));
        final long planned = root.getLong("planned");
        assertEquals(200_000, planned);
        assertEquals(planned, root.getObject("messages").getLong("sent") + root.getLong("not_begun"));
        final JsonObject transaction = root.getObject("latency_us").getObject("transaction");
        assertEquals(planned, transaction.getObject("corrected_with_not_begun").getLong("count"));
        assertTrue(root.getDouble("not_begun_oldest_wait_s") > 0.1);
    }

    @Test
    void shouldLeaveFilesAloneWhenArgumentsAreWrong() throws IOException {
        final Path json = directory.resolve("report.json");
        Files.writeString(json, "before");
        assertEquals(2, run("127.0.0.1:25", "--json=" + json, "--hlog=/no/such/directory/log"));
        assertEquals("before", Files.readString(json));
    }

    @Test
    void shouldReportTls() throws Exception {
        final Path json = directory.resolve("report.json");
        final Path ca = directory.resolve("ca.pem");
        Files.writeString(ca, TlsServer.pem());
        try (ScriptedServer server = new ScriptedServer()
                .startTls(new TlsServer("TLSv1.3", "TLSv1.2"))
                .launch()) {
            final String[] options = {
                "localhost:" + server.port(),
                "--messages=9",
                "--connections=3",
                "--messages-per-connection=1",
                "--starttls",
                "--tls-ca=" + ca,
                "--tls-protocol=1.2",
                "--json=" + json
            };
            assertEquals(0, run(options), err.toString());
        }
        assertTrue(out.toString().contains("\ntls          STARTTLS, TLSv1.2 TLS_"), out.toString());
        assertTrue(out.toString().contains(", certificate verified, "), out.toString());
        final JsonObject root = JsonParser.object().from(Files.readString(json));
        final JsonObject asked = root.getObject("load").getObject("tls");
        assertEquals("starttls", asked.getString("mode"));
        assertEquals("localhost", asked.getString("server_name"));
        assertEquals(JsonArray.from("TLSv1.2"), asked.getArray("protocols"));
        assertTrue(asked.getBoolean("verify") && asked.getBoolean("resume"));
        assertEquals(1, asked.getInt("authorities"));
        final JsonObject tls = root.getObject("tls");
        assertEquals("TLSv1.2", tls.getString("protocol"));
        assertTrue(tls.getString("cipher").startsWith("TLS_"), tls.getString("cipher"));
        // A connection that was opened for a message which another one took says QUIT.
        final int opened = root.getObject("connections").getInt("opened");
        assertTrue(opened >= 9, () -> "opened " + opened);
        assertEquals(opened, tls.getInt("handshakes"));
        assertEquals(0, tls.getInt("truncated"));
        final JsonObject phases = root.getObject("latency_us").getObject("phases");
        assertEquals(opened, phases.getObject("tls").getInt("count"));
        assertEquals(opened, phases.getObject("starttls").getInt("count"));
        assertEquals(2 * opened, phases.getObject("ehlo").getInt("count"));
        assertPercentiles(phases.getObject("tls"));
    }

    @Test
    void shouldNotTrustAnyCertificateWhenToldToVerify() throws IOException {
        try (ScriptedServer server =
                new ScriptedServer().implicitTls(new TlsServer("TLSv1.3")).launch()) {
            assertEquals(0, run("localhost:" + server.port(), "--messages=1", "--tls"));
            assertTrue(out.toString().contains("certificate not verified"), out.toString());
            assertEquals(1, run("localhost:" + server.port(), "--messages=1", "--tls", "--tls-verify=on"));
            assertTrue(out.toString().contains("TLS failed in phase tls, the first: "), out.toString());
        }
    }

    private static void assertPercentiles(JsonObject us) {
        for (final String name : List.of("p50", "p90", "p99", "p999", "max")) {
            assertTrue(us.isNumber(name) && us.getDouble(name) > 0, name);
        }
    }

    @Test
    void shouldExitWithOneAndNameTheReasonWhenSomeWereRejected() throws IOException {
        try (ScriptedServer server = new ScriptedServer()
                .replies("RCPT", "550 5.1.1 nobody", "250 ok")
                .launch()) {
            assertEquals(1, run("127.0.0.1:" + server.port(), "--messages", "5"));
        }
        assertTrue(out.toString().contains("5 sent = 4 accepted + 1 rejected + 0 failed"), out.toString());
        assertTrue(out.toString().contains("1 x in phase rcpt, the first: 550 5.1.1 nobody"), out.toString());
    }

    @Test
    void shouldTellThatPipeliningWasNotOffered() throws IOException {
        try (ScriptedServer server =
                new ScriptedServer().replies("EHLO", "250 plain").launch()) {
            assertEquals(0, run("127.0.0.1:" + server.port(), "--messages", "5", "--pipelining", "on"));
        }
        assertTrue(out.toString().contains("not pipelined, since the server did not offer it"), out.toString());
    }

    @Test
    void shouldTakeIpv6AddressInBrackets() {
        assertEquals(new HostAndPort("::1", 2525), HostAndPort.parse("[::1]:2525"));
        assertTrue(HostAndPort.format(HostAndPort.parse("[::1]:2525").resolve()).endsWith("]:2525"));
        assertEquals(
                "localhost:25",
                HostAndPort.format(HostAndPort.parse("localhost:25").resolve()));
    }

    @Test
    void shouldHandOnToVerify() throws IOException {
        Files.writeString(directory.resolve("message"), "Subject: no stamp\n\n");
        assertEquals(1, run("verify", directory.toString(), "--run", "0123456789abcdef"));
        assertTrue(out.toString().contains("1 without stamp"), out.toString());
        assertEquals(2, run("verify", directory.toString()));
        assertTrue(
                err.toString().startsWith("posthaste load: ") && err.toString().contains("--run"), err.toString());
        assertEquals(0, run("verify", "--help"));
        assertTrue(out.toString().contains("Usage: posthaste load verify "), out.toString());
        assertEquals(0, run("--help"));
        assertTrue(out.toString().contains("posthaste load verify --help"), out.toString());
    }
}
