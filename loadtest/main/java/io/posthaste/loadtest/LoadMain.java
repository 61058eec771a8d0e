package io.posthaste.loadtest;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Entry point of {@code posthaste load}; its arguments are those behind {@code load}. */
public final class LoadMain {
    /** Some message was not accepted. */
    static final int EXIT_NOT_CLEAN = 1;
    /** The arguments make no run. */
    static final int EXIT_USAGE = 2;

    private LoadMain() {}

    public static void main(String[] args) {
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    /** Runs the command and returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new LoadCommand())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((e, ignored) -> complain(err, e, EXIT_USAGE))
                .setExecutionExceptionHandler((e, ignored, result) -> complain(err, e, EXIT_NOT_CLEAN))
                .execute(args);
    }

    private static int complain(PrintWriter err, Exception e, int exitCode) {
        final String reason = e.getMessage() == null ? e.toString() : e.getMessage();
        err.println("posthaste load: " + reason.replaceAll("\\R", " "));
        return exitCode;
    }
}
