package io.posthaste.server;

import io.posthaste.policy.BareNewline;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.Limits;
import io.posthaste.policy.LoadLimits;
import io.posthaste.policy.Network;
import io.posthaste.policy.ProxyRules;
import io.posthaste.policy.SessionRules;
import io.posthaste.session.FlightRecorder;
import io.posthaste.tls.TlsEngineChoice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything that can be set about a server but its delivery. Immutable.
 *
 * @param listeners addresses to listen on, at least one
 * @param hostname in the greeting and in Received: a domain name
 * @param acceptDomains recipient domains taken, {@code *} for all; empty takes all, and is allowed on loopback only
 * @param limits of each session
 * @param conduct how a client may behave
 * @param clients how much one client may take of the server, over all its connections
 * @param load from which load on connections and messages are refused
 * @param reactors event loops, 1 to 1024
 * @param memoryOctets direct memory for message octets, over all reactors
 * @param maxConnections connections at once, over all reactors
 * @param queueCapacity completed messages that may wait for the delivery
 * @param bareNewline what becomes of content with a bare CR or LF
 * @param tolerateSpaces whether stray spaces in MAIL and RCPT are taken
 * @param trustedNetworks whose clients may see figures with HELP STATUS, besides loopback
 * @param access who may use the server
 * @param tls whether and how TLS is offered
 * @param proxy who has to send a header of the PROXY protocol, and is believed
 * @param logTransactions whether a line is logged for each mail transaction
 * @param accessLogRate lines a second and reactor about refused senders and recipients, and as many about logins; 0 for none
 * @param flightEvents events that the flight recorder of each reactor keeps; 0 for none
 */
