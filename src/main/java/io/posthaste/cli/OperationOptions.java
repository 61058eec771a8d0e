package io.posthaste.cli;

import io.posthaste.monitor.MonitorServer;
import io.posthaste.server.HostPort;
import io.posthaste.server.SmtpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options on watching a server and on stopping it. */
final class OperationOptions {
    /** Limits of the JDK's HTTP server on a client's time, in seconds, which are none by default. */
    private static final String REQUEST_TIME = "sun.net.httpserver.maxReqTime";

    private static final String RESPONSE_TIME = "sun.net.httpserver.maxRspTime";

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            description =
                    "Address for GET /metrics (Prometheus), /healthz and /readyz over HTTP, without authentication:"
                            + " choose loopback or a network of your own, such as 127.0.0.1:9125. Default: none.")
    private String metrics;

    @Option(
            names = "--drain-delay",
            paramLabel = "TIME",
            defaultValue = "0",
            converter = Quantities.TimeOrNone.class,
            description =
                    "At SIGTERM, time between /readyz saying no and the first 421: what a balancer needs to notice."
                            + " Default: ${DEFAULT-VALUE}.")
    private Duration drainDelay;

    @Option(
            names = "--drain-timeout",
            paramLabel = "TIME",
            defaultValue = SmtpServer.DEFAULT_DRAIN_TIMEOUT_SECONDS + "s",
            converter = Quantities.Time.class,
            description = "At SIGTERM, time for transactions under way to finish. Default: ${DEFAULT-VALUE}.")
    private Duration drainTimeout;

    @Option(
            names = "--log-format",
            paramLabel = "CHOICE",
            defaultValue = "text",
            description = "The log on standard error: text, or json with one object a line. Default: ${DEFAULT-VALUE}.")
    private LogFormat logFormat;

    /** How the log is to be written. */
    LogFormat logFormat() {
        return logFormat;
    }

    /**
     * Where metrics are to be had; null for nowhere.
     *
     * @throws IllegalArgumentException it is no address; the message is for the operator
     */
    InetSocketAddress metricsAddress() {
        return metrics == null ? null : HostPort.parse(metrics);
    }

    /**
     * Starts to answer for a server, if that is wanted.
     *
     * @return null when it is not
     * @throws IOException the address cannot be listened on
     */
    MonitorServer startMonitor(final SmtpServer server) throws IOException {
        final InetSocketAddress address = metricsAddress();
        if (address == null) {
            return null;
        }
        setByDefault(REQUEST_TIME, "10");
        setByDefault(RESPONSE_TIME, "30");
        return MonitorServer.start(address, server);
    }

    Duration drainDelay() {
        return drainDelay;
    }

    Duration drainTimeout() {
        return drainTimeout;
    }

    private static void setByDefault(final String property, final String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
