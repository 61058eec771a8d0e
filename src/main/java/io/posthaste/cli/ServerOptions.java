package io.posthaste.cli;

import io.posthaste.policy.BareNewline;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.Limits;
import io.posthaste.policy.Network;
import io.posthaste.server.HostPort;
import io.posthaste.server.ServerBuilder;
import io.posthaste.server.SmtpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that {@code serve} and {@code sink} share. */
final class ServerOptions {
    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            split = ",",
            description =
                    "Address to listen on; may be repeated. Default: 127.0.0.1:" + ServerBuilder.DEFAULT_PORT + ".")
    private List<String> listen = new ArrayList<>();

    @Option(
            names = "--hostname",
            paramLabel = "NAME",
            description = "Name in the greeting and in Received. Default: this machine's name.")
    private String hostname;

    @Option(
            names = "--max-message-size",
            paramLabel = "SIZE",
            defaultValue = Limits.DEFAULT_MESSAGE_MEBIOCTETS + "m",
            converter = Quantities.Size.class,
            description = "Largest message taken; more is refused with 552. Default: ${DEFAULT-VALUE}.")
    private long maxMessageSize;

    @Option(
            names = "--max-recipients",
            paramLabel = "N",
            defaultValue = "" + Limits.DEFAULT_RECIPIENTS,
            description = "Recipients of one message; more are refused with 452. Default: ${DEFAULT-VALUE}.")
    private int maxRecipients;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "Connections at once; one more is refused with 421. Default: "
                    + ServerBuilder.DEFAULT_MAX_CONNECTIONS + ", or fewer when the limit of open files is lower.")
    private Integer maxConnections;

    @Option(
            names = "--reactors",
            paramLabel = "N",
            description = "Event loops, each with a thread and a listening socket. Default: one for each core.")
    private Integer reactors;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = Quantities.Size.class,
            description = "Memory for message octets; when it is used up the server stops reading, then answers 452."
                    + " Default: " + ServerBuilder.DEFAULT_MEMORY_MEBIOCTETS
                    + "m, or room for two largest messages in each event loop if that is more.")
    private Long memory;

    @Option(
            names = "--command-timeout",
            paramLabel = "TIME",
            defaultValue = Limits.DEFAULT_COMMAND_TIMEOUT_MINUTES + "m",
            converter = Quantities.Time.class,
            description = "Time for the next whole command; then 421. Default: ${DEFAULT-VALUE}.")
    private Duration commandTimeout;

    @Option(
            names = "--data-timeout",
            paramLabel = "TIME",
            defaultValue = Limits.DEFAULT_DATA_TIMEOUT_MINUTES + "m",
            converter = Quantities.Time.class,
            description = "Time between two pieces of message content; then 421. Default: ${DEFAULT-VALUE}.")
    private Duration dataTimeout;

    @Option(
            names = "--bare-newline",
            paramLabel = "CHOICE",
            defaultValue = "reject",
            description = "Content with a CR or LF that is not a CRLF: reject, normalize (to CRLF) or accept."
                    + " Default: ${DEFAULT-VALUE}.")
    private BareNewline bareNewline;

    @Option(
            names = "--tolerate-spaces",
            fallbackValue = "true",
            description = "Take stray spaces in MAIL and RCPT, as old senders write them: MAIL FROM: <a@b>.")
    private boolean tolerateSpaces;

    @Option(
            names = "--trusted-network",
            paramLabel = "CIDR",
            split = ",",
            description = "Clients that may see figures with HELP STATUS, besides loopback; may be repeated.")
    private List<String> trustedNetworks = new ArrayList<>();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file with options by their names: max-connections = 100. The environment"
                    + " (POSTHASTE_MAX_CONNECTIONS) goes before it, the command line before both.")
    private String config;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Mixin
    private OperationOptions operation = new OperationOptions();

    @Mixin
    private ProxyOptions proxy = new ProxyOptions();

    OperationOptions operation() {
        return operation;
    }

    /**
     * A builder with all of this set.
     *
     * @throws IllegalArgumentException a value is wrong; the message is for the operator
     */
    ServerBuilder builder(final ConductLimits conduct) {
        final int reactorCount = reactors == null ? Runtime.getRuntime().availableProcessors() : reactors;
        final String name = hostname == null ? machineName() : hostname;
        final ServerBuilder builder = SmtpServer.builder()
                .hostname(name)
                .limits(Limits.DEFAULTS
                        .withMessageOctets(maxMessageSize)
                        .withRecipients(maxRecipients)
                        .withTimeouts(commandTimeout.toNanos(), dataTimeout.toNanos()))
                .conduct(conduct)
                .reactors(reactorCount)
                .maxConnections(maxConnections == null ? ProcessLimits.connectionsPossible() : maxConnections)
                .bareNewline(bareNewline)
                .tolerateSpaces(tolerateSpaces);
        listen.forEach(address -> builder.listen(HostPort.parse(address)));
        trustedNetworks.forEach(network -> builder.trust(Network.parse(network)));
        tls.applyTo(builder, name);
        proxy.applyTo(builder);
        operation.metricsAddress(); // what is wrong with it is told before anything is opened
        if (memory != null) {
            builder.memory(memory);
        }
        return builder;
    }

    /** As the kernel has it: asking the resolver could take long. */
    private static String machineName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.US_ASCII)
                    .strip();
        } catch (final IOException e) {
            return loopbackName();
        }
    }

    private static String loopbackName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (final IOException e) {
            return "localhost";
        }
    }
}
