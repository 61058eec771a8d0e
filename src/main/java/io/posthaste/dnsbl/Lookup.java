package io.posthaste.dnsbl;

import java.util.ArrayList;
import java.util.List;

/** One client that is looked up: what its lists have said so far. Agent's thread only. */
final class Lookup {
    private final Listing listing;
    private final long begunNs;
    /** Those under way. */
    private final List<Exchange> exchanges = new ArrayList<>();

    private boolean hasFailed;
    private long ttlSeconds = Long.MAX_VALUE;
    /** The list that has it; null while none is known to. */
    private DnsblZone listedBy;

    Lookup(final Listing listing, final long begunNs) {
        this.listing = listing;
        this.begunNs = begunNs;
    }

    Listing listing() {
        return listing;
    }

    /** When it was taken up. */
    long begunNs() {
        return begunNs;
    }

    void begin(final Exchange exchange) {
        exchanges.add(exchange);
    }

    /** An exchange is over. */
    void end(final Exchange exchange) {
        exchanges.remove(exchange);
    }

    /** Those under way; the caller's own copy. */
    List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** One of those under way; there is one. */
    Exchange lastExchange() {
        return exchanges.get(exchanges.size() - 1);
    }

    /** Whether nothing is awaited any more. */
    boolean isOver() {
        return exchanges.isEmpty();
    }

    /** A list does not have it, which may be remembered for so long. */
    void notListed(final long seconds) {
        ttlSeconds = Math.min(ttlSeconds, seconds);
    }

    /** A list has it, which may be remembered for so long; what others say does not matter any more. */
    void listed(final DnsblZone zone, final long seconds) {
        listedBy = zone;
        ttlSeconds = seconds;
    }

    /** A list gave no answer. */
    void failed() {
        hasFailed = true;
    }

    DnsblZone listedBy() {
        return listedBy;
    }

    /** How long the result may be remembered; 0 when it is not known of each list. */
    long ttlSeconds() {
        return hasFailed && listedBy == null ? 0 : ttlSeconds;
    }
}
