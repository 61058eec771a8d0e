package io.posthaste.cli;

import io.posthaste.cli.spool.SpoolCommand;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line: {@code posthaste serve | sink | check-config | explain | probe | spool}. Exit codes: 0 done, 1 failed, 2 wrong arguments. */
@Command(
        name = "posthaste",
        description = "An SMTP front-end: takes mail fast and says 250 only when the message is safe.",
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "(serve | sink | check-config | load | explain | probe | spool | hash-password)",
        footer = {"", "load, the load generator, has its own help: posthaste load --help"})
public final class Main implements Runnable {
    /** In the order of the help. Each is a new object, so that a start makes only its own: to make all costs more than it. */
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    private boolean version;

    @Spec
    private CommandSpec spec;

    public static void main(final String[] arguments) {
        Logging.configure();
        int exitCode;
        try {
            exitCode = run(
                    arguments, System.getenv(), new PrintWriter(System.out, true), new PrintWriter(System.err, true));
        } catch (final Error e) {
            // Threads that were started before it would keep half a server alive.
            System.err.println("posthaste: " + e);
            exitCode = CommandLine.ExitCode.SOFTWARE;
        }
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /** Runs a command line and returns its exit code; everything it says goes to the two writers. */
    static int run(
            final String[] arguments,
            final Map<String, String> environment,
            final PrintWriter out,
            final PrintWriter err) {
        return commandLine(arguments, environment, out, err).execute(arguments);
    }

    /** What {@link #run} executes. */
    static CommandLine commandLine(
            final String[] arguments,
            final Map<String, String> environment,
            final PrintWriter out,
            final PrintWriter err) {
        final CommandLine commandLine = new CommandLine(new Main());
        final boolean isNamed = arguments.length > 0 && COMMANDS.containsKey(arguments[0]);
        COMMANDS.forEach((name, command) -> {
            if (!isNamed || name.equals(arguments[0])) {
                commandLine.addSubcommand(name, command.get());
            }
        });
        commandLine.setOut(out);
        commandLine.setErr(err);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExpandAtFiles(false);
        commandLine.setParameterExceptionHandler(Main::onWrongArguments);
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("posthaste: " + words(failure));
            return CommandLine.ExitCode.SOFTWARE;
        });
        commandLine.setDefaultValueProvider(new OptionDefaults(environment, arguments));
        return commandLine;
    }

    private static Map<String, Supplier<Object>> commands() {
        final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("serve", ServeCommand::new);
        commands.put("sink", SinkCommand::new);
        commands.put("check-config", CheckConfigCommand::new);
        commands.put("explain", ExplainCommand::new);
        commands.put("probe", ProbeCommand::new);
        commands.put("spool", SpoolCommand::new);
        commands.put("hash-password", HashPasswordCommand::new);
        return commands;
    }

    /** The names, without their dashes, of all options of all commands that may stand in a file: one may serve several. */
    static Set<String> optionNames() {
        final Set<String> names = new HashSet<>();
        for (final Supplier<Object> command : COMMANDS.values()) {
            for (final OptionSpec option :
                    CommandSpec.forAnnotatedObject(command.get()).options()) {
                if (OptionDefaults.isSettable(option)) {
                    names.add(OptionDefaults.key(option));
                }
            }
        }
        return names;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "say what to do: posthaste serve, sink, check-config, load, explain, probe or spool (--help)");
    }

    /** What failed, in words: some exceptions have none, and some of files only the file's name. */
    private static String words(final Exception failure) {
        final boolean isNameOnly = failure instanceof FileSystemException file && file.getReason() == null;
        return failure.getMessage() == null || isNameOnly ? failure.toString() : failure.getMessage();
    }

    private static int onWrongArguments(final ParameterException failure, final String[] arguments) {
        final String message = Objects.requireNonNullElse(failure.getMessage(), "")
                .lines()
                .findFirst()
                .orElse("wrong arguments");
        failure.getCommandLine().getErr().println("posthaste: " + message);
        return CommandLine.ExitCode.USAGE;
    }

    /** The version that the build put into the manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            final String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"posthaste " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
