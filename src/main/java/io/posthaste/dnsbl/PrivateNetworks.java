package io.posthaste.dnsbl;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Addresses that mean another machine in each network, so that no list can have them. */
final class PrivateNetworks {
    private static final int UNIQUE_LOCAL_MASK = 0xFE;
    private static final int UNIQUE_LOCAL = 0xFC;
    private static final int SHARED_FIRST = 100;
    private static final int SHARED_SECOND = 64;
    private static final int SHARED_SECOND_MASK = 0xC0;

    private PrivateNetworks() {}

    /** Whether it is of loopback, link-local, private (RFC 1918), shared (RFC 6598) or unique local (RFC 4193). */
    static boolean contain(final InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()) {
            return true;
        }
        final byte[] octets = address.getAddress();
        return address instanceof Inet4Address
                ? octets[0] == SHARED_FIRST && (octets[1] & SHARED_SECOND_MASK) == SHARED_SECOND
                : (octets[0] & UNIQUE_LOCAL_MASK) == UNIQUE_LOCAL;
    }
}
