package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of others that sends mail. It runs without the settings of whoever runs the test, and not for ever. */
final class ClientProgram {
    private static final int PATIENCE_S = 20;

    private final Path file;
    private final Path directory;

    private ClientProgram(final Path file, final Path directory) {
        this.file = file;
        this.directory = directory;
    }

    /**
     * What a program said until its end.
     *
     * @param output of both its streams; octets as characters
     */
    record Outcome(int exitCode, String output) {
        Outcome expects(final int code) {
            assertEquals(code, exitCode, output);
            return this;
        }
    }

    /**
     * The program; without it the test is skipped.
     *
     * @param packages that have it, as Debian calls them
     * @param directory where it is to run
     */
    static ClientProgram installed(final String name, final String packages, final Path directory) {
        final Optional<Path> file = Stream.of(System.getenv("PATH").split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(file.isPresent(), name + " is not installed (Debian: apt-get install " + packages + ")");
        return new ClientProgram(file.orElseThrow(), directory);
    }

    Outcome runs(final String... arguments) throws IOException, InterruptedException {
        return runsWith("", arguments);
    }

    /** Runs it with a text, in UTF-8, for its standard input. */
    Outcome runsWith(final String input, final String... arguments) throws IOException, InterruptedException {
        final Path in = Files.writeString(directory.resolve("input"), input);
        final Path out = directory.resolve("output");
        final List<String> command = new ArrayList<>(List.of(file.toString()));
        command.addAll(List.of(arguments));
        final ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(in.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().keySet().retainAll(List.of("PATH"));
        final Process process = builder.start();
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end: " + command + ": " + said(out));
        }
        return new Outcome(process.exitValue(), said(out));
    }

    private static String said(final Path output) throws IOException {
        return Files.readString(output, StandardCharsets.ISO_8859_1);
    }
}
