package io.posthaste.loadtest;

import io.posthaste.loadtest.verify.Reconciliation;
import io.posthaste.loadtest.verify.SinkLedger;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line: checks the options, runs the engine, reports. */
@Command(
        name = "posthaste load",
        description =
                "Sends mail to an SMTP server, at a given rate (open loop) or as fast as it answers (closed loop),"
                        + " and reports rates and latencies.",
        mixinStandardHelpOptions = true,
        versionProvider = LoadCommand.Version.class,
        sortOptions = false,
        footer = {
            "",
            "In the open loop a message is timed from the moment it was planned for (corrected) and from the moment it"
                    + " began (uncorrected).",
            "Exit codes: 0 all messages begun were accepted, 1 some rejected, failed or not sent,"
                    + " or lost, duplicated or corrupted on the way (--verify), 2 error in arguments.",
            "Sizes: 512, 4k, 1m. Times: 500ms, 30s, 5m, 1h. Rates: 0.5, 2000, 20k."
        })
final class LoadCommand implements Callable<Integer> {
    /** How long an interrupt waits for the report of what was done so far. */
    private static final long INTERRUPT_WAIT_S = 5;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "HOST:PORT", converter = HostAndPort.Converter.class, description = "The server.")
    private HostAndPort target;

    @Mixin
    private PaceOptions pace;

    @Mixin
    private ShapeOptions shape;

    @Mixin
    private TlsOptions tls;

    @Mixin
    private VerifyOptions verify;

    @Mixin
    private ReportOptions reports;

    @Override
    public Integer call() throws IOException {
        final Checks checks = new Checks(spec);
        final LoadPlan plan = plan(checks);
        final SinkLedger ledger = verify.open(plan.traffic().content().runId(), checks);
        try (LoadRun run = loadRun(plan, checks)) {
            return runAndReport(run, ledger).isClean() ? 0 : LoadMain.EXIT_NOT_CLEAN;
        }
    }

    private LoadPlan plan(Checks checks) throws IOException {
        pace.check(checks);
        shape.check(checks);
        final InetSocketAddress address = target.resolve();
        checks.require(!address.isUnresolved(), "unknown host " + target.host());
        final LoadPlan plan = shape.plan(address, pace, tls.plan(target.host(), checks), checks);
        verify.check(checks);
        reports.check(checks);
        return plan;
    }

    private LoadRun loadRun(LoadPlan plan, Checks checks) throws IOException {
        try {
            return new LoadRun(plan, System::nanoTime, reports.log());
        } catch (IllegalArgumentException e) {
            throw checks.usage(e.getMessage());
        }
    }

    private Summary runAndReport(LoadRun run, SinkLedger ledger) throws IOException {
        final CountDownLatch reported = new CountDownLatch(1);
        final Thread onInterrupt = new Thread(() -> stopAndAwait(run, reported), "posthaste-load-stop");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try {
            final Summary sent = runWatched(run);
            if (ledger == null) {
                return report(sent);
            }
            return report(sent.verified(arrived(ledger, sent)));
        } finally {
            reported.countDown();
            removeHook(onInterrupt);
        }
    }

    private Origin origin() {
        return new Origin(
                spec.commandLine().getParseResult().originalArgs(),
                Version.text(),
                ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS));
    }

    /** A sink that cannot be asked any more costs the comparison, not the report. */
    private Reconciliation arrived(SinkLedger ledger, Summary sent) throws IOException {
        try {
            return verify.await(ledger, sent.accepted());
        } catch (IOException e) {
            report(sent);
            throw e;
        }
    }

    private Summary report(Summary summary) throws IOException {
        spec.commandLine().getOut().print(TextReport.of(summary));
        spec.commandLine().getOut().flush();
        reports.write(summary, origin());
        return summary;
    }

    private Summary runWatched(LoadRun run) throws IOException {
        try (LiveLine live = new LiveLine(run.plan(), run::latest, System.err)) {
            if (!reports.isQuiet() && LiveLine.isTerminal()) {
                live.launch();
            }
            return run.run();
        }
    }

    private static void stopAndAwait(LoadRun run, CountDownLatch reported) {
        run.stop();
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
            // The hook runs already: it is what stopped the run.
        }
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {text()};
        }

        static String text() {
            final String version = LoadMain.class.getPackage().getImplementationVersion();
            return "posthaste " + (version == null ? "(not from a jar)" : version);
        }
    }
}
