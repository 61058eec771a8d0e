package io.posthaste.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Renders the options of all commands as Markdown, the text of docs/operations/options.md. */
final class OptionDocument {
    private static final PrintWriter NOWHERE = new PrintWriter(PrintWriter.nullWriter());
    /** A default that a description tells in words at its end. */
    private static final Pattern TOLD = Pattern.compile(" ?Default: ([^$]+)\\.$");

    private final List<String> lines = new ArrayList<>();
    private final Set<String> names = Main.optionNames();

    private OptionDocument() {}

    /** The document. Lines end in LF. */
    static String markdown() {
        return new OptionDocument().render();
    }

    private String render() {
        lines.addAll(List.of(
                "# Options",
                "",
                "<!-- Made from the options in io.posthaste.cli, and a test compares the two. Do not edit; after a change of an option",
                "     run: mvn -pl src test -Dtest=OptionDocumentTest -Dposthaste.regenerate=true -->",
                "",
                "Every option of every command, as `--help` tells it. An option is looked for on the command line, then in the environment,",
                "then in the properties file that `--config FILE` (or `POSTHASTE_CONFIG`) names, by the names in the tables. In the environment",
                "and in the file several values stand in one line with commas between them (`--forward`: semicolons), and a switch is `true`",
                "or `false`. A file may hold options of several commands; a key that no option has is an error.",
                "",
                "`posthaste check-config` tells what `serve` would run with and from where, `posthaste check-config --print` as such a file.",
                "Sizes are written `64k`, `35m`, `2g` (powers of 1024), times `500ms`, `30s`, `5m`, `1h`, `5d`. The limits among them,",
                "with what a client is told, are in [the table of limits](../architecture.md#limits). The options of `posthaste load` are in",
                "[its manual](../load.md)."));
        final CommandLine all = Main.commandLine(new String[0], Map.of(), NOWHERE, NOWHERE);
        all.getSubcommands().forEach((name, command) -> command(name, command));
        return String.join("\n", lines) + "\n";
    }

    private void command(final String name, final CommandLine command) {
        final CommandSpec spec = command.getCommandSpec();
        lines.addAll(List.of(
                "",
                "## posthaste " + name,
                "",
                escaped(String.join(" ", spec.usageMessage().description()))));
        if (spec.userObject() instanceof CheckConfigCommand) {
            lines.addAll(List.of("", "All options of `serve`, and:"));
        }
        if (command.getSubcommands().isEmpty()) {
            table(spec);
        }
        command.getSubcommands().forEach((sub, subcommand) -> command(name + " " + sub, subcommand));
    }

    private void table(final CommandSpec spec) {
        final List<String> rows = new ArrayList<>();
        for (final PositionalParamSpec parameter : spec.positionalParameters()) {
            rows.add(row("`" + parameter.paramLabel() + "`", "", "", "", text(parameter.description())));
        }
        final boolean isOwnOnly = spec.userObject() instanceof CheckConfigCommand;
        for (final OptionSpec option : spec.options()) {
            if (!option.usageHelp() && (!isOwnOnly || option.longestName().equals(OptionDefaults.PRINT))) {
                rows.add(row(option));
            }
        }
        lines.add("");
        lines.add("| option | default | environment | properties key | |");
        lines.add("|---|---|---|---|---|");
        lines.addAll(rows);
    }

    private String row(final OptionSpec option) {
        final String name = option.longestName();
        final String negated = option.negatable() ? "`, `" + name.replaceFirst("--", "--no-") : "";
        final String label = isSwitch(option) ? "" : " " + option.paramLabel();
        final boolean isSettable = OptionDefaults.isSettable(option);
        final String variable = isSettable || name.equals(OptionDefaults.CONFIG) ? OptionDefaults.variable(option) : "";
        final String key = isSettable && names.contains(OptionDefaults.key(option)) ? OptionDefaults.key(option) : "";
        final String description = text(option.description());
        final Matcher told = TOLD.matcher(description);
        final boolean isTold = option.defaultValue() == null && told.find();
        return row(
                "`" + name + label + negated + "`",
                isTold ? told.group(1) : builtIn(option),
                variable.isEmpty() ? "" : "`" + variable + "`",
                key.isEmpty() ? "" : "`" + key + "`",
                isTold
                        ? told.replaceFirst("")
                        : description
                                .replace("Default: " + option.defaultValue() + ".", "")
                                .replaceAll(" +", " ")
                                .strip());
    }

    private static String builtIn(final OptionSpec option) {
        if (option.defaultValue() != null) {
            return "`" + option.defaultValue() + "`";
        }
        return isSwitch(option) ? "`false`" : "none";
    }

    private static boolean isSwitch(final OptionSpec option) {
        return option.arity().max() == 0 || option.type() == boolean.class;
    }

    private static String text(final String[] description) {
        return String.join(" ", description);
    }

    private static String row(final String... cells) {
        final StringBuilder row = new StringBuilder("|");
        for (final String cell : cells) {
            row.append(' ').append(escaped(cell)).append(cell.isEmpty() ? "|" : " |");
        }
        return row.toString();
    }

    /** Outside of code a star, an angle bracket and the end of a cell mean something. */
    private static String escaped(final String text) {
        final boolean isCode = text.startsWith("`");
        return (isCode ? text : text.replace("*", "\\*").replace("<", "\\<").replace("[", "\\[")).replace("|", "\\|");
    }
}
