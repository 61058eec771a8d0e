package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * The header that a balancer sends ahead of a connection that it relays: the PROXY protocol, version 1 (a line of text) and
 * version 2 (binary), told apart by their first octets.
 *
 * <p>A reusable flyweight: {@link #parse} reads, the rest tells what was read until the next call. Ranges are of the buffer
 * that was read. One thread; allocates nothing.
 */
public final class ProxyHeader {
    /** Octets of the longest header of version 1, its CRLF included. */
    public static final int V1_LIMIT = 107;
    /** Octets of the longest header of version 2 that is taken; its length field could say 65,551. */
    public static final int LIMIT = 2048;

    /** {@link #parse}: so far it is a header; there must be more. */
    public static final int INCOMPLETE = -1;
    /** {@link #parse}: it does not begin as a header does. */
    public static final int ABSENT = -2;
    /** {@link #parse}: it begins as a header does and goes on as none may. */
    public static final int MALFORMED = -3;
    /** {@link #parse}: longer than {@link #V1_LIMIT} or {@link #LIMIT}. */
    public static final int TOO_LONG = -4;
    /** {@link #parse}: its own CRC32C says that it is damaged. */
    public static final int WRONG_CHECKSUM = -5;

    /** Octets of the greatest address. */
    static final int IPV6_LENGTH = 16;

    static final int IPV4_LENGTH = 4;

    private static final byte[] V1_SIGNATURE = "PROXY ".getBytes(US_ASCII);
    private static final byte[] V2_SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(US_ASCII);

    /** What a header may tell in words, in the order of {@link #start}. */
    public enum Text {
        /** The host name that the client asked the balancer for: PP2_TYPE_AUTHORITY. */
        AUTHORITY,
        /** The balancer's name for the connection: PP2_TYPE_UNIQUE_ID. */
        UNIQUE_ID,
        /** The version of TLS between client and balancer: PP2_SUBTYPE_SSL_VERSION. */
        TLS_VERSION,
        /** The common name in the client's certificate: PP2_SUBTYPE_SSL_CN. */
        CLIENT_NAME
    }

    private static final int TEXTS = Text.values().length;

    final byte[] source = new byte[IPV6_LENGTH];
    final byte[] destination = new byte[IPV6_LENGTH];
    private final BinaryProxyHeader binary = new BinaryProxyHeader();
    private final int[] starts = new int[TEXTS];
    private final int[] ends = new int[TEXTS];
    private int sourceLength;
    private boolean local;
    private boolean verified;

    /**
     * Reads a header.
     *
     * @param in borrowed for the call; absolute access only
     * @param from where it begins
     * @param to nothing from here on is read
     * @return the index behind it, or {@link #INCOMPLETE}, {@link #ABSENT}, {@link #MALFORMED}, {@link #TOO_LONG},
     *     {@link #WRONG_CHECKSUM}
     */
    public int parse(final ByteBuffer in, final int from, final int to) {
        clear();
        if (from == to) {
            return INCOMPLETE;
        }
        if (in.get(from) == V1_SIGNATURE[0]) {
            return begins(in, from, to, V1_SIGNATURE)
                    ? to - from < V1_SIGNATURE.length
                            ? INCOMPLETE
                            : ProxyLine.parse(in, from, from + V1_SIGNATURE.length, to, this)
                    : ABSENT;
        }
        if (!begins(in, from, to, V2_SIGNATURE)) {
            return ABSENT;
        }
        return to - from < V2_SIGNATURE.length ? INCOMPLETE : binary.parse(in, from, to, this);
    }

    /** Whether the connection is the balancer's own and relays nobody: a health check (LOCAL). */
    public boolean isLocal() {
        return local;
    }

    /** Octets of the client's address: 4, 16, or 0 when the header does not tell it. */
    public int sourceLength() {
        return sourceLength;
    }

    /** Copies the client's address, {@link #sourceLength} octets in network order. */
    public void copySource(final byte[] target) {
        System.arraycopy(source, 0, target, 0, sourceLength);
    }

    /** Whether the client has shown the balancer a certificate that was found good. */
    public boolean isVerified() {
        return verified;
    }

    /** Where a text begins. */
    public int start(final Text text) {
        return starts[text.ordinal()];
    }

    /** Where it ends; where it begins if there is none. */
    public int end(final Text text) {
        return ends[text.ordinal()];
    }

    // ---- for the two readers

    void local() {
        local = true;
    }

    void verified() {
        verified = true;
    }

    void sourceLength(final int octets) {
        sourceLength = octets;
    }

    void text(final Text text, final int from, final int to) {
        starts[text.ordinal()] = from;
        ends[text.ordinal()] = to;
    }

    private void clear() {
        sourceLength = 0;
        local = false;
        verified = false;
        for (int i = 0; i < TEXTS; i++) {
            starts[i] = 0;
            ends[i] = 0;
        }
    }

    /** Whether the range begins with a signature, or is a beginning of one. */
    private static boolean begins(final ByteBuffer in, final int from, final int to, final byte[] signature) {
        final int length = Math.min(to - from, signature.length);
        for (int i = 0; i < length; i++) {
            if (in.get(from + i) != signature[i]) {
                return false;
            }
        }
        return true;
    }
}
