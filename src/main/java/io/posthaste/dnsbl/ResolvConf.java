package io.posthaste.dnsbl;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The DNS servers of this machine, as resolv.conf(5) names them. */
final class ResolvConf {
    static final Path FILE = Path.of("/etc/resolv.conf");

    private static final int DNS_PORT = 53;
    private static final String NAME_SERVER = "nameserver";
    private static final Pattern SPACE = Pattern.compile("\\s+");
    /** An address: what is none would be looked up. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%.+)?");

    private ResolvConf() {}

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException it names none; the message is for the operator
     */
    static List<InetSocketAddress> servers(final Path file) {
        final List<InetSocketAddress> servers = new ArrayList<>();
        try {
            for (final String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                final String[] words = SPACE.split(line.strip());
                if (words.length > 1
                        && words[0].equals(NAME_SERVER)
                        && LITERAL.matcher(words[1]).matches()) {
                    servers.add(new InetSocketAddress(InetAddress.getByName(words[1]), DNS_PORT));
                }
            }
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException(file + " names a DNS server that is no address: " + e.getMessage(), e);
        } catch (final IOException e) {
            throw new IllegalArgumentException(
                    "--dnsbl needs a DNS server, and " + file + " cannot be read: give --dns-server HOST:PORT", e);
        }
        if (servers.isEmpty()) {
            throw new IllegalArgumentException(
                    "--dnsbl needs a DNS server, and " + file + " names none: give --dns-server HOST:PORT");
        }
        return servers;
    }
}
