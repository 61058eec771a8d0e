package io.posthaste.dnsbl;

import io.posthaste.policy.Verdict;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells those who wait what came of look-ups, and bounds how many results are remembered. Agent's thread only, but for one. */
final class Results {
    private final DnsblSettings settings;
    private final DnsblStatistics statistics;
    private final Consumer<Listing> onCompleted;
    private final long leastTtlNs;
    private final long mostTtlNs;
    /** In the order of their age. */
    private final ArrayDeque<Listing> remembered = new ArrayDeque<>();

    /** @param onCompleted told of each result, with one that is to be forgotten for it, or null; any thread */
    Results(final DnsblSettings settings, final DnsblStatistics statistics, final Consumer<Listing> onCompleted) {
        this.settings = settings;
        this.statistics = statistics;
        this.onCompleted = onCompleted;
        leastTtlNs = settings.leastTtl().toNanos();
        mostTtlNs = settings.mostTtl().toNanos();
    }

    /**
     * A look-up is over. Where its result cannot be made the client is let in, and where it cannot be remembered it is asked
     * about again; who waits is told in any case.
     *
     * @param reason of the list that has it; may be empty
     */
    void complete(final Lookup lookup, final String reason, final long nowNs) {
        final Listing listing = lookup.listing();
        Verdict verdict = Verdict.ACCEPT;
        Listing forgotten = listing;
        try {
            statistics.lookupNs.add(nowNs - lookup.begunNs());
            final DnsblZone zone = lookup.listedBy();
            if (zone != null) {
                statistics.listed.increment();
                verdict = Refusals.of(listing.address(), zone, reason);
            }
            remembered.add(listing);
            forgotten = remembered.size() > settings.cacheEntries() ? remembered.poll() : null;
        } finally {
            tell(listing, verdict, forgotten, nowNs + ttlNs(lookup.ttlSeconds()));
        }
    }

    /** A client is not looked up. Any thread. */
    void letIn(final Listing listing, final long nowNs) {
        tell(listing, Verdict.ACCEPT, listing, nowNs);
    }

    /** Counted before it is told, so that whoever hears of it finds it counted. */
    private void tell(final Listing listing, final Verdict verdict, final Listing forgotten, final long untilNs) {
        try {
            onCompleted.accept(forgotten);
        } finally {
            listing.complete(verdict, untilNs);
        }
    }

    /** Without an object: there may be no memory for one. */
    private long ttlNs(final long seconds) {
        return Math.min(mostTtlNs, Math.max(leastTtlNs, TimeUnit.SECONDS.toNanos(seconds)));
    }
}
