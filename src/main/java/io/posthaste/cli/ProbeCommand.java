package io.posthaste.cli;

import io.posthaste.conformance.Capabilities;
import io.posthaste.conformance.CaseResult;
import io.posthaste.conformance.ConformanceCase;
import io.posthaste.conformance.ConformanceSuite;
import io.posthaste.conformance.DialogueSettings;
import io.posthaste.conformance.ProbeReport;
import io.posthaste.conformance.Prober;
import io.posthaste.server.HostPort;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthaste probe HOST:PORT}: runs the conformance suite against any SMTP server. */
@Command(
        name = "probe",
        description = "Check whether an SMTP server keeps to the RFCs. Sends it mail: ask its operator.",
        sortOptions = false,
        footer = {"", "Exit codes: 0 no MUST is violated, 1 one is, 2 wrong arguments or no server to probe."})
final class ProbeCommand implements Callable<Integer> {
    private static final int MOST_PARALLEL = 64;

    @Parameters(arity = "0..1", paramLabel = "HOST:PORT", description = "The server.")
    private String server;

    @Option(
            names = "--to",
            paramLabel = "ADDR",
            defaultValue = "postmaster",
            description = "A recipient the server takes. Default: ${DEFAULT-VALUE}, which every server has to take;"
                    + " a few cases need one with a domain.")
    private String to;

    @Option(
            names = "--from",
            paramLabel = "ADDR",
            defaultValue = "probe@example.com",
            description = "A sender the server takes. Default: ${DEFAULT-VALUE}.")
    private String from;

    @Option(
            names = "--hello",
            paramLabel = "NAME",
            defaultValue = "probe.example.com",
            description = "The name in EHLO. Default: ${DEFAULT-VALUE}.")
    private String hello;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description =
                    "Who can log in (AUTH PLAIN, within STARTTLS only); needs --password-file. Default: nobody, and"
                            + " the cases that need it are skipped.")
    private String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File whose first line is the user's password, in UTF-8; - is standard input.")
    private String passwordFile;

    @Option(
            names = "--only",
            paramLabel = "GLOB",
            defaultValue = "*",
            description = "Run the cases whose id matches: 'smuggling.*'.")
    private String only;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = Quantities.Time.class,
            description = "How long to wait for a reply. Default: ${DEFAULT-VALUE}.")
    private Duration timeout;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "8",
            description = "Cases at once, each on its own connection. Default: ${DEFAULT-VALUE}.")
    private int parallel;

    @Option(names = "--list", description = "Print the cases instead of running them.")
    private boolean list;

    @Option(names = "--verbose", description = "Print the dialogue of each failed case.")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final List<ConformanceCase> cases = selected();
        final PrintWriter out = spec.commandLine().getOut();
        if (list) {
            cases.forEach(each -> out.printf("%-6s %s: %s (%s)%n", each.level(), each.id(), each.title(), each.rfc()));
            out.flush();
            return CommandLine.ExitCode.OK;
        }
        final Prober prober = new Prober(address(), settings(), timeout, parallelChecked());
        final List<CaseResult> results;
        try {
            results = prober.run(cases, prober.reconnoitre());
        } catch (final Prober.UnreachableException | IOException e) {
            throw error("cannot probe " + server + ": " + e.getMessage());
        }
        final ProbeReport report = new ProbeReport(results);
        out.print(report.table());
        out.print(report.failures(verbose));
        out.flush();
        return report.hasViolation() ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private DialogueSettings settings() {
        final DialogueSettings settings = new DialogueSettings(from, to, hello, Capabilities.NONE);
        if ((user == null) != (passwordFile == null)) {
            throw error("--user and --password-file need each other");
        }
        if (user == null) {
            return settings;
        }
        if (user.isEmpty()) {
            throw error("--user is empty");
        }
        return settings.withCredentials(user, password());
    }

    private String password() {
        final String source = passwordFile.equals("-") ? "standard input" : passwordFile;
        try (InputStream in = passwordFile.equals("-")
                ? System.in
                : new BufferedInputStream(Files.newInputStream(Path.of(passwordFile)))) {
            final char[] password = PasswordLine.read(in, source);
            if (password.length == 0) {
                throw error("the first line of " + source + " is empty: it is to be the password");
            }
            return new String(password);
        } catch (final InvalidPathException e) {
            throw error("cannot read --password-file " + source + ": " + e);
        } catch (final IllegalArgumentException e) {
            throw error(e.getMessage());
        } catch (final NoSuchFileException e) {
            throw error("--password-file " + passwordFile + " does not exist");
        } catch (final IOException e) {
            throw error("cannot read --password-file " + source + ": " + e);
        }
    }

    private List<ConformanceCase> selected() {
        final Pattern glob =
                Pattern.compile(("\\Q" + only + "\\E").replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"));
        final List<ConformanceCase> cases = ConformanceSuite.load().cases().stream()
                .filter(each -> glob.matcher(each.id()).matches())
                .toList();
        if (cases.isEmpty()) {
            throw error("no case matches '" + only + "': posthaste probe --list shows them");
        }
        return cases;
    }

    private InetSocketAddress address() {
        if (server == null) {
            throw error("say which server: posthaste probe HOST:PORT");
        }
        try {
            return HostPort.parse(server);
        } catch (final IllegalArgumentException e) {
            throw error(e.getMessage());
        }
    }

    private int parallelChecked() {
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw error("--parallel is a number from 1 to " + MOST_PARALLEL);
        }
        return parallel;
    }

    private ParameterException error(final String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
