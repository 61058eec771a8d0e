package io.posthaste.policy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** A network of addresses: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or a lone address. Immutable; any thread. */
public final class Network {
    /** Four whole octets: {@code 10/8} would be read as 0.0.0.10, and what is no literal would be looked up. */
    private static final Pattern LITERAL = Pattern.compile(
            "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])([.](25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}|[0-9A-Fa-f:][0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private static final Pattern PREFIX_LENGTH = Pattern.compile("[0-9]{1,3}");

    private final byte[] prefix;
    private final int prefixBits;

    private Network(final byte[] prefix, final int prefixBits) {
        this.prefix = prefix;
        this.prefixBits = prefixBits;
    }

    /**
     * Parses CIDR notation; names are not looked up.
     *
     * @throws IllegalArgumentException with a message for the operator
     */
    public static Network parse(final String text) {
        final int slash = text.indexOf('/');
        final String address = slash < 0 ? text : text.substring(0, slash);
        final String prefixLength = slash < 0 ? "" : text.substring(slash + 1);
        if (!LITERAL.matcher(address).matches()
                || slash >= 0 && !PREFIX_LENGTH.matcher(prefixLength).matches()) {
            throw notANetwork(text);
        }
        try {
            final byte[] octets = InetAddress.getByName(address).getAddress();
            final int bits = slash < 0 ? octets.length * 8 : Integer.parseInt(prefixLength);
            if (bits > octets.length * 8) {
                throw notANetwork(text);
            }
            return new Network(octets, bits);
        } catch (final UnknownHostException e) {
            throw notANetwork(text);
        }
    }

    /** Whether the address lies in this network. */
    public boolean contains(final InetAddress address) {
        final byte[] octets = address.getAddress();
        if (octets.length != prefix.length) {
            return false;
        }
        final int whole = prefixBits / 8;
        for (int i = 0; i < whole; i++) {
            if (octets[i] != prefix[i]) {
                return false;
            }
        }
        final int restBits = prefixBits % 8;
        return restBits == 0 || (octets[whole] ^ prefix[whole]) >> 8 - restBits == 0;
    }

    /** Four or sixteen octets, of which the first {@link #prefixBits} bits count. Not to be changed. */
    byte[] prefix() {
        return prefix;
    }

    int prefixBits() {
        return prefixBits;
    }

    private static IllegalArgumentException notANetwork(final String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not a network: write it like 192.0.2.0/24 or 2001:db8::/32");
    }
}
