package io.posthaste.loadtest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line: checks the options, runs the engine, reports. */
@Command(
        name = "posthaste load",
        description =
                "Sends mail to an SMTP server as fast as it answers (closed loop) and reports rates and latencies.",
        mixinStandardHelpOptions = true,
        versionProvider = LoadCommand.Version.class,
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 all messages accepted, 1 some rejected, failed or not sent, 2 error in arguments.",
            "Sizes: 512, 4k, 1m. Times: 500ms, 30s, 5m, 1h."
        })
final class LoadCommand implements Callable<Integer> {
    private static final long DEFAULT_MESSAGES = 10_000;
    private static final int MAX_CONNECTIONS = 60_000;
    private static final int MAX_RECIPIENTS = 100_000;
    /** How long an interrupt waits for the report of what was done so far. */
    private static final long INTERRUPT_WAIT_S = 5;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "HOST:PORT", converter = HostAndPort.Converter.class, description = "The server.")
    private HostAndPort target;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "20",
            description = "Connections at a time (default ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "Messages to send (default 10000, without limit if --duration is given).")
    private Long messages;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Quantity.Time.class,
            description = "Time after which no further message is begun.")
    private Long durationNs;

    @Option(
            names = "--messages-per-connection",
            paramLabel = "N",
            defaultValue = "0",
            description = "Messages after which a connection is closed and reopened (default 0: kept).")
    private long messagesPerConnection;

    @Option(
            names = "--recipients",
            paramLabel = "N",
            defaultValue = "1",
            description = "Recipients of each message (default 1); several are told apart by a number in front.")
    private int recipients;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "4k",
            converter = Quantity.Size.class,
            description = "Octets of a message, header included (default 4k).")
    private long size;

    @Option(
            names = "--pipelining",
            paramLabel = "on|off",
            converter = OnOff.Converter.class,
            defaultValue = "off",
            description =
                    "Whether MAIL, RCPT and DATA leave together where the server offers PIPELINING (default off).")
    private OnOff pipelining;

    @Option(
            names = "--from",
            paramLabel = "ADDR",
            defaultValue = "sender@example.org",
            description = "Reverse-path, may be empty (default ${DEFAULT-VALUE}).")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "ADDR",
            defaultValue = "recipient@example.org",
            description = "Forward-path (default ${DEFAULT-VALUE}).")
    private String to;

    @Option(
            names = "--hello",
            paramLabel = "NAME",
            defaultValue = "localhost",
            description = "Name given in EHLO (default ${DEFAULT-VALUE}).")
    private String hello;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Quantity.Time.class,
            description = "Longest wait for a connection or a reply (default ${DEFAULT-VALUE}).")
    private long timeoutNs;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the report to FILE as JSON.")
    private Path json;

    @Option(names = "--quiet", description = "No line a second on a terminal.")
    private boolean isQuiet;

    @Override
    public Integer call() throws IOException {
        final LoadPlan plan = plan();
        try (Engine engine = engine(plan)) {
            return runAndReport(engine).isClean() ? 0 : LoadMain.EXIT_NOT_CLEAN;
        }
    }

    private Summary runAndReport(Engine engine) throws IOException {
        final CountDownLatch reported = new CountDownLatch(1);
        final Thread onInterrupt = new Thread(() -> stopAndAwait(engine, reported), "posthaste-load-stop");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try {
            final Summary summary = run(engine);
            report(summary);
            return summary;
        } finally {
            reported.countDown();
            removeHook(onInterrupt);
        }
    }

    private Summary run(Engine engine) throws IOException {
        try (LiveLine live = new LiveLine(engine.tally(), System.err)) {
            if (!isQuiet && LiveLine.isTerminal()) {
                live.launch();
            }
            return engine.run();
        }
    }

    private static void stopAndAwait(Engine engine, CountDownLatch reported) {
        engine.stop();
        try {
            reported.await(INTERRUPT_WAIT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook runs already: it is what stopped the engine.
        }
    }

    private void report(Summary summary) throws IOException {
        spec.commandLine().getOut().print(TextReport.of(summary));
        spec.commandLine().getOut().flush();
        if (json != null) {
            Files.writeString(json, JsonReport.of(summary));
        }
    }

    private Engine engine(LoadPlan plan) throws IOException {
        try {
            return new Engine(plan, System::nanoTime);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private LoadPlan plan() {
        checkRange("--connections", connections, 1, MAX_CONNECTIONS);
        checkRange("--recipients", recipients, 1, MAX_RECIPIENTS);
        checkRange("--messages-per-connection", messagesPerConnection, 0, Long.MAX_VALUE);
        checkRange("--size", size, 1, MessageContent.MAX_SIZE);
        checkRange("--timeout", timeoutNs, 1, PhaseRecorder.MAX_LATENCY_NS);
        if (messages != null) {
            checkRange("--messages", messages, 1, Long.MAX_VALUE);
        }
        if (durationNs != null) {
            checkRange("--duration", durationNs, 1, Long.MAX_VALUE);
        }
        checkText("--from", from, true);
        checkText("--to", to, false);
        checkText("--hello", hello, false);
        if (hello.indexOf(' ') >= 0) {
            throw usage("--hello: '" + hello + "' must be one word");
        }
        if (json != null
                && (Files.isDirectory(json)
                        || !Files.isWritable(json.toAbsolutePath().getParent()))) {
            throw usage("--json: cannot write to " + json);
        }
        final InetSocketAddress address = target.resolve();
        if (address.isUnresolved()) {
            throw usage("unknown host " + target.host());
        }
        final long implied = durationNs == null ? DEFAULT_MESSAGES : LoadPlan.UNLIMITED;
        return new LoadPlan(
                address,
                connections,
                timeoutNs,
                new LoadPlan.Extent(
                        messages == null ? implied : messages,
                        durationNs == null ? LoadPlan.UNLIMITED : durationNs,
                        messagesPerConnection == 0 ? LoadPlan.UNLIMITED : messagesPerConnection),
                new LoadPlan.Traffic(hello, from, to, recipients, (int) size, pipelining == OnOff.ON));
    }

    private void checkRange(String option, long value, long least, long most) {
        if (value < least) {
            throw usage(option + " is too small");
        }
        if (value > most) {
            throw usage(option + " is too large");
        }
    }

    /** Text goes into commands and header as it stands, so it must not end or close them. */
    private void checkText(String option, String text, boolean mayBeEmpty) {
        final boolean isFit = text.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '<' && c != '>');
        if (!isFit || text.isEmpty() && !mayBeEmpty) {
            throw usage(option + ": '" + text + "' must be printable ASCII, without angle brackets"
                    + (mayBeEmpty ? "" : ", and not empty"));
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            final String version = LoadMain.class.getPackage().getImplementationVersion();
            return new String[] {"posthaste " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
