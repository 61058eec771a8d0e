package io.posthaste.cli;

import io.posthaste.server.ServerBuilder;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * {@code posthaste check-config}: with the options, environment and file of {@code serve}, says whether it would start, and
 * with what. Opens no address and creates nothing.
 */
@Command(
        name = "check-config",
        description = "Check what 'serve' would run with, without starting it: every option, its value and where it"
                + " comes from. Exit code 2 when something is wrong.",
        sortOptions = false)
final class CheckConfigCommand extends ServeCommand {
    @Option(
            names = OptionDefaults.PRINT,
            description = "Print it as a properties file that --config takes, with a comment on each option.")
    private boolean print;

    @Override
    public Integer call() {
        final CommandLine commandLine = spec().commandLine();
        final ServerBuilder builder = builder();
        final List<String> faults = faultsOf(builder);
        final Map<String, String> computed = new ComputedSettings(builder.config()).byKey();
        final List<Setting> settings = spec().options().stream()
                .filter(OptionDefaults::isSettable)
                .map(option -> setting(option, computed))
                .toList();
        final PrintWriter out = commandLine.getOut();
        if (print) {
            SettingsFile.lines(settings).forEach(out::println);
        } else {
            settings.forEach(each -> out.println(each.key() + " = " + each.shown() + " (" + each.origin() + ")"));
        }
        out.flush();
        final PrintWriter err = commandLine.getErr();
        warnings(commandLine, builder).forEach(warning -> err.println("posthaste: warning: " + warning));
        faults.forEach(fault -> err.println("posthaste: " + fault));
        if (faults.isEmpty()) {
            out.println("# it would start");
        }
        return faults.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.USAGE;
    }

    private List<String> faultsOf(final ServerBuilder builder) {
        try {
            return builder.faults();
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec().commandLine(), e.getMessage(), e);
        }
    }

    private Setting setting(final OptionSpec option, final Map<String, String> computed) {
        final CommandSpec spec = spec();
        final OptionDefaults defaults = (OptionDefaults) spec.defaultValueProvider();
        final boolean isGiven = spec.commandLine().getParseResult().hasMatchedOption(option);
        final String origin = isGiven ? "command line" : defaults.origin(option);
        final String value;
        if (isGiven) {
            value = option.isOption() && option.arity().max() == 0
                    ? Objects.toString(option.getValue())
                    : String.join(separator(option), option.originalStringValues());
        } else if (defaults.defaultValue(option) != null) {
            value = defaults.defaultValue(option);
        } else if (option.defaultValue() != null) {
            value = option.defaultValue();
        } else {
            value = computed.getOrDefault(
                    OptionDefaults.key(option), option.arity().max() == 0 ? "false" : "");
        }
        return new Setting(option, description(option, defaults.defaultValue(option)), value, origin);
    }

    /** Picocli tells as the default what the environment or the file says. */
    private static String description(final OptionSpec option, final String configured) {
        final String text = String.join(" ", option.description());
        return configured == null || option.defaultValue() == null
                ? text
                : text.replace("Default: " + configured, "Default: " + option.defaultValue());
    }

    /** What stands between several values in one line. */
    private static String separator(final OptionSpec option) {
        return option.splitRegex().contains(";") ? "; " : ",";
    }

    private static List<String> warnings(final CommandLine commandLine, final ServerBuilder builder) {
        final List<String> warnings = new ArrayList<>();
        ((OptionDefaults) commandLine.getCommandSpec().defaultValueProvider())
                .unknownVariables()
                .forEach(variable -> warnings.add("no option has the environment variable " + variable));
        warnings.addAll(ProcessLimits.warnings(
                builder.config().memoryOctets(), builder.config().maxConnections()));
        warnings.addAll(builder.warnings());
        ProcessLimits.heapWarning(
                        builder.config().maxConnections(),
                        builder.config().heapOctetsAConnection(),
                        Runtime.getRuntime().maxMemory())
                .ifPresent(warnings::add);
        return warnings;
    }
}
