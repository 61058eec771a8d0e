package io.posthaste.cli;

import io.posthaste.server.ServerBuilder;
import io.posthaste.server.SmtpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
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
        return run(commandLine, builder, drainTimeout, List::of);
    }

    /**
     * As {@link #run(CommandLine, ServerBuilder, Duration)}.
     *
     * @param lastWords lines for standard output once the server has stopped
     */
    static int run(
            final CommandLine commandLine,
            final ServerBuilder builder,
            final Duration drainTimeout,
            final Supplier<List<String>> lastWords)
            throws IOException {
        final SmtpServer server;
        try {
            server = builder.start();
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(commandLine, e.getMessage(), e);
        }
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> end(server, drainTimeout, commandLine.getOut(), lastWords), "posthaste-stop"));
        if (server.isReloadable()) {
            Hangup.onEach(server::reload);
        }
        commandLine.getOut().println("posthaste: " + server.announcement());
        commandLine.getOut().flush();
        return CommandLine.ExitCode.OK;
    }

    private static void end(
            final SmtpServer server,
            final Duration drainTimeout,
            final PrintWriter out,
            final Supplier<List<String>> lastWords) {
        stop(server, drainTimeout);
        lastWords.get().forEach(out::println);
        out.flush();
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
