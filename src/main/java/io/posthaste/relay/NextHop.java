package io.posthaste.relay;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * A mail server as the operator names it.
 *
 * @param host its name or address, without brackets; empty for a path
 * @param port 1 to 65535; 0 for a path
 * @param path of a socket in the file system; null for a host
 */
record NextHop(String host, int port, Path path) {
    /** Whether its addresses can only be had by asking for them. */
    boolean mustBeResolved() {
        return path == null && !host.contains(":") && !host.matches("[0-9.]+");
    }

    /** Where it is, when nobody has to be asked. */
    List<SocketAddress> knownAddresses() {
        return List.of(path == null ? new InetSocketAddress(host, port) : UnixDomainSocketAddress.of(path));
    }

    static StandardProtocolFamily family(final SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return StandardProtocolFamily.UNIX;
        }
        return ((InetSocketAddress) address).getAddress() instanceof java.net.Inet6Address
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET;
    }

    /** As the operator writes it. */
    @Override
    public String toString() {
        if (path != null) {
            return path.toString();
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
