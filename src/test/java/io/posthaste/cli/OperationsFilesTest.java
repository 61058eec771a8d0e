package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.dnsbl.DnsblSettings;
import io.posthaste.dnsbl.DnsblZone;
import io.posthaste.monitor.Exposition;
import io.posthaste.monitor.HttpGet;
import io.posthaste.monitor.MonitorServer;
import io.posthaste.policy.PasswordHash;
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
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    private static final Pattern CLASS_PATH = Pattern.compile("<Class-Path>([^<]+)</Class-Path>");
    private static final Pattern INSTALL = Pattern.compile(
            "(?m)^install -D -m 644 (?:-t (?<directory>\\S+) )?(?<source>src/target/\\S+)(?: (?<target>\\S+))?$");
    private static final int NO_MAIL = 0;

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

    /** Each entry of the manifest's class path is copied to where it looks for it, and so is what the unit runs. */
    @Test
    void shouldInstallEverythingThatTheJarLooksFor() throws IOException {
        final String readme = Files.readString(DOCUMENTS.resolve("README.md"));
        final List<String> installed = new ArrayList<>();
        final Matcher line = INSTALL.matcher(readme);
        while (line.find()) {
            final String source = line.group("source");
            installed.add(
                    line.group("directory") == null
                            ? line.group("target")
                            : line.group("directory") + "/" + source.substring(source.lastIndexOf('/') + 1));
        }
        final String unit = Files.readString(DOCUMENTS.resolve("posthaste.service"));
        final String jar = onlyMatch(Pattern.compile("ExecStart=.* -jar (\\S+) "), unit);
        assertTrue(installed.contains(jar), installed::toString);
        final String classPath =
                onlyMatch(CLASS_PATH, Files.readString(DOCUMENTS.resolve(Path.of("..", "..", "src", "pom.xml"))));
        for (final String entry : classPath.split(" ")) {
            final Path wanted = Path.of(jar).resolveSibling(entry);
            assertTrue(
                    installed.stream()
                            .anyMatch(copied -> FileSystems.getDefault()
                                    .getPathMatcher("glob:" + copied)
                                    .matches(wanted)),
                    () -> wanted + " is not installed by " + installed);
        }
    }

    private static String onlyMatch(final Pattern pattern, final String text) {
        final Matcher found = pattern.matcher(text);
        assertTrue(found.find(), pattern::pattern);
        final String match = found.group(1);
        assertFalse(found.find(), () -> "more than one " + pattern.pattern());
        return match;
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
        names.addAll(exported(SmtpServer.builder().deliverTo(nobody).tls(TlsConfig.selfSigned("mx.example")), 451));
        names.addAll(exported(SmtpServer.builder().deliverTo(nobody), 451));
        names.addAll(exported(withPasswordsTlsAndKafka(), NO_MAIL));
        final Path recipients = Files.writeString(directory.resolve("recipients"), "@server.example\n");
        names.addAll(exported(
                SmtpServer.builder()
                        .tls(TlsConfig.of(
                                TlsFixtures.file(directory, "ec.crt"), TlsFixtures.file(directory, "ec-pkcs8.key")))
                        .recipients(recipients),
                250));
        return names;
    }

    /** Its broker is not asked for as long as it has no mail. */
    private ServerBuilder withPasswordsTlsAndKafka() throws IOException {
        final Path users = Files.writeString(
                directory.resolve("users"), "ann:" + PasswordHash.of("right".toCharArray(), 1000) + "\n");
        return SmtpServer.builder()
                .deliverTo("spool:" + directory.resolve("second") + "?size=256m")
                .forwardTo("kafka://127.0.0.1:9/mail")
                .tls(new TlsConfig(null, null, null, null, true, "mx.example"))
                .authUsers(users)
                .logTransactions(true);
    }

    private static Set<String> exported(final ServerBuilder builder, final int reply)
            throws IOException, InterruptedException {
        try (SmtpServer server = builder.listen("127.0.0.1", 0).start();
                MonitorServer monitor =
                        MonitorServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), server);
                RawClient client = RawClient.greeted(server.port())) {
            if (reply != NO_MAIL) {
                client.mails("text").expects(reply);
            }
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
