package io.posthaste.reactor;

import io.posthaste.envelope.Via;
import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.ProxyRules;
import io.posthaste.session.Peer;
import io.posthaste.wire.ProxyHeader;
import java.io.IOException;
import java.net.InetAddress;

/**
 * The headers of the PROXY protocol by which balancers introduce the clients that they relay, ahead of TLS and of the
 * greeting. One for a reactor; called on its thread only.
 */
final class Introductions {
    /** Octets kept of each text that a header tells. */
    private static final int AUTHORITY_LIMIT = 255;

    private static final int UNIQUE_ID_LIMIT = 128;
    private static final int TLS_VERSION_LIMIT = 16;
    private static final int CLIENT_NAME_LIMIT = 128;

    private final ReactorContext context;
    private final ProxyRules rules;
    private final ProxyHeader header = new ProxyHeader();
    private final BalancerReports reports;

    Introductions(final ReactorContext context, final ProxyRules rules, final long nowNs) {
        this.context = context;
        this.rules = rules;
        reports = new BalancerReports(rules.headerTimeoutNs(), nowNs);
    }

    /** Whether connections from this address are relayed, and begin with a header. */
    boolean isDue(final InetAddress address) {
        return rules.isBalancer(address);
    }

    /** Waits for the header. */
    void begin(final Connection connection, final long nowNs) {
        connection.phase(Phase.AWAITING_INTRODUCTION);
        connection.rearmDeadline(rules.headerTimeoutNs(), nowNs);
    }

    /** The balancer sends, or leaves: somebody who only looks whether the port is open is not worth a line in the log. */
    void onReadable(final Connection connection, final long nowNs) throws IOException {
        final Block block = context.readBlock;
        final int from = connection.kept.moveTo(block);
        final int count = connection.readTo(block, from);
        if (count < 0) {
            Farewell.onPeerClosed(connection);
            return;
        }
        final int to = from + count;
        final int end = header.parse(block.buffer(), 0, to);
        switch (end) {
            case ProxyHeader.INCOMPLETE -> {
                if (to > 0) {
                    Consuming.keep(connection, block, 0, to);
                }
            }
            case ProxyHeader.ABSENT -> refuse(connection, CloseReason.PROXY_HEADER_MISSING, nowNs);
            case ProxyHeader.MALFORMED, ProxyHeader.WRONG_CHECKSUM ->
                refuse(connection, CloseReason.PROXY_HEADER_MALFORMED, nowNs);
            case ProxyHeader.TOO_LONG -> refuse(connection, CloseReason.PROXY_HEADER_TOO_LONG, nowNs);
            default -> introduce(connection, end, to, nowNs);
        }
    }

    /** The whole header has not come in time. */
    void onDeadline(final Connection connection, final long nowNs) {
        refuse(connection, CloseReason.PROXY_HEADER_TIMEOUT, nowNs);
    }

    private void refuse(final Connection connection, final CloseReason reason, final long nowNs) {
        context.metrics.increment(Counter.PROXY_HEADERS_REFUSED);
        reports.refused(reason, connection.session.peer(), nowNs);
        connection.close(reason);
    }

    /** Octets [from, to) of the read block are the client's. */
    private void introduce(final Connection connection, final int from, final int to, final long nowNs)
            throws IOException {
        context.metrics.increment(header.isLocal() ? Counter.PROXY_HEALTH_CHECKS : Counter.PROXY_HEADERS);
        connection.phase(Phase.READING);
        if (header.isLocal()) {
            connection.isHealthCheck();
        } else {
            connection.session.open(client(connection.session.peer().address()), connection, nowNs);
        }
        connection.welcome(from, to, nowNs);
    }

    private Peer client(final InetAddress balancer) throws IOException {
        final Via via = new Via(
                balancer,
                text(ProxyHeader.Text.AUTHORITY, AUTHORITY_LIMIT),
                text(ProxyHeader.Text.UNIQUE_ID, UNIQUE_ID_LIMIT),
                text(ProxyHeader.Text.TLS_VERSION, TLS_VERSION_LIMIT),
                header.isVerified() ? text(ProxyHeader.Text.CLIENT_NAME, CLIENT_NAME_LIMIT) : null);
        if (header.sourceLength() == 0) {
            return Peer.unknownBehind(via);
        }
        final byte[] octets = new byte[header.sourceLength()];
        header.copySource(octets);
        return Peer.behind(via, InetAddress.getByAddress(octets));
    }

    /** Null when it is empty; as {@link Via} has it. */
    private String text(final ProxyHeader.Text text, final int limit) {
        final int from = header.start(text);
        final int to = Math.min(header.end(text), from + limit);
        if (from == to) {
            return null;
        }
        final StringBuilder printable = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            final byte octet = context.readBlock.buffer().get(i);
            printable.append(octet < ' ' || octet == 0x7F || octet == '"' || octet == '\\' ? '?' : (char) octet);
        }
        return printable.toString();
    }
}
