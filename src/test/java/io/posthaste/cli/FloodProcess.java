package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A {@link Flood} in a process of its own. */
final class FloodProcess implements AutoCloseable {
    private static final int PATIENCE_S = 20;

    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;
    private long done;
    private long answered;
    private long refused;

    private FloodProcess(final Process process) {
        this.process = process;
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
        answers = process.inputReader(StandardCharsets.US_ASCII);
    }

    /** It does nothing yet. */
    static FloodProcess start(final Flood.Kind kind, final int port, final int perSecond) throws IOException {
        return new FloodProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Flood.class.getName(),
                        kind.name(),
                        Integer.toString(port),
                        Integer.toString(perSecond))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Returns when it floods. */
    void on() throws IOException {
        commands.println("on");
        assertEquals("on", answers.readLine());
    }

    /** Returns when it is quiet. */
    void off() throws IOException {
        commands.println("off");
        final String line = answers.readLine();
        assertNotNull(line, "the flood has ended by itself");
        final String[] counts = line.split(" ");
        done += Long.parseLong(counts[0]);
        answered += Long.parseLong(counts[1]);
        refused += Long.parseLong(counts[2]);
    }

    /** What it did. */
    long done() {
        return done;
    }

    /** Greetings, handshakes gone on with, or messages taken. */
    long answered() {
        return answered;
    }

    /** Connections that were closed, or told that they are too many. */
    long refused() {
        return refused;
    }

    Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        commands.close();
        try {
            assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS), "the flood does not end");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
