package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * A Postfix of its own that only sends: its configuration, queue and log lie in one directory, it listens nowhere, and another
 * one on the machine does not notice it.
 */
final class Postfix implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/postfix");
    private static final Path SENDMAIL = Path.of("/usr/sbin/sendmail");
    private static final String USER = "postfix";
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What a sender needs of Debian's master.cf, nothing in a chroot, and a transport with TLS from the start. */
    private static final String SERVICES = """
            postlog   unix-dgram n - n - 1 postlogd
            pickup    unix n - n 1 1 pickup
            cleanup   unix n - n - 0 cleanup
            qmgr      unix n - n 300 1 qmgr
            tlsmgr    unix - - n 1000? 1 tlsmgr
            rewrite   unix - - n - - trivial-rewrite
            bounce    unix - - n - 0 bounce
            defer     unix - - n - 0 bounce
            trace     unix - - n - 0 bounce
            error     unix - - n - - error
            retry     unix - - n - - error
            scache    unix - - n - 1 scache
            showq     unix n - n - - showq
            smtp      unix - - n - - smtp
            implicit  unix - - n - - smtp -o smtp_tls_wrappermode=yes
            """;

    private final Path configuration;
    private final Path log;
    private final Path output;

    private Postfix(final Path home) {
        configuration = home.resolve("etc");
        log = home.resolve("mail.log");
        output = home.resolve("output");
    }

    /** Skips the test where Postfix cannot run: not installed, not root, or a directory that its user cannot reach. */
    static void assumeItRuns(final Path directory) throws IOException {
        assumeTrue(
                Files.isExecutable(PROGRAM) && Files.isExecutable(SENDMAIL),
                "Postfix is not installed (Debian: apt-get install postfix)");
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can start Postfix");
        for (Path parent = directory.toAbsolutePath().getParent(); parent != null; parent = parent.getParent()) {
            assumeTrue(
                    Files.getPosixFilePermissions(parent).contains(PosixFilePermission.OTHERS_EXECUTE),
                    "the user " + USER + " cannot reach " + parent);
        }
    }

    /**
     * Starts it.
     *
     * @param settings lines of main.cf: where mail goes, and how
     */
    static Postfix start(final Path directory, final String... settings) throws IOException, InterruptedException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        final Path home = Files.createDirectory(directory.resolve("postfix"));
        final Postfix postfix = new Postfix(home);
        Files.createDirectory(postfix.configuration);
        Files.createDirectory(home.resolve("queue"));
        final UserPrincipal user =
                directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER);
        Files.setOwner(Files.createDirectory(home.resolve("data")), user);
        final List<String> main = new ArrayList<>(List.of(
                "compatibility_level = 3.6",
                "queue_directory = " + home.resolve("queue"),
                "data_directory = " + home.resolve("data"),
                "maillog_file = " + postfix.log,
                "maillog_file_prefixes = " + home,
                "myhostname = sender.example",
                "mydestination =",
                "alias_maps =",
                "inet_protocols = ipv4"));
        main.addAll(List.of(settings));
        Files.write(postfix.configuration.resolve("main.cf"), main, StandardCharsets.US_ASCII);
        Files.writeString(postfix.configuration.resolve("master.cf"), SERVICES, StandardCharsets.US_ASCII);
        postfix.run(null, PROGRAM.toString(), "-c", postfix.configuration.toString(), "start");
        return postfix;
    }

    /** Hands a message in as a local program does. */
    void sends(final String from, final Path message, final String... recipients)
            throws IOException, InterruptedException {
        final List<String> command =
                new ArrayList<>(List.of(SENDMAIL.toString(), "-C", configuration.toString(), "-i", "-f", from));
        command.addAll(List.of(recipients));
        run(message, command.toArray(String[]::new));
    }

    private void run(final Path input, final String... command) throws IOException, InterruptedException {
        final ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        final Process process = builder.start();
        assertTrue(process.waitFor(PATIENCE_NS, TimeUnit.NANOSECONDS), "it does not end: " + List.of(command));
        assertEquals(0, process.exitValue(), () -> List.of(command) + ": " + told());
    }

    /** Waits until so many lines of its log hold a text; returns them. */
    List<String> logLines(final String part, final int count) throws IOException {
        final Predicate<String> wanted = line -> line.contains(part);
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        List<String> lines = logLines().stream().filter(wanted).toList();
        while (lines.size() < count) {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "no " + count + " lines with " + part + ": " + told());
            LockSupport.parkNanos(STEP_NS);
            lines = logLines().stream().filter(wanted).toList();
        }
        return lines;
    }

    /** All that it has logged. */
    List<String> logLines() throws IOException {
        return Files.exists(log) ? Files.readAllLines(log, StandardCharsets.UTF_8) : List.of();
    }

    private String told() {
        try {
            return Files.readString(output) + String.join("\n", logLines());
        } catch (final IOException e) {
            return e.toString();
        }
    }

    /** Ends all its processes, and waits for that. */
    @Override
    public void close() throws IOException {
        try {
            run(null, PROGRAM.toString(), "-c", configuration.toString(), "stop");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
