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
    private final boolean known;

    public Peer(final InetAddress address) {
        this(address, null, true);
    }

    /** A client that a balancer has told the address of. */
    public static Peer behind(final Via via, final InetAddress address) {
        return new Peer(address, via, true);
    }

    /** A client that a balancer has told no address of: the balancer's stands for it, but not the trust in that. */
    public static Peer unknownBehind(final Via via) {
        return new Peer(via.balancer(), via, false);
    }

    private Peer(final InetAddress address, final Via via, final boolean known) {
        this.via = via;
        this.known = known;
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

    /** Whether the address is the client's own. */
    boolean isKnown() {
        return known;
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
