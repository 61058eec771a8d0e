package io.posthaste.loadtest;

import io.posthaste.loadtest.verify.VerifyCommand;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Entry point of {@code posthaste load} and {@code posthaste load verify}; its arguments are those behind {@code load}. */
public final class LoadMain {
    /** Some message was not accepted. */
    static final int EXIT_NOT_CLEAN = 1;
    /** The arguments make no run. */
    static final int EXIT_USAGE = 2;
    /** Not a HOST:PORT, so it can stand in its place. */
    private static final String VERIFY = "verify";

    private LoadMain() {}

    public static void main(String[] args) {
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    /** Runs the command and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        final boolean isVerify = args.length > 0 && args[0].equals(VERIFY);
        return (isVerify ? new CommandLine(new VerifyCommand()) : load())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((e, ignored) -> complain(err, e, EXIT_USAGE))
                .setExecutionExceptionHandler((e, ignored, result) -> complain(err, e, EXIT_NOT_CLEAN))
                .execute(isVerify ? Arrays.copyOfRange(args, 1, args.length) : args);
    }

    private static CommandLine load() {
        final CommandLine load = new CommandLine(new LoadCommand());
        final UsageMessageSpec usage = load.getCommandSpec().usageMessage();
        final List<String> footer = new ArrayList<>(List.of(usage.footer()));
        footer.add("What arrived in a store: posthaste load verify --help");
        usage.footer(footer.toArray(String[]::new));
        return load;
    }

    private static int complain(PrintWriter err, Exception e, int exitCode) {
        final String reason = e.getMessage() == null ? e.toString() : e.getMessage();
        err.println("posthaste load: " + reason.replaceAll("\\R", " "));
        return exitCode;
    }
}
