package io.posthaste.cli;

import io.posthaste.policy.PasswordHash;
import java.io.Console;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthaste hash-password USER}: a line for the file of {@code --auth-users}. The password never is an argument. */
@Command(
        name = "hash-password",
        description =
                "Make a line for the file of --auth-users. The password is asked for on the terminal, or is the first"
                        + " line of standard input.")
final class HashPasswordCommand implements Callable<Integer> {
    @Parameters(paramLabel = "USER", description = "Name of the user.")
    private String user;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (user.isEmpty() || !user.strip().equals(user) || user.indexOf(':') >= 0 || user.startsWith("#")) {
            throw new ParameterException(
                    spec.commandLine(), "a user name has no colon, and no blank or # where it begins or ends");
        }
        final char[] password = password();
        try {
            spec.commandLine().getOut().println(line(user, password));
            return 0;
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    static String line(final String user, final char[] password) {
        return user + ":" + PasswordHash.of(password, PasswordHash.DEFAULT_ITERATIONS);
    }

    private char[] password() throws IOException {
        final Console console = System.console();
        if (console == null) {
            return required(fromStandardInput());
        }
        final char[] password = required(console.readPassword("Password for %s: ", user));
        final char[] again = required(console.readPassword("Again: "));
        final boolean isSame = Arrays.equals(password, again);
        Arrays.fill(again, '\0');
        if (!isSame) {
            throw new ParameterException(spec.commandLine(), "the two passwords differ");
        }
        return password;
    }

    private char[] fromStandardInput() throws IOException {
        try {
            return PasswordLine.read(System.in, "standard input");
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private char[] required(final char[] password) {
        if (password == null || password.length == 0) {
            throw new ParameterException(spec.commandLine(), "there is no password");
        }
        return password;
    }
}
