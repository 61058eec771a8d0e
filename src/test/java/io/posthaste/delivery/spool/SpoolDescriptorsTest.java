package io.posthaste.delivery.spool;

import static io.posthaste.envelope.DeliveryStatus.ACCEPTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.Envelope;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A batch that was taken can be committed when the process may open no more files, in a process that really may not. */
@Timeout(120)
final class SpoolDescriptorsTest {
    private static final int LIMIT = 200;
    private static final String LARGE = "x".repeat(30_000);

    @TempDir
    private Path temporary;

    @Test
    void shouldCommitWithoutAFileToOpen() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell to set the limit");
        final Path output = temporary.resolve("output");
        final Process process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "ulimit -n " + LIMIT + " && exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:-MaxFDLimit",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SpoolDescriptorsTest.class.getName(),
                        temporary.resolve("spool").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(100, TimeUnit.SECONDS), "it does not end");
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), () -> text(output));
    }

    /** The process that has no file left to open. */
    public static void main(final String[] arguments) throws IOException {
        final List<FileChannel> taken = new ArrayList<>();
        try (SpoolFixture spool = new SpoolFixture(Path.of(arguments[0]))) {
            // First everything once, so that no class is missing later.
            spool.stores("before");
            spool.storesInParts(LARGE, " before");
            final Envelope large = spool.begins();
            spool.sends(large, LARGE);
            spool.ends(large, " after");
            spool.offers("after");
            takeAll(taken);
            final List<?> answers = spool.answers();
            for (final FileChannel channel : taken) {
                channel.close();
            }
            if (taken.isEmpty() || !answers.equals(List.of(ACCEPTED, ACCEPTED))) {
                throw new AssertionError(taken.size() + " files taken, answers " + answers);
            }
            final List<String> contents = spool.contents();
            if (!contents.equals(List.of("before", LARGE + " before", LARGE + " after", "after"))) {
                throw new AssertionError("kept " + contents.size());
            }
        }
    }

    /** Opens files until there is no descriptor left. */
    private static void takeAll(final List<FileChannel> taken) {
        try {
            while (taken.size() < LIMIT) {
                taken.add(FileChannel.open(Path.of("/dev/null"), StandardOpenOption.READ));
            }
        } catch (final IOException e) {
            return;
        }
        throw new AssertionError("the limit is not in force");
    }

    private static String text(final Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (final IOException e) {
            return e.toString();
        }
    }
}
