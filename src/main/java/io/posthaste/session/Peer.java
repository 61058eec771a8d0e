package io.posthaste.session;

import io.posthaste.envelope.Via;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * The client's address: itself, and as an RFC 5321 address literal without brackets (section 4.1.3), which is made when a
 * transaction first asks for it; and who relayed the connection, if somebody did. Used by one thread.
 */
public final class Peer {
    private final InetAddress address;
    private final Via via;
    private final boolean known;
    private byte[] literal;

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
    }

    public InetAddress address() {
        return address;
    }

    /** Whether the address is the client's own. */
    boolean isKnown() {
        return known;
    }

    /** Who relayed the connection; null for a direct one. */
    public Via via() {
        return via;
    }

    /** As an address literal without brackets; lent, not to be changed. */
    public byte[] literal() {
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
