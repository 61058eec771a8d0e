package io.posthaste.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Complaints about options, in one line each. */
final class Checks {
    private final CommandSpec spec;

    Checks(CommandSpec spec) {
        this.spec = spec;
    }

    ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Complains unless {@code isFine}. */
    void require(boolean isFine, String message) {
        if (!isFine) {
            throw usage(message);
        }
    }

    void range(String option, long value, long least, long most) {
        require(value >= least, option + " is too small");
        require(value <= most, option + " is too large");
    }

    /** Text goes into commands and header as it stands, so it must not end or close them. */
    void text(String option, String text, boolean mayBeEmpty) {
        final boolean isFit = text.chars().allMatch(c -> c >= ' ' && c <= '~' && c != '<' && c != '>');
        require(
                isFit && (mayBeEmpty || !text.isEmpty()),
                option + ": '" + text + "' must be printable ASCII, without angle brackets"
                        + (mayBeEmpty ? "" : ", and not empty"));
    }

    /** Complains if a file cannot be written; it is there afterwards, with what it held before. */
    void writable(String option, Path file) {
        try {
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw usage(option + ": cannot write to " + file);
        }
    }
}
