package io.posthaste.relay;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The next hops of a client, in turns: which of them to connect to now, and whether any is there. Client thread, what says "any
 * thread" excepted.
 */
final class Hops implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hops.class);

    private final List<Hop> hops = new ArrayList<>();
    private final HopResolver resolver;
    private int next;
    private boolean isAway;

    // Any thread.
    private volatile boolean reachable = true;

    Hops(final List<NextHop> targets, final HopResolver resolver, final long nowNs) {
        this.resolver = resolver;
        targets.forEach(target -> hops.add(new Hop(target, nowNs)));
    }

    /** Whether one was there when it was needed last. Any thread. */
    boolean isReachable() {
        return reachable;
    }

    /** Takes the addresses that have come; returns how many answers there were. */
    int takeAddresses(final long nowNs) {
        return resolver.poll((hop, addresses) -> hop.onResolved(addresses, nowNs));
    }

    /** Asks for the addresses of a hop, which is not chosen until they have come. */
    void resolve(final Hop hop) {
        resolver.resolve(hop);
    }

    /** The next one that may be connected to now; null when there is none. */
    Hop choose(final long nowNs) {
        for (int i = 0; i < hops.size(); i++) {
            final Hop hop = hops.get(Math.floorMod(next++, hops.size()));
            if (!hop.isPausing(nowNs) && !hop.isResolving()) {
                return hop;
            }
        }
        return null;
    }

    /** Whether all of them have failed and are left alone for now. */
    boolean areAllPausing(final long nowNs) {
        return hops.stream().allMatch(hop -> hop.isPausing(nowNs));
    }

    /** Whether they were away when they were needed last, and none has come back since. */
    boolean isAway() {
        return isAway;
    }

    /** There is no connection to any of them, and none can be had; returns why, for people. */
    String away() {
        final String reason = hops.get(0).lastFailure();
        if (!isAway) {
            isAway = true;
            reachable = false;
            LOG.warn("no next server can be reached: {}", reason);
        }
        return reason;
    }

    /** A connection to one was taken into service. */
    void back(final Hop hop) {
        hop.onReady();
        reachable = true;
        if (isAway) {
            isAway = false;
            LOG.info("{} can be reached again", hop.target());
        }
    }

    @Override
    public void close() {
        resolver.close();
    }
}
