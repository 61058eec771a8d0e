package io.posthaste.cli;

import io.posthaste.dnsbl.DnsblSettings;
import io.posthaste.dnsbl.DnsblZone;
import io.posthaste.server.HostPort;
import io.posthaste.server.ServerBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options on DNS lists of clients. */
final class DnsblOptions {
    private static final String DNS_PORT = ":53";

    @Option(
            names = "--dnsbl",
            paramLabel = "ZONE[=ANSWERS]",
            split = ",",
            description =
                    "DNS list whose clients are refused with 550 at RCPT, but for the postmaster; may be repeated."
                            + " ANSWERS are the addresses that count, such as zen.example.org=127.0.0.[2..11]; without, any"
                            + " that a list may give. Default: none.")
    private List<String> zones = new ArrayList<>();

    @Option(
            names = "--dns-server",
            paramLabel = "HOST[:PORT]",
            split = ",",
            description = "DNS server that is asked about them; may be repeated. Default: those in /etc/resolv.conf.")
    private List<String> servers = new ArrayList<>();

    @Option(
            names = "--dnsbl-timeout",
            paramLabel = "TIME",
            defaultValue = DnsblSettings.DEFAULT_TIMEOUT_SECONDS + "s",
            converter = Quantities.Time.class,
            description = "Time for the lists to answer about a client, from its connection on; those that have not are"
                    + " taken as not having it. Default: ${DEFAULT-VALUE}.")
    private Duration timeout;

    @Option(
            names = "--dnsbl-max-lookups",
            paramLabel = "N",
            defaultValue = "" + DnsblSettings.DEFAULT_LOOKUPS,
            description = "Clients looked up at once; one more is taken as not listed. Default: ${DEFAULT-VALUE}.")
    private int lookups;

    @Option(
            names = "--dnsbl-cache",
            paramLabel = "N",
            defaultValue = "" + DnsblSettings.DEFAULT_CACHE_ENTRIES,
            description = "Clients whose result is remembered. Default: ${DEFAULT-VALUE}.")
    private int cacheEntries;

    @Option(
            names = "--dnsbl-min-ttl",
            paramLabel = "TIME",
            defaultValue = DnsblSettings.DEFAULT_LEAST_TTL_MINUTES + "m",
            converter = Quantities.Time.class,
            description = "A result is remembered as long as the list says, and so long at least; so long, too, when a"
                    + " list gave no answer. Default: ${DEFAULT-VALUE}.")
    private Duration leastTtl;

    @Option(
            names = "--dnsbl-max-ttl",
            paramLabel = "TIME",
            defaultValue = DnsblSettings.DEFAULT_MOST_TTL_HOURS + "h",
            converter = Quantities.Time.class,
            description = "... and so long at the most. Default: ${DEFAULT-VALUE}.")
    private Duration mostTtl;

    /**
     * Sets all of this.
     *
     * @throws IllegalArgumentException a value is wrong; the message is for the operator
     */
    void applyTo(final ServerBuilder builder) {
        if (zones.isEmpty()) {
            if (!servers.isEmpty()) {
                throw new IllegalArgumentException("--dns-server is asked about DNS lists, and --dnsbl names none");
            }
            return;
        }
        builder.dnsbl(new DnsblSettings(
                zones.stream().map(DnsblZone::parse).toList(),
                servers.stream().map(DnsblOptions::server).toList(),
                timeout,
                lookups,
                cacheEntries,
                leastTtl,
                mostTtl));
    }

    /** The port may be left out. */
    private static InetSocketAddress server(final String text) {
        final boolean isLiteralV6 = text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[");
        if (isLiteralV6) {
            return HostPort.parse("[" + text + "]" + DNS_PORT);
        }
        return HostPort.parse(text.indexOf(':') < 0 || text.endsWith("]") ? text + DNS_PORT : text);
    }
}
