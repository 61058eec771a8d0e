package io.posthaste.loadtest.verify;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthaste load verify}: what a store has of a run. */
@Command(
        name = "posthaste load verify",
        description = "Compares the messages in a Maildir (new and cur) or in a directory of message files with what"
                + " 'posthaste load' sent in a run: what is missing, doubled or changed.",
        sortOptions = false,
        footer = {
            "",
            "Exit codes: 0 each message is there once, whole and unchanged, 1 some is not, 2 error in arguments."
        })
public final class VerifyCommand implements Callable<Integer> {
    private static final int CLEAN = 0;
    private static final int NOT_CLEAN = 1;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The Maildir or directory. Nothing may be moved in it meanwhile.")
    private Path directory;

    @Option(
            names = "--run",
            paramLabel = "ID",
            required = true,
            description = "The run: the 16 hexadecimal digits behind run= in the stamp.")
    private String run;

    @Option(
            names = "--expect",
            paramLabel = "N",
            description = "Messages that were acknowledged: 0 to N-1 must be there. Without it, all up to the highest"
                    + " that is there; what is missing at the end is then not noticed.")
    private Long expected;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the report to FILE as JSON.")
    private Path json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Override
    public Integer call() throws IOException {
        check();
        final Arrivals arrivals = new Arrivals(run);
        MessageFiles.readAll(directory, arrivals);
        final Evidence evidence = arrivals.evidence(directory.toString(), MessageFiles.TIMING);
        final long highest = evidence.counts().highest();
        final Reconciliation result =
                Reconciliation.of(evidence, AcceptedMessages.all(expected == null ? highest + 1 : expected));
        report(result);
        return result.isClean() && (expected != null || highest >= 0) ? CLEAN : NOT_CLEAN;
    }

    private void check() {
        run = run.toLowerCase(Locale.ROOT);
        if (!Stamp.RUN.matcher(run).matches()) {
            throw usage("--run: '" + run + "' is not 16 hexadecimal digits");
        }
        if (expected != null && expected < 0) {
            throw usage("--expect: " + expected + " is less than 0");
        }
        if (!Files.isDirectory(directory)) {
            throw usage(directory + " is not a directory");
        }
        if (json != null
                && (Files.isDirectory(json)
                        || !Files.isWritable(json.toAbsolutePath().getParent()))) {
            throw usage("--json: cannot write to " + json);
        }
    }

    private void report(Reconciliation result) throws IOException {
        final PrintWriter out = spec.commandLine().getOut();
        result.text().forEach(out::println);
        if (expected == null) {
            out.println(
                    "expected     all up to the highest number found; with --expect what is missing at the end shows");
        }
        out.flush();
        if (json != null) {
            final JsonStringWriter writer = JsonWriter.indent("  ").string().object();
            result.writeTo(writer);
            Files.writeString(json, writer.end().done() + '\n');
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
