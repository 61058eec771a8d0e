package io.posthaste.cli;

import io.posthaste.monitor.MonitorServer;
import io.posthaste.server.HostPort;
import io.posthaste.server.ServerBuilder;
import io.posthaste.server.SmtpServer;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Starts a server, says so in one line, and stops it in order at SIGTERM or SIGINT. */
final class ServerRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ServerRunner.class);

    private final CommandLine commandLine;
    private final SmtpServer server;
    private final OperationOptions operation;
    /** Null without. */
    private final MonitorServer monitor;

    private final Supplier<List<String>> lastWords;

    private ServerRunner(
            final CommandLine commandLine,
            final SmtpServer server,
            final OperationOptions operation,
            final MonitorServer monitor,
            final Supplier<List<String>> lastWords) {
        this.commandLine = commandLine;
        this.server = server;
        this.operation = operation;
        this.monitor = monitor;
        this.lastWords = lastWords;
    }

    /** Returns when the server is up; its threads keep the process alive until a signal ends it. */
    static int run(final CommandLine commandLine, final ServerBuilder builder, final OperationOptions operation)
            throws IOException {
        return run(commandLine, builder, operation, List::of);
    }

    /**
     * As {@link #run(CommandLine, ServerBuilder, OperationOptions)}.
     *
     * @param lastWords lines for standard output once the server has stopped
     */
    static int run(
            final CommandLine commandLine,
            final ServerBuilder builder,
            final OperationOptions operation,
            final Supplier<List<String>> lastWords)
            throws IOException {
        final SmtpServer server;
        try {
            server = builder.start();
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(commandLine, e.getMessage(), e);
        }
        final ServerRunner runner =
                new ServerRunner(commandLine, server, operation, startMonitor(server, operation), lastWords);
        Runtime.getRuntime().addShutdownHook(new Thread(runner::end, "posthaste-stop"));
        // A service manager's reload never ends the server, even where there is nothing to load.
        if (server.isReloadable() || ServiceManager.isThere()) {
            Hangup.onEach(server::reload);
        }
        commandLine.getOut().println("posthaste: " + server.announcement());
        commandLine.getOut().flush();
        ServiceManager.ready(server.announcement());
        return CommandLine.ExitCode.OK;
    }

    private static MonitorServer startMonitor(final SmtpServer server, final OperationOptions operation)
            throws IOException {
        try {
            final MonitorServer monitor = operation.startMonitor(server);
            if (monitor != null) {
                LOG.info("metrics at http://{}/metrics", HostPort.format(monitor.address()));
            }
            return monitor;
        } catch (final IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void end() {
        stop();
        lastWords.get().forEach(commandLine.getOut()::println);
        commandLine.getOut().flush();
        if (monitor != null) {
            monitor.close();
        }
    }

    private void stop() {
        try {
            server.retire();
            Thread.sleep(operation.drainDelay().toMillis());
            if (!server.stop(operation.drainTimeout())) {
                LOG.warn(
                        "transactions were cut off: they did not finish within {} s",
                        operation.drainTimeout().toSeconds());
            }
        } catch (final IOException | InterruptedException e) {
            LOG.error("stopping failed", e);
        }
    }
}
