package io.posthaste.session;

import io.posthaste.envelope.TlsParameters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the client said with HELO or EHLO, and whether within TLS. Reusable; the array grows to the longest name seen, and is
 * no longer than that: an idle connection keeps it.
 */
final class Greeting {
    private static final byte[] NONE = {};

    private byte[] name = NONE;
    /** No more than a command line has: in two octets, so that an idle connection is no larger than it must be. */
    private short nameLength;

    private boolean extended;
    private TlsParameters tls;

    /** Copies the name from octets [from, to). */
    void set(final ByteBuffer in, final int from, final int to, final boolean isExtended) {
        nameLength = (short) (to - from);
        if (name.length < nameLength) {
            name = new byte[nameLength];
        }
        in.get(from, name, 0, nameLength);
        extended = isExtended;
    }

    /** Forgets everything: a session begins, or begins anew within TLS (RFC 3207 section 4.2). Null in the clear. */
    void clear(final TlsParameters parameters) {
        nameLength = 0;
        extended = false;
        tls = parameters;
    }

    /** Whether TLS is on. */
    boolean isSecure() {
        return tls != null;
    }

    /** What was agreed on with TLS; null in the clear. */
    TlsParameters tls() {
        return tls;
    }

    /** The name, first {@link #nameLength()} octets. */
    byte[] name() {
        return name;
    }

    int nameLength() {
        return nameLength;
    }

    /** The name as a string; allocates. */
    String text() {
        return new String(name, 0, nameLength, StandardCharsets.ISO_8859_1);
    }

    /** Whether it was EHLO. */
    boolean isExtended() {
        return extended;
    }
}
