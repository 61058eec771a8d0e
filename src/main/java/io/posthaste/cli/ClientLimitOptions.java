package io.posthaste.cli;

import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.Network;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * The options on how much one client may take over all its connections; {@code serve} has limits, {@code sink} none unless they
 * are given.
 */
final class ClientLimitOptions {
    private static final int NO_LIMIT = 0;
    private static final String NO_NETWORK = "none";

    @Option(
            names = "--max-client-connections",
            paramLabel = "N",
            description = "Connections that one client address may have; one more is answered 421; 0 for no limit, as"
                    + " with the other four. Default: " + ClientLimits.DEFAULT_CONNECTIONS + ", no limit for sink.")
    private Integer connections;

    @Option(
            names = "--max-client-connection-rate",
            paramLabel = "N",
            description = "Connections that it may begin in a minute; one more is answered 421. Default: "
                    + ClientLimits.DEFAULT_CONNECTIONS_PER_MINUTE + ", no limit for sink.")
    private Integer connectionRate;

    @Option(
            names = "--max-client-message-rate",
            paramLabel = "N",
            description = "Messages that it may begin in a minute; MAIL for one more is answered 451. Default: "
                    + ClientLimits.DEFAULT_MESSAGES_PER_MINUTE + ", no limit for sink.")
    private Integer messageRate;

    @Option(
            names = "--max-client-recipient-rate",
            paramLabel = "N",
            description = "Recipients that it may name in a minute; RCPT for one more is answered 451. Default: "
                    + ClientLimits.DEFAULT_RECIPIENTS_PER_MINUTE + ", no limit for sink.")
    private Integer recipientRate;

    @Option(
            names = "--max-client-auth-failure-rate",
            paramLabel = "N",
            description = "Logins that it may fail in a minute; then AUTH is answered 421. Default: "
                    + ClientLimits.DEFAULT_AUTH_FAILURES_PER_MINUTE + ", no limit for sink.")
    private Integer authFailureRate;

    @Option(
            names = "--client-prefix-ipv4",
            paramLabel = "BITS",
            defaultValue = "" + ClientLimits.DEFAULT_PREFIX_IPV4,
            description = "IPv4 addresses with this many first bits in common are one client. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int prefixIpv4;

    @Option(
            names = "--client-prefix-ipv6",
            paramLabel = "BITS",
            defaultValue = "" + ClientLimits.DEFAULT_PREFIX_IPV6,
            description = "Likewise for IPv6. Default: ${DEFAULT-VALUE}.")
    private int prefixIpv6;

    @Option(
            names = "--client-limits-exempt",
            paramLabel = "CIDR",
            split = ",",
            description = "Network whose clients have none of these limits; may be repeated. What is given replaces the"
                    + " default; 'none' exempts nobody. Default: " + ClientLimits.DEFAULT_EXEMPT + ".")
    private List<String> exempt;

    /**
     * The limits, as given or as in {@code defaults}.
     *
     * @throws IllegalArgumentException a value is out of range; the message is for the operator
     */
    ClientLimits limits(final ClientLimits defaults) {
        return new ClientLimits(
                count("--max-client-connections", connections, defaults.connections()),
                count("--max-client-connection-rate", connectionRate, defaults.connectionsPerMinute()),
                count("--max-client-message-rate", messageRate, defaults.messagesPerMinute()),
                count("--max-client-recipient-rate", recipientRate, defaults.recipientsPerMinute()),
                count("--max-client-auth-failure-rate", authFailureRate, defaults.authFailuresPerMinute()),
                prefixIpv4,
                prefixIpv6,
                exempt == null ? defaults.exempt() : networks());
    }

    private List<Network> networks() {
        return exempt.equals(List.of(NO_NETWORK))
                ? List.of()
                : exempt.stream().map(Network::parse).toList();
    }

    private static int count(final String option, final Integer given, final int byDefault) {
        if (given == null) {
            return byDefault;
        }
        if (given < NO_LIMIT) {
            throw new IllegalArgumentException(option + " must be a number from 1 on, or 0 for no limit, not " + given);
        }
        return given == NO_LIMIT ? Integer.MAX_VALUE : given;
    }
}
