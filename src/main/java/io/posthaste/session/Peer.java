package io.posthaste.session;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * The client's address: itself, and as an RFC 5321 address literal without brackets (section 4.1.3), which is made when a
 * transaction first asks for it. Used by one thread.
 */
public final class Peer {
    private final InetAddress address;
    private byte[] literal;

    public Peer(final InetAddress address) {
        this.address = address;
    }

    public InetAddress address() {
        return address;
    }

    byte[] literal() {
        if (literal == null) {
            literal = literalOf(address);
        }
        return literal;
    }

    private static byte[] literalOf(final InetAddress address) {
        final String text = address.getHostAddress();
        if (address instanceof Inet6Address) {
            final int scope = text.indexOf('%');
            return ("IPv6:" + (scope < 0 ? text : text.substring(0, scope))).getBytes(StandardCharsets.US_ASCII);
        }
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return address.getHostAddress();
    }
}
