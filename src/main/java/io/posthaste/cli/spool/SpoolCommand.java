package io.posthaste.cli.spool;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code posthaste spool}: reads a spool, beside a running server or without one. */
@Command(
        name = "spool",
        description = "Read the spool of --deliver spool:DIR. Changes nothing, and may run beside a server.",
        subcommands = {
            ListCommand.class,
            ShowCommand.class,
            CatCommand.class,
            ExportCommand.class,
            VerifyCommand.class,
            StatsCommand.class
        },
        footer = {"", "Exit codes: 0 done, 1 damage or no such message, 2 wrong arguments."})
public final class SpoolCommand implements Runnable {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "say what to do: posthaste spool list, show, cat, export, verify or stats");
    }
}
