package io.posthaste.cli;

import io.posthaste.policy.Network;
import io.posthaste.policy.ProxyRules;
import io.posthaste.server.ServerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options on the PROXY protocol, by which balancers tell whom they relay. */
final class ProxyOptions {
    @Option(
            names = "--proxy-protocol",
            paramLabel = "CIDR",
            split = ",",
            description =
                    "Balancers: their connections must begin with a PROXY header (version 1 or 2, before any TLS),"
                            + " and the client is who the header says; may be repeated. From elsewhere a header is a bad"
                            + " command. Default: none.")
    private List<String> balancers = new ArrayList<>();

    @Option(
            names = "--proxy-timeout",
            paramLabel = "TIME",
            defaultValue = ProxyRules.DEFAULT_HEADER_TIMEOUT_SECONDS + "s",
            converter = Quantities.Time.class,
            description = "Time for the whole header; then the connection is closed. Default: ${DEFAULT-VALUE}.")
    private Duration timeout;

    /**
     * Sets all of this.
     *
     * @throws IllegalArgumentException a value is wrong; the message is for the operator
     */
    void applyTo(final ServerBuilder builder) {
        balancers.forEach(network -> builder.proxyProtocol(Network.parse(network)));
        builder.proxyTimeout(timeout);
    }
}
