package io.posthaste.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Where an option's value comes from when it is not on the command line: the environment ({@code POSTHASTE_MAX_CONNECTIONS}
 * for {@code --max-connections}), then the properties file named by {@code --config} ({@code max-connections = 100}), then
 * the built-in default. Who asks for help gets the built-in defaults, however broken the configuration is.
 */
final class OptionDefaults implements IDefaultValueProvider {
    static final String CONFIG = "--config";
    static final String PRINT = "--print";
    static final String ENVIRONMENT_PREFIX = "POSTHASTE_";

    private final Map<String, String> environment;
    private final String fileName;
    private final boolean helps;
    private ConfigFile file;

    OptionDefaults(final Map<String, String> environment, final String[] arguments) {
        this.environment = environment;
        this.fileName = configFile(environment, arguments);
        this.helps = List.of(arguments).contains("--help") || List.of(arguments).contains("-h");
    }

    @Override
    public String defaultValue(final ArgSpec argument) {
        if (helps || !(argument instanceof OptionSpec option) || !isSettable(option)) {
            return null;
        }
        final String variable = environment.get(variable(option));
        final String value = variable != null
                ? variable
                : file(option.command().commandLine()).value(key(option));
        return value == null ? null : value.strip();
    }

    /** For people, where the value comes from of an option that is not on the command line. */
    String origin(final OptionSpec option) {
        if (environment.containsKey(variable(option))) {
            return "environment " + variable(option);
        }
        return file(option.command().commandLine()).value(key(option)) == null ? "default" : "file " + fileName;
    }

    /** Variables that look like options and are none, each with what may be meant. */
    List<String> unknownVariables() {
        final Set<String> known = Main.optionNames();
        return environment.keySet().stream()
                .filter(name -> name.startsWith(ENVIRONMENT_PREFIX)
                        && !name.equals(ENVIRONMENT_PREFIX + "CONFIG")
                        && !name.equals(ENVIRONMENT_PREFIX + "JAVA_OPTS"))
                .sorted()
                .map(name -> Map.entry(
                        name,
                        name.substring(ENVIRONMENT_PREFIX.length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-')))
                .filter(entry -> !known.contains(entry.getValue()))
                .map(entry -> entry.getKey() + ConfigFile.suggestion(entry.getValue(), known))
                .toList();
    }

    /** The name of an option in the file. */
    static String key(final OptionSpec option) {
        return option.longestName().substring(2);
    }

    /** The name of an option in the environment. */
    static String variable(final OptionSpec option) {
        return ENVIRONMENT_PREFIX + key(option).toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** Whether an option can stand in the file and in the environment. */
    static boolean isSettable(final OptionSpec option) {
        return !option.usageHelp()
                && !option.versionHelp()
                && !option.longestName().equals(CONFIG)
                && !option.longestName().equals(PRINT);
    }

    private ConfigFile file(final CommandLine commandLine) {
        if (file == null) {
            try {
                file = fileName == null ? ConfigFile.none() : ConfigFile.read(fileName, Main.optionNames());
            } catch (final IllegalArgumentException e) {
                throw new ParameterException(commandLine, e.getMessage(), e);
            }
        }
        return file;
    }

    /** The file must be known before the options are parsed. */
    private static String configFile(final Map<String, String> environment, final String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].startsWith(CONFIG + "=")) {
                return arguments[i].substring(CONFIG.length() + 1);
            }
            if (arguments[i].equals(CONFIG) && i + 1 < arguments.length) {
                return arguments[i + 1];
            }
        }
        return environment.get(ENVIRONMENT_PREFIX + "CONFIG");
    }
}
