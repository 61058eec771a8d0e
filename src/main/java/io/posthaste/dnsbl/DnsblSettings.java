package io.posthaste.dnsbl;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Which DNS lists are asked, and how. Immutable.
 *
 * @param zones asked for each client, at least one
 * @param servers DNS servers, asked in this order; none for those of this machine
 * @param timeout for all lists to answer about a client; those that have not are taken as not listing it
 * @param lookups clients that may be looked up at once; one more is taken as not listed
 * @param cacheEntries clients whose result is remembered
 * @param leastTtl for which a result is remembered at least; so long it is when a list gave no answer
 * @param mostTtl for which it is at the most
 */
public record DnsblSettings(
        List<DnsblZone> zones,
        List<InetSocketAddress> servers,
        Duration timeout,
        int lookups,
        int cacheEntries,
        Duration leastTtl,
        Duration mostTtl) {
    public static final int DEFAULT_TIMEOUT_SECONDS = 5;
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(DEFAULT_TIMEOUT_SECONDS);
    public static final int DEFAULT_LOOKUPS = 256;
    public static final int DEFAULT_CACHE_ENTRIES = 20_000;
    public static final int DEFAULT_LEAST_TTL_MINUTES = 1;
    public static final Duration DEFAULT_LEAST_TTL = Duration.ofMinutes(DEFAULT_LEAST_TTL_MINUTES);
    public static final int DEFAULT_MOST_TTL_HOURS = 1;
    public static final Duration DEFAULT_MOST_TTL = Duration.ofHours(DEFAULT_MOST_TTL_HOURS);

    /** Each costs a datagram and a socket for each client. */
    public static final int MOST_ZONES = 16;

    private static final int MOST_LOOKUPS = 16_384;
    private static final int MOST_ENTRIES = 10_000_000;
    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(10);
    private static final Duration GREATEST_TTL = Duration.ofDays(7);

    /** @throws IllegalArgumentException with a message for the operator */
    public DnsblSettings {
        zones = List.copyOf(zones);
        servers = List.copyOf(servers);
        if (zones.isEmpty() || zones.size() > MOST_ZONES) {
            throw new IllegalArgumentException("--dnsbl takes 1 to " + MOST_ZONES + " DNS lists, not " + zones.size());
        }
        if (zones.stream().map(DnsblZone::name).distinct().count() < zones.size()) {
            throw new IllegalArgumentException(
                    "--dnsbl names a DNS list twice: put its answers into one set," + " zone=127.0.0.[2;4..11]");
        }
        for (final InetSocketAddress server : servers) {
            if (server.isUnresolved() || server.getPort() == 0) {
                throw new IllegalArgumentException("'" + server.getHostString() + ":" + server.getPort()
                        + "' is not the address of a DNS server: write it like 192.0.2.53:53");
            }
        }
        if (timeout.compareTo(LEAST_TIMEOUT) < 0) {
            throw new IllegalArgumentException("--dnsbl-timeout must be at least 10ms");
        }
        requireRange("--dnsbl-max-lookups", lookups, MOST_LOOKUPS);
        requireRange("--dnsbl-cache", cacheEntries, MOST_ENTRIES);
        if (leastTtl.isZero() || leastTtl.isNegative() || mostTtl.compareTo(GREATEST_TTL) > 0) {
            throw new IllegalArgumentException(
                    "results of DNS lists are remembered for more than 0 and for 7 days at most");
        }
        if (leastTtl.compareTo(mostTtl) > 0) {
            throw new IllegalArgumentException("--dnsbl-min-ttl is longer than --dnsbl-max-ttl");
        }
    }

    /** These lists, everything else by default. */
    public static DnsblSettings of(final List<DnsblZone> zones) {
        return new DnsblSettings(
                zones,
                List.of(),
                DEFAULT_TIMEOUT,
                DEFAULT_LOOKUPS,
                DEFAULT_CACHE_ENTRIES,
                DEFAULT_LEAST_TTL,
                DEFAULT_MOST_TTL);
    }

    public DnsblSettings withServers(final List<InetSocketAddress> newServers) {
        return new DnsblSettings(zones, newServers, timeout, lookups, cacheEntries, leastTtl, mostTtl);
    }

    public DnsblSettings withTimeout(final Duration newTimeout) {
        return new DnsblSettings(zones, servers, newTimeout, lookups, cacheEntries, leastTtl, mostTtl);
    }

    public DnsblSettings withLookups(final int count) {
        return new DnsblSettings(zones, servers, timeout, count, cacheEntries, leastTtl, mostTtl);
    }

    public DnsblSettings withCacheEntries(final int count) {
        return new DnsblSettings(zones, servers, timeout, lookups, count, leastTtl, mostTtl);
    }

    public DnsblSettings withTtl(final Duration least, final Duration most) {
        return new DnsblSettings(zones, servers, timeout, lookups, cacheEntries, least, most);
    }

    /** How long a session may wait at the most: for the lists, and then for the reason why one has the client. */
    public Duration longestWait() {
        return timeout.plus(timeout.dividedBy(Exchange.ATTEMPTS));
    }

    private static void requireRange(final String option, final int value, final int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(option + " must be 1 to " + most + ", not " + value);
        }
    }
}
