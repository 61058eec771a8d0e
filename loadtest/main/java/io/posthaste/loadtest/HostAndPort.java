package io.posthaste.loadtest;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The form HOST:PORT of an address; an IPv6 address stands in brackets.
 *
 * @param host name or address, without brackets
 */
record HostAndPort(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /** @throws TypeConversionException in words for the user */
    static HostAndPort parse(String text) {
        final int colon = text.lastIndexOf(':');
        final boolean isBracketed = text.startsWith("[") && colon > 0 && text.charAt(colon - 1) == ']';
        final String host = isBracketed ? text.substring(1, colon - 1) : text.substring(0, Math.max(0, colon));
        if (host.isEmpty() || !isBracketed && host.indexOf(':') >= 0 || host.indexOf('[') >= 0) {
            throw new TypeConversionException(
                    "'" + text + "' is not HOST:PORT, as in 127.0.0.1:2525, mx.example.org:25 or [::1]:2525");
        }
        return new HostAndPort(host, port(text.substring(colon + 1)));
    }

    private static int port(String digits) {
        try {
            final int port = Integer.parseInt(digits);
            if (port > 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw new TypeConversionException("'" + digits + "' is not a port from 1 to " + MAX_PORT);
    }

    /** Looks the host up; the result may be unresolved. */
    InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    /** The text form of an address, by the name it was given. */
    static String format(InetSocketAddress address) {
        final String host = address.getHostString();
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + address.getPort();
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<HostAndPort> {
        @Override
        public HostAndPort convert(String text) {
            return parse(text);
        }
    }
}
