package io.posthaste.session;

import io.posthaste.envelope.Via;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * The client's address: itself, and as an RFC 5321 address literal without brackets (section 4.1.3); and who relayed the
 * connection, if somebody did. Immutable.
 */
public final class Peer {
    private final InetAddress address;
    private final byte[] literal;
    private final Via via;

    public Peer(final InetAddress address) {
        this(address, null);
    }

    /** @param via who relayed the connection; null for a direct one */
    public Peer(final InetAddress address, final Via via) {
        this.via = via;
        this.address = address;
        final String text = address.getHostAddress();
        if (address instanceof Inet6Address) {
            final int scope = text.indexOf('%');
            literal = ("IPv6:" + (scope < 0 ? text : text.substring(0, scope))).getBytes(StandardCharsets.US_ASCII);
        } else {
            literal = text.getBytes(StandardCharsets.US_ASCII);
        }
    }

    public InetAddress address() {
        return address;
    }

    /** Null for a direct connection. */
    Via via() {
        return via;
    }

    byte[] literal() {
        return literal;
    }

    @Override
    public String toString() {
        return address.getHostAddress();
    }
}
