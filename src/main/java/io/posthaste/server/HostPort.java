package io.posthaste.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Reads and writes {@code HOST:PORT}, {@code [IPv6]:PORT}. */
public final class HostPort {
    private static final int GREATEST_PORT = 65535;

    private HostPort() {}

    /**
     * Parses an address to listen on; a host name is looked up, an empty host or {@code *} means every address.
     *
     * @throws IllegalArgumentException with a message for the operator
     */
    public static InetSocketAddress parse(final String text) {
        final int colon = text.lastIndexOf(':');
        if (colon < 0 || text.indexOf(':') != colon && !text.startsWith("[") || colon < text.indexOf(']')) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not HOST:PORT: write it like 127.0.0.1:2525 or [::1]:2525");
        }
        final String host = text.substring(0, colon);
        final int port = port(text, text.substring(colon + 1));
        if (host.isEmpty() || host.equals("*")) {
            return new InetSocketAddress(port);
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException("the host of '" + text + "' is unknown");
        }
    }

    /** The address as an operator writes it. */
    public static String format(final InetSocketAddress address) {
        final String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static int port(final String text, final String port) {
        try {
            final int number = Integer.parseInt(port);
            if (number >= 0 && number <= GREATEST_PORT) {
                return number;
            }
        } catch (final NumberFormatException e) {
            // Reported below, with the numbers out of range.
        }
        throw new IllegalArgumentException("the port of '" + text + "' is not a number from 0 to " + GREATEST_PORT);
    }
}