public record ServerConfig(
        List<InetSocketAddress> listeners,
        String hostname,
        List<String> acceptDomains,
        Limits limits,
        ConductLimits conduct,
        ClientLimits clients,
        LoadLimits load,
        int reactors,
        long memoryOctets,
        int maxConnections,
        int queueCapacity,
        BareNewline bareNewline,
        boolean tolerateSpaces,
        List<Network> trustedNetworks,
        AccessSettings access,
        TlsSettings tls,
        ProxyRules proxy,
        boolean logTransactions,
        int accessLogRate,
        int flightEvents) {
    private static final String NAME_DOMAINS =
            " name the domains with --accept DOMAIN, the recipients with --recipients FILE,"
                    + " or --accept '*' if that is meant";

    /** The least memory a reactor can work with. */
    public static final long LEAST_MEMORY_PER_REACTOR = 4L * 1024 * 1024;

    /** Heap of a connection at rest with its channel, and of the JDK's engine of TLS; rough, for a warning. */
    private static final long HEAP_A_CONNECTION = 2L * 1024;

    private static final long HEAP_A_JDK_ENGINE = 40L * 1024;

    private static final int GREATEST_REACTORS = 1024;
    private static final String HOSTNAME_FORM = "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\\[[0-9A-Fa-fIPv:.]+]";

    /** Octets from 0x80 on are those of U-labels (RFC 6531 section 3.3). */
    private static final String LABEL_FORM =
            "[A-Za-z0-9_\\x{80}-\\x{10FFFF}]([A-Za-z0-9_\\x{80}-\\x{10FFFF}-]*[A-Za-z0-9_\\x{80}-\\x{10FFFF}])?";

    private static final String DOMAIN_FORM = "\\*|\\[[0-9A-Za-z.:-]+]|" + LABEL_FORM + "(\\." + LABEL_FORM + ")*";

    /** Octets of heap that an open connection takes, roughly: more where the JDK was chosen for TLS. */
    public long heapOctetsAConnection() {
        final boolean hasEngine = tls.isOffered() && tls.engine() == TlsEngineChoice.JDK;
        return HEAP_A_CONNECTION + (hasEngine ? HEAP_A_JDK_ENGINE : 0);
    }

    /** @throws IllegalArgumentException with a message for the operator */
    public ServerConfig {
        listeners = List.copyOf(listeners);
        acceptDomains = List.copyOf(acceptDomains);
        trustedNetworks = List.copyOf(trustedNetworks);
        if (listeners.isEmpty() && tls.listeners().isEmpty()) {
            throw new IllegalArgumentException("there is nothing to listen on");
        }
        for (final InetSocketAddress listener : all(listeners, tls.listeners())) {
            if (listener.isUnresolved()) {
                throw new IllegalArgumentException(
                        "the host of '" + listener.getHostString() + ":" + listener.getPort() + "' is unknown");
            }
        }
        requireNoOverlap(all(listeners, tls.listeners()));
        if (access.authUsers() != null && !tls.isOffered()) {
            throw new IllegalArgumentException(
                    "--auth-users needs TLS, passwords are not taken in the clear: give --tls-cert and --tls-key");
        }
        if (hostname.length() > 255 || !hostname.matches(HOSTNAME_FORM)) {
            throw new IllegalArgumentException("'" + hostname + "' is not a host name");
        }
        if (reactors < 1 || reactors > GREATEST_REACTORS) {
            throw new IllegalArgumentException("reactors must be 1 to " + GREATEST_REACTORS + ", not " + reactors);
        }
        if (memoryOctets / reactors < LEAST_MEMORY_PER_REACTOR) {
            throw new IllegalArgumentException("memory must be at least 4m for each of the " + reactors + " reactors");
        }
        if (maxConnections < 1) {
            throw new IllegalArgumentException("max-connections must be at least 1, not " + maxConnections);
        }
        if (accessLogRate < 0 || accessLogRate > AccessLog.MOST_LINES_PER_SECOND) {
            throw new IllegalArgumentException("the access log has 1 to " + AccessLog.MOST_LINES_PER_SECOND
                    + " lines a second, or is off, not " + accessLogRate);
        }
        if (flightEvents != 0
                && (flightEvents < FlightRecorder.LEAST_EVENTS || flightEvents > FlightRecorder.MOST_EVENTS)) {
            throw new IllegalArgumentException("the flight recorder keeps " + FlightRecorder.LEAST_EVENTS + " to "
                    + FlightRecorder.MOST_EVENTS + " events, or is off, not " + flightEvents);
        }
        if (queueCapacity < 2) {
            throw new IllegalArgumentException("queue capacity must be at least 2, not " + queueCapacity);
        }
        for (final String domain : acceptDomains) {
            if (!domain.matches(DOMAIN_FORM)) {
                throw new IllegalArgumentException("'" + domain
                        + "' is not a domain to accept: write it like example.org" + " or [192.0.2.1], or * for all");
            }
        }
        if (acceptDomains.isEmpty() && access.recipients() == null) {
            for (final InetSocketAddress listener : all(listeners, tls.listeners())) {
                requireLoopback(listener);
            }
            if (proxy.isOn()) {
                throw new IllegalArgumentException(
                        "clients behind a balancer (--proxy-protocol) could send to every domain:" + NAME_DOMAINS);
            }
        }
    }

    private static List<InetSocketAddress> all(
            final List<InetSocketAddress> plain, final List<InetSocketAddress> secure) {
        return Stream.concat(plain.stream(), secure.stream()).toList();
    }

    /** Java's socket for 0.0.0.0 or [::] takes every address of IPv4 and IPv6: no other fits beside it on the same port. */
    private static void requireNoOverlap(final List<InetSocketAddress> listeners) {
        for (int i = 1; i < listeners.size(); i++) {
            for (final InetSocketAddress earlier : listeners.subList(0, i)) {
                final InetSocketAddress later = listeners.get(i);
                final boolean isEverywhere = earlier.getAddress().isAnyLocalAddress()
                        || later.getAddress().isAnyLocalAddress();
                if (isEverywhere && earlier.getPort() == later.getPort() && later.getPort() != 0) {
                    throw new IllegalArgumentException(HostPort.format(earlier) + " and " + HostPort.format(later)
                            + " cannot both be listened on: 0.0.0.0, [::] and * each take every address of IPv4 and"
                            + " IPv6; leave one out");
                }
            }
        }
    }

    /**
     * The memory that lets every reactor hold two contents of the greatest size, and never less than the default.
     *
     * @param contentOctets that are kept in memory of one message
     */
    static long defaultMemoryOctets(final long contentOctets, final int reactors) {
        return Math.max(ServerBuilder.DEFAULT_MEMORY_OCTETS, 2 * contentOctets * reactors);
    }

    /**
     * Content is kept in one reactor's share of the memory until it is delivered, or a part of it: a message that can never
     * fit would be refused for ever.
     *
     * @param contentOctets that are kept in memory of one message
     */
    void requireRoomForContent(final long contentOctets) {
        if (contentOctets > memoryOctets / reactors / 2) {
            throw new IllegalArgumentException("a message of " + contentOctets
                    + " octets does not fit into half of a reactor's memory (" + memoryOctets / reactors
                    + " octets): raise the memory or lower the message size limit");
        }
    }

    /** Threads for the heavy work of TLS handshakes. */
    public int tlsThreads() {
        return tls.threads();
    }

    /** What each client is held against: where nobody can log in, nobody fails to, and that need not be counted. */
    ClientLimits clientLimits() {
        return access.authUsers() == null ? clients.withAuthFailuresPerMinute(Integer.MAX_VALUE) : clients;
    }

    /** Whether a client may see figures. */
    boolean isTrusted(final InetAddress client) {
        return client.isLoopbackAddress() || trustedNetworks.stream().anyMatch(network -> network.contains(client));
    }

    /** What its sessions go by. */
    SessionRules sessionRules(final AccessFiles files, final boolean announceDsn) {
        return new SessionRules(
                limits,
                conduct,
                files.recipients(acceptDomains),
                files.rules(),
                bareNewline,
                tolerateSpaces,
                announceDsn,
                tls.isOffered());
    }

    /** No open relay by default. */
    private static void requireLoopback(final InetSocketAddress listener) {
        if (!listener.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("listening on " + HostPort.format(listener)
                    + " would take mail for every domain from everyone:" + NAME_DOMAINS);
        }
    }
}
