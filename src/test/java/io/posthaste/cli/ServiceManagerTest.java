package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.posthaste.server.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a service of systemd's; a script stands for {@code systemd-notify} and says what it was called with. */
@Timeout(60)
final class ServiceManagerTest {
    private static final String UP = "told that it is up";

    @TempDir
    private Path directory;

    @Test
    void shouldTellThatItIsUpOnceItTakesConnections() throws Exception {
        try (ServerProcess server = startWith("echo \"" + UP + ": $NOTIFY_SOCKET $*\" >&2")) {
            final String line = server.errorLine(UP);
            final int port = server.port();
            assertEquals(
                    UP + ": /run/notify --ready --status=listening on 127.0.0.1:" + port
                            + ", delivering to discard: (not kept)",
                    line);
            mails(port);
            server.terminate();
            assertEquals(143, server.exitCode());
        }
    }

    /** systemd's reload is SIGHUP here, which by default ends a Java virtual machine. */
    @Test
    void shouldLiveOnAtAReloadWithNothingToLoad() throws Exception {
        try (ServerProcess server = startWith("echo \"" + UP + "\" >&2")) {
            server.errorLine(UP);
            final int port = server.port();
            server.hangUp();
            mails(port);
            server.terminate();
            assertEquals(143, server.exitCode());
        }
    }

    @Test
    void shouldRunThoughItCannotTell() throws Exception {
        try (ServerProcess server = startWith("exit 3")) {
            final int port = server.port();
            server.errorLine("systemd-notify failed with 3");
            mails(port);
        }
        Files.delete(directory.resolve("systemd-notify"));
        try (ServerProcess server = start(Map.of("NOTIFY_SOCKET", "/run/notify", "PATH", directory.toString()))) {
            final int port = server.port();
            server.errorLine("the service manager cannot be told that it is up, use Type=exec: ");
            mails(port);
        }
    }

    @Test
    void shouldTellNobodyWhereNobodyWaits() throws Exception {
        writeScript("echo \"" + UP + "\" >&2");
        try (ServerProcess server =
                start(Map.of("NOTIFY_SOCKET", "", "PATH", directory + ":" + System.getenv("PATH")))) {
            mails(server.port());
            server.terminate();
            server.exitCode();
            final List<String> lines = server.errorLines();
            assertFalse(lines.contains(UP), lines::toString);
        }
    }

    private static void mails(final int port) throws Exception {
        try (RawClient client = RawClient.greeted(port)) {
            client.mails("text").expects(250);
        }
    }

    private ServerProcess startWith(final String script) throws Exception {
        writeScript(script);
        return start(Map.of("NOTIFY_SOCKET", "/run/notify", "PATH", directory + ":" + System.getenv("PATH")));
    }

    private void writeScript(final String script) throws Exception {
        final Path file = Files.writeString(directory.resolve("systemd-notify"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private ServerProcess start(final Map<String, String> environment) throws Exception {
        return ServerProcess.start(directory, environment, "serve", "--listen=127.0.0.1:0", "--deliver=discard:");
    }
}
