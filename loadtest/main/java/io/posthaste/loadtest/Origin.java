package io.posthaste.loadtest;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a summary does not hold and a report that is kept needs: which command it came from, and when.
 *
 * @param arguments as they were typed behind {@code posthaste load}
 * @param version of this program
 * @param time when the run was over
 */
record Origin(List<String> arguments, String version, ZonedDateTime time) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    /** The command as a POSIX shell takes it. */
    String command() {
        return arguments.stream().map(Origin::quote).collect(Collectors.joining(" ", "posthaste load ", ""));
    }

    private static String quote(String argument) {
        return PLAIN.matcher(argument).matches() ? argument : '\'' + argument.replace("'", "'\\''") + '\'';
    }
}
