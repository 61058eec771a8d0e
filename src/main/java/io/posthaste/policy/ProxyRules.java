package io.posthaste.policy;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Who has to send a header of the PROXY protocol ahead of each connection, and is believed. Immutable.
 *
 * @param balancers networks whose connections are relayed; empty: no header is read from anybody
 * @param headerTimeoutNs for the whole header, from the connection's beginning; then it is closed
 */
public record ProxyRules(List<Network> balancers, long headerTimeoutNs) {
    public static final int DEFAULT_HEADER_TIMEOUT_SECONDS = 5;
    public static final long DEFAULT_HEADER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(DEFAULT_HEADER_TIMEOUT_SECONDS);

    /** No balancer. */
    public static final ProxyRules NONE = new ProxyRules(List.of(), DEFAULT_HEADER_TIMEOUT_NS);

    public ProxyRules {
        balancers = List.copyOf(balancers);
        if (headerTimeoutNs <= 0) {
            throw new IllegalArgumentException("proxy-timeout must be more than 0, not " + headerTimeoutNs + " ns");
        }
    }

    public ProxyRules withHeaderTimeoutNs(final long timeoutNs) {
        return new ProxyRules(balancers, timeoutNs);
    }

    /** Whether there are any balancers. */
    public boolean isOn() {
        return !balancers.isEmpty();
    }

    /** Whether connections from this address are relayed. */
    public boolean isBalancer(final InetAddress address) {
        for (int i = 0; i < balancers.size(); i++) {
            if (balancers.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }
}
