package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The comparison harness is Python: its own tests run here, where there is a Python for it. None of its peers is needed. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CompareHarnessTest {
    private static final Path RUN = Path.of("compare", "run").toAbsolutePath();

    @TempDir
    private Path directory;

    @BeforeEach
    void findPython() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "the harness is for Linux");
        assumeTrue(isThere("python3"), "no python3");
        assumeTrue(
                run("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 9))").exit == 0,
                "python3 is too old");
    }

    @Test
    void shouldPassItsOwnTests() throws Exception {
        final Result result = harness("--self-test");

        assertEquals(0, result.exit, result.output);
        assertTrue(result.output.contains("\nOK"), result.output);
    }

    @Test
    void shouldListPeersAndProfiles() throws Exception {
        final Result result = harness("--list");

        assertEquals(0, result.exit, result.output);
        assertTrue(result.output.contains("smtp-sink"), result.output);
        assertTrue(result.output.contains("latency-half"), result.output);
    }

    @Test
    void shouldRefuseUnknownProfiles() throws Exception {
        final Result result = harness("--profiles", "kept-4k,nonsense");

        assertEquals(2, result.exit, result.output);
        assertTrue(result.output.contains("unknown profile nonsense"), result.output);
    }

    private Result harness(String... arguments) throws Exception {
        final List<String> command = new ArrayList<>(List.of("python3", RUN.toString()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private Result run(String... command) throws Exception {
        final Path output = directory.resolve("output");
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(100, TimeUnit.SECONDS), "not done: " + String.join(" ", command));
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean isThere(String program) {
        try {
            final Process process = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.destroyForcibly();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private record Result(int exit, String output) {}
}
