package io.posthaste.cli;

import io.posthaste.server.ServerBuilder;
import io.posthaste.server.SmtpServer;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Starts a server, says so in one line, and stops it in order at SIGTERM or SIGINT. */
final class ServerRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ServerRunner.class);

    private ServerRunner() {}

    /** Returns when the server is up; its threads keep the process alive until a signal ends it. */
    static int run(final CommandLine commandLine, final ServerBuilder builder, final Duration drainTimeout)
            throws IOException {
        final SmtpServer server;
        try {
            server = builder.start();
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(commandLine, e.getMessage(), e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, drainTimeout), "posthaste-stop"));
        commandLine.getOut().println("posthaste: " + server.announcement());
        commandLine.getOut().flush();
        return CommandLine.ExitCode.OK;
    }

    private static void stop(final SmtpServer server, final Duration drainTimeout) {
        try {
            if (!server.stop(drainTimeout)) {
                LOG.warn("transactions were cut off: they did not finish within {} s", drainTimeout.toSeconds());
            }
        } catch (final IOException | InterruptedException e) {
            LOG.error("stopping failed", e);
        }
    }
}
