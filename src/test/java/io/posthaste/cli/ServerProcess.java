package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program in a process of its own, as an operator starts it. */
final class ServerProcess implements AutoCloseable {
    private static final Pattern ANNOUNCEMENT = Pattern.compile("posthaste: listening on \\S+?:(\\d+)[, ].*");
    private static final int PATIENCE_S = 20;

    private final Process process;
    private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();
    private final Thread errorReader;
    private final BufferedReader out;

    private ServerProcess(final Process process) {
        this.process = process;
        out = process.inputReader(StandardCharsets.UTF_8);
        errorReader = new Thread(this::readErrors, "errors of " + process.pid());
        errorReader.setDaemon(true);
        errorReader.start();
    }

    /** Starts it with arguments, in an environment that has none of its variables but these, in a directory. */
    static ServerProcess start(final Path directory, final Map<String, String> environment, final String... arguments)
            throws IOException {
        return start(System.getProperty("java.class.path"), directory, environment, arguments);
    }

    /** Starts it without the jars whose names begin so. */
    static ServerProcess startWithout(final String jars, final Path directory, final String... arguments)
            throws IOException {
        final String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> !Path.of(path).getFileName().toString().startsWith(jars))
                .collect(Collectors.joining(File.pathSeparator));
        return start(classPath, directory, Map.of(), arguments);
    }

    /** Starts it with these options of the Java virtual machine, which otherwise compiles in haste. */
    static ServerProcess startWith(final List<String> options, final Path directory, final String... arguments)
            throws IOException {
        return start(options, System.getProperty("java.class.path"), directory, Map.of(), arguments);
    }

    private static ServerProcess start(
            final String classPath,
            final Path directory,
            final Map<String, String> environment,
            final String... arguments)
            throws IOException {
        return start(List.of("-XX:TieredStopAtLevel=1"), classPath, directory, environment, arguments);
    }

    private static ServerProcess start(
            final List<String> options,
            final String classPath,
            final Path directory,
            final Map<String, String> environment,
            final String... arguments)
            throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, Main.class.getName()));
        command.addAll(List.of(arguments));
        final ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("POSTHASTE_") || name.startsWith("JAVA_"));
        builder.environment().putAll(environment);
        return new ServerProcess(builder.start());
    }

    /** The next line of standard output; null at its end. */
    String outputLine() throws IOException {
        return out.readLine();
    }

    /** Waits for the announcement and returns the port in it. */
    int port() throws IOException {
        final String line = outputLine();
        assertNotNull(line, () -> "it did not start: " + errors);
        final Matcher matcher = ANNOUNCEMENT.matcher(line);
        assertTrue(matcher.matches(), line);
        return Integer.parseInt(matcher.group(1));
    }

    /** The next line of standard error that contains a text; the others before it are passed over. */
    String errorLine(final String part) throws InterruptedException {
        String line;
        do {
            line = errors.poll(PATIENCE_S, TimeUnit.SECONDS);
            assertNotNull(line, () -> "no line with: " + part);
        } while (!line.contains(part));
        return line;
    }

    /** Lines of standard error not taken yet; all of them once the process has ended. */
    List<String> errorLines() throws InterruptedException {
        if (!process.isAlive()) {
            errorReader.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
        }
        return List.copyOf(errors);
    }

    /** SIGTERM. By its handle: {@link Process#destroy()} would close our ends of its streams, too. */
    void terminate() {
        assertTrue(process.toHandle().destroy());
    }

    /** SIGHUP. */
    void hangUp() throws IOException, InterruptedException {
        final int code = new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
                .start()
                .waitFor();
        assertEquals(0, code);
    }

    /** SIGKILL, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS));
    }

    int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS), "it does not end");
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Processor time taken so far. */
    Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void readErrors() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            reader.lines().forEach(errors::add);
        } catch (final IOException | UncheckedIOException e) {
            errors.add("(cut off)");
        }
    }
}
