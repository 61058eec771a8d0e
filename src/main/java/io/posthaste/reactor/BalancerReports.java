package io.posthaste.reactor;

import io.posthaste.metrics.CloseReason;
import io.posthaste.session.Peer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator of balancers that do not introduce their clients: a line for the first, then one in ten seconds at the
 * most, with the number of those in between. One for a reactor; called on its thread only.
 */
final class BalancerReports {
    static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);

    private static final Logger LOG = LoggerFactory.getLogger(BalancerReports.class);

    private final String patience;
    private final Consumer<String> writer;
    private long nextNs;
    private long untold;

    BalancerReports(final long headerTimeoutNs, final long nowNs) {
        this(headerTimeoutNs, nowNs, LOG::warn);
    }

    /** @param writer takes each line */
    BalancerReports(final long headerTimeoutNs, final long nowNs, final Consumer<String> writer) {
        this.writer = writer;
        patience = TimeUnit.NANOSECONDS.toMillis(headerTimeoutNs) + " ms";
        nextNs = nowNs;
    }

    /** A connection is closed for want of a header that can be read. */
    void refused(final CloseReason reason, final Peer balancer, final long nowNs) {
        if (nextNs - nowNs > 0) {
            untold++;
            return;
        }
        nextNs = nowNs + INTERVAL_NS;
        writer.accept("closed a connection of " + balancer + ", which has to send PROXY headers: " + description(reason)
                + (untold == 0 ? "" : "; " + untold + " more closed since the last line"));
        untold = 0;
    }

    private String description(final CloseReason reason) {
        return switch (reason) {
            case PROXY_HEADER_TIMEOUT ->
                "none came within " + patience + " (is send-proxy or send-proxy-v2 set there, and check-send-proxy for"
                        + " its health checks?)";
            case PROXY_HEADER_MISSING ->
                "it began with something else (is send-proxy or send-proxy-v2 set there, and is it a balancer?)";
            case PROXY_HEADER_TOO_LONG -> "it is too long (does it send more fields than it needs to?)";
            default -> "it is malformed, or its checksum is wrong";
        };
    }
}
