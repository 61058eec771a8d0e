package io.posthaste.jmh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;

/** How a server comes by a {@code String} that does its work with them. */
final class Octets {
    private Octets() {}

    /** Octets [from, to) as a string: in the one charset that takes any octet and costs the JDK no more than a copy. */
    static String asString(final ByteBuffer in, final int from, final int to) {
        final byte[] octets = new byte[to - from];
        in.get(from, octets);
        return new String(octets, ISO_8859_1);
    }
}
