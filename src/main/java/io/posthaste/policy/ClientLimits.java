package io.posthaste.policy;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much one client may take of the server, over all its connections. A client is an address, or all addresses with the same
 * prefix. Immutable.
 *
 * <p>The numbers allow so much; one more is refused. {@link Integer#MAX_VALUE} stands for no limit. What is so much a minute is
 * so on average; a minute's worth may come at once.
 *
 * @param connections open at once; one more is answered {@code 421 4.7.0} in place of the greeting
 * @param connectionsPerMinute connections begun, those refused not counted; likewise {@code 421 4.7.0}
 * @param messagesPerMinute MAIL commands that may come where they do, those refused for this not counted; {@code 451 4.7.0}
 * @param recipientsPerMinute RCPT commands likewise, taken or not; {@code 451 4.7.0}
 * @param authFailuresPerMinute failed logins; then AUTH is answered {@code 421 4.7.0}
 * @param prefixIpv4 bits of an IPv4 address that tell clients apart, 1 to 32
 * @param prefixIpv6 bits of an IPv6 address that do, 1 to 128: a customer has a /64 or more, and can use each address of it
 * @param exempt networks without these limits
 */
public record ClientLimits(
        int connections,
        int connectionsPerMinute,
        int messagesPerMinute,
        int recipientsPerMinute,
        int authFailuresPerMinute,
        int prefixIpv4,
        int prefixIpv6,
        List<Network> exempt) {
    public static final int DEFAULT_CONNECTIONS = 100;
    public static final int DEFAULT_CONNECTIONS_PER_MINUTE = 600;
    public static final int DEFAULT_MESSAGES_PER_MINUTE = 3000;
    public static final int DEFAULT_RECIPIENTS_PER_MINUTE = 15_000;
    public static final int DEFAULT_AUTH_FAILURES_PER_MINUTE = 30;
    public static final int DEFAULT_PREFIX_IPV4 = 32;
    public static final int DEFAULT_PREFIX_IPV6 = 64;

    /** This machine's own programs: they could do worse than send mail. */
    public static final String DEFAULT_EXEMPT = "127.0.0.0/8,::1";

    /** {@link #DEFAULT_EXEMPT}. */
    public static final List<Network> LOOPBACK =
            Stream.of(DEFAULT_EXEMPT.split(",")).map(Network::parse).toList();

    /** All defaults: for a server that anybody can reach. */
    public static final ClientLimits DEFAULTS = new ClientLimits(
            DEFAULT_CONNECTIONS,
            DEFAULT_CONNECTIONS_PER_MINUTE,
            DEFAULT_MESSAGES_PER_MINUTE,
            DEFAULT_RECIPIENTS_PER_MINUTE,
            DEFAULT_AUTH_FAILURES_PER_MINUTE,
            DEFAULT_PREFIX_IPV4,
            DEFAULT_PREFIX_IPV6,
            LOOPBACK);

    /** No limit at all: for measuring, where the client is one's own. */
    public static final ClientLimits NONE = new ClientLimits(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            DEFAULT_PREFIX_IPV4,
            DEFAULT_PREFIX_IPV6,
            LOOPBACK);

    public ClientLimits {
        requirePositive(connections, "client connection limit");
        requirePositive(connectionsPerMinute, "client connection rate");
        requirePositive(messagesPerMinute, "client message rate");
        requirePositive(recipientsPerMinute, "client recipient rate");
        requirePositive(authFailuresPerMinute, "client authentication failure rate");
        requirePrefix(prefixIpv4, Integer.SIZE, "IPv4");
        requirePrefix(prefixIpv6, 2 * Long.SIZE, "IPv6");
        exempt = List.copyOf(exempt);
    }

    /** Whether there is no limit, so that nothing need be counted. */
    public boolean isNone() {
        return connections == Integer.MAX_VALUE
                && connectionsPerMinute == Integer.MAX_VALUE
                && messagesPerMinute == Integer.MAX_VALUE
                && recipientsPerMinute == Integer.MAX_VALUE
                && authFailuresPerMinute == Integer.MAX_VALUE;
    }

    boolean isExempt(final InetAddress address) {
        for (int i = exempt.size() - 1; i >= 0; i--) {
            if (exempt.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    public ClientLimits withConnections(final int count) {
        return new ClientLimits(
                count,
                connectionsPerMinute,
                messagesPerMinute,
                recipientsPerMinute,
                authFailuresPerMinute,
                prefixIpv4,
                prefixIpv6,
                exempt);
    }

    public ClientLimits withConnectionsPerMinute(final int rate) {
        return new ClientLimits(
                connections,
                rate,
                messagesPerMinute,
                recipientsPerMinute,
                authFailuresPerMinute,
                prefixIpv4,
                prefixIpv6,
                exempt);
    }

    public ClientLimits withMessagesPerMinute(final int rate) {
        return new ClientLimits(
                connections,
                connectionsPerMinute,
                rate,
                recipientsPerMinute,
                authFailuresPerMinute,
                prefixIpv4,
                prefixIpv6,
                exempt);
    }

    public ClientLimits withRecipientsPerMinute(final int rate) {
        return new ClientLimits(
                connections,
                connectionsPerMinute,
                messagesPerMinute,
                rate,
                authFailuresPerMinute,
                prefixIpv4,
                prefixIpv6,
                exempt);
    }

    public ClientLimits withAuthFailuresPerMinute(final int rate) {
        return new ClientLimits(
                connections,
                connectionsPerMinute,
                messagesPerMinute,
                recipientsPerMinute,
                rate,
                prefixIpv4,
                prefixIpv6,
                exempt);
    }

    public ClientLimits withPrefixes(final int ipv4, final int ipv6) {
        return new ClientLimits(
                connections,
                connectionsPerMinute,
                messagesPerMinute,
                recipientsPerMinute,
                authFailuresPerMinute,
                ipv4,
                ipv6,
                exempt);
    }

    /** Exempts these networks, and no others. */
    public ClientLimits withExempt(final List<Network> networks) {
        return new ClientLimits(
                connections,
                connectionsPerMinute,
                messagesPerMinute,
                recipientsPerMinute,
                authFailuresPerMinute,
                prefixIpv4,
                prefixIpv6,
                networks);
    }

    private static void requirePositive(final int value, final String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, not " + value);
        }
    }

    private static void requirePrefix(final int bits, final int most, final String family) {
        if (bits < 1 || bits > most) {
            throw new IllegalArgumentException(
                    "the " + family + " prefix of clients must have 1 to " + most + " bits, not " + bits);
        }
    }
}
