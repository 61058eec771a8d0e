package io.posthaste.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Where an option's value comes from when it is not on the command line: the environment ({@code POSTHASTE_MAX_CONNECTIONS}
 * for {@code --max-connections}), then the properties file named by {@code --config} ({@code max-connections = 100}), then
 * the built-in default. A key in the file that no option has is an error: it would otherwise be a setting believed and not
 * in force. Who asks for help gets the built-in defaults, however broken the configuration is.
 */
final class OptionDefaults implements IDefaultValueProvider {
    private static final String CONFIG = "--config";
    private static final String ENVIRONMENT_PREFIX = "POSTHASTE_";

    private final Map<String, String> environment;
    private final String file;
    private final boolean helps;
    private Properties properties;

    OptionDefaults(final Map<String, String> environment, final String[] arguments) {
        this.environment = environment;
        this.file = configFile(environment, arguments);
        this.helps = List.of(arguments).contains("--help") || List.of(arguments).contains("-h");
    }

    @Override
    public String defaultValue(final ArgSpec argument) {
        if (helps
                || !(argument instanceof OptionSpec option)
                || option.usageHelp()
                || option.versionHelp()
                || option.longestName().equals(CONFIG)) {
            return null;
        }
        final String key = option.longestName().substring(2);
        final String variable = environment.get(
                ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_'));
        final String value = variable != null
                ? variable
                : properties(option.command().commandLine()).getProperty(key);
        return value == null ? null : value.strip();
    }

    private Properties properties(final CommandLine commandLine) {
        if (properties == null) {
            properties = new Properties();
            if (file != null) {
                load(commandLine);
            }
        }
        return properties;
    }

    private void load(final CommandLine commandLine) {
        try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (final IOException | IllegalArgumentException e) {
            throw new ParameterException(commandLine, "cannot read the configuration file " + file + ": " + e);
        }
        final TreeSet<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        for (final String name : Main.optionNames()) {
            if (!CONFIG.equals("--" + name)) {
                unknown.remove(name);
            }
        }
        if (!unknown.isEmpty()) {
            throw new ParameterException(
                    commandLine,
                    "the configuration file " + file + " sets what is no option: " + String.join(", ", unknown));
        }
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
