package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.dnsbl.DnsblSettings;
import io.posthaste.dnsbl.DnsblZone;
import io.posthaste.monitor.Exposition;
import io.posthaste.monitor.HttpGet;
import io.posthaste.monitor.MonitorServer;
import io.posthaste.server.RawClient;
import io.posthaste.server.ServerBuilder;
import io.posthaste.server.SmtpServer;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/operations} gives to an operator fits the server. */
@Timeout(60)
final class OperationsFilesTest {
    private static final Path DOCUMENTS = Path.of(System.getProperty("basedir", ""), "..", "docs", "operations");
    private static final Pattern METRIC = Pattern.compile("\\b(?:posthaste|jvm|process)_[a-z0-9_]+");

    @TempDir
    private Path directory;

    @Test
    void shouldAskOnlyForMetricsThatAreExported() throws Exception {
        final Set<String> exported = exported();
        for (final String file : new String[] {"grafana.json", "alerts.yml", "alerts_test.yml", "README.md"}) {
            final Set<String> asked = metricsIn(Files.readString(DOCUMENTS.resolve(file)));
            assertFalse(asked.isEmpty(), file);
            asked.removeAll(exported);
            assertEquals(Set.of(), asked, () -> file + " asks for what is not exported");
        }
    }

    @Test
    void shouldTellOfEveryMetricOfTheServer() throws Exception {
        final Set<String> told = metricsIn(Files.readString(DOCUMENTS.resolve("README.md")));
        final Set<String> untold = new TreeSet<>();
        for (final String name : exported()) {
            final String family = name.replaceAll("_(bucket|sum|count)$", "");
            if (name.startsWith("posthaste_") && !told.contains(family) && !told.contains(family + "_count")) {
                untold.add(family);
            }
        }
        assertEquals(Set.of(), untold, "metrics that docs/operations/README.md does not tell of");
    }

    /** But for the addresses and directories of a real machine. */
    @Test
    void shouldHaveAnExampleThatCouldStart() {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int exitCode = Main.run(
                new String[] {
                    "check-config",
                    "--config=" + DOCUMENTS.resolve("posthaste.properties"),
                    "--deliver=spool:" + directory + "?size=20g"
                },
                Map.of(),
                new PrintWriter(out, true),
                new PrintWriter(err, true));
        assertEquals(0, exitCode, err::toString);
        assertTrue(out.toString().contains("metrics = 127.0.0.1:9125 (file "), out::toString);
    }

    /** Names of samples, of a server with DNS lists and a spool that goes on to others, of one with a next server that is away, and of one with certificates and lists. */
    private Set<String> exported() throws IOException, InterruptedException {
        final String nobody = "lmtp:" + directory.resolve("nobody");
        final Set<String> names = new TreeSet<>(exported(
                SmtpServer.builder()
                        .deliverTo("spool:" + directory.resolve("spool") + "?size=256m")
                        .forwardTo(nobody)
                        .forwardTo("maildir:" + directory.resolve("mail"))
                        .dnsbl(DnsblSettings.of(List.of(DnsblZone.parse("bl.example")))
                                .withServers(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53)))),
                250));
        names.addAll(exported(SmtpServer.builder().deliverTo(nobody), 451));
        final Path recipients = Files.writeString(directory.resolve("recipients"), "@server.example\n");
        names.addAll(exported(
                SmtpServer.builder()
                        .tls(TlsConfig.of(
                                TlsFixtures.file(directory, "ec.crt"), TlsFixtures.file(directory, "ec-pkcs8.key")))
                        .recipients(recipients),
                250));
        return names;
    }

    private static Set<String> exported(final ServerBuilder builder, final int reply)
            throws IOException, InterruptedException {
        try (SmtpServer server = builder.listen("127.0.0.1", 0).start();
                MonitorServer monitor =
                        MonitorServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), server);
                RawClient client = RawClient.greeted(server.port())) {
            client.mails("text").expects(reply);
            final Exposition metrics = HttpGet.scrape(monitor.address());
            return metrics.sampleNames();
        }
    }

    private static Set<String> metricsIn(final String text) {
        final Set<String> names = new TreeSet<>();
        final Matcher metric = METRIC.matcher(text);
        while (metric.find()) {
            names.add(metric.group());
        }
        return names;
    }
}
