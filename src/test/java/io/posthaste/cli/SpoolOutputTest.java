package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.posthaste.server.RawClient;
import io.posthaste.server.SmtpServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code posthaste spool} whose standard output takes nothing, as an operator's shell starts it. */
@Timeout(60)
class SpoolOutputTest {
    private static final int PATIENCE_S = 20;
    private static final File FULL = new File("/dev/full");

    @TempDir
    private Path directory;

    private Path spool;

    @BeforeEach
    void deliverOne() throws IOException {
        spool = directory.resolve("spool");
        try (SmtpServer server = SmtpServer.builder()
                        .listen("127.0.0.1", 0)
                        .deliverTo("spool:" + spool + "?size=200m")
                        .start();
                RawClient client = RawClient.greeted(server.port())) {
            client.mails("Hi.").expects(250);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "stats"})
    void shouldFailWhenTheDiskIsFull(final String command) throws Exception {
        assumeTrue(FULL.exists(), "there is no " + FULL + " here");
        assertEquals(1, exitCode(starts(command, ProcessBuilder.Redirect.to(FULL))));
        assertEquals("posthaste: standard output did not take all of it\n", Files.readString(errors()));
    }

    @Test
    void shouldBeQuietWhenTheReaderOfAPipeIsGone() throws Exception {
        assumeTrue(Files.isSymbolicLink(Path.of("/proc/self/fd/1")), "there is no /proc here");
        final Process process = starts("list", ProcessBuilder.Redirect.PIPE);
        process.getInputStream().close();
        assertEquals(0, exitCode(process));
        assertEquals("", Files.readString(errors()));
    }

    private Process starts(final String command, final ProcessBuilder.Redirect output) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "spool",
                        command,
                        spool.toString())
                .redirectOutput(output)
                .redirectError(errors().toFile())
                .start();
    }

    private Path errors() {
        return directory.resolve("errors");
    }

    private static int exitCode(final Process process) throws InterruptedException {
        try {
            assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS), "it does not end");
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
