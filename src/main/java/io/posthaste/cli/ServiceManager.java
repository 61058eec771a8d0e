package io.posthaste.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service manager that has started this process and waits to be told when it is up: systemd with {@code Type=notify}. It
 * listens on a Unix datagram socket, which Java has none of, so its own {@code systemd-notify} says it.
 */
final class ServiceManager {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);

    /** Names the socket; there only when somebody listens on it. */
    private static final String SOCKET = "NOTIFY_SOCKET";

    private static final int PATIENCE_S = 10;

    private ServiceManager() {}

    /** Whether one waits. */
    static boolean isThere() {
        final String socket = System.getenv(SOCKET);
        return socket != null && !socket.isEmpty();
    }

    /**
     * Tells it that connections are taken now, if there is one. When that fails it is logged, and this server runs; the service
     * manager may give up waiting for it.
     *
     * @param status a line for people
     */
    static void ready(final String status) {
        if (!isThere()) {
            return;
        }
        final List<String> command = List.of("systemd-notify", "--ready", "--status=" + status);
        try {
            final Process process = new ProcessBuilder(command)
                    .redirectInput(Redirect.INHERIT)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.INHERIT)
                    .start();
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                LOG.error(
                        "systemd-notify did not end within {} s: the service manager may not know that it is up; if this stays so use"
                                + " Type=exec",
                        PATIENCE_S);
            } else if (process.exitValue() != 0) {
                LOG.error(
                        "systemd-notify failed with {}: the service manager does not know that it is up; if this stays so use"
                                + " Type=exec",
                        process.exitValue());
            }
        } catch (final IOException e) {
            LOG.error("the service manager cannot be told that it is up, use Type=exec: {}", e.getMessage());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
