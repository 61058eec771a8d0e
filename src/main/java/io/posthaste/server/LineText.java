package io.posthaste.server;

import io.posthaste.envelope.User;
import io.posthaste.envelope.Via;
import java.nio.ByteBuffer;

/**
 * Puts the fields of a log's line, {@code key=value} and {@code key="value"}, behind its position. Allocates nothing but the text of a
 * balancer's address.
 */
final class LineText {
    private static final byte REPLACEMENT = '?';
    private static final int DELETE = 0x7F;

    private LineText() {}

    static void put(final ByteBuffer line, final String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            line.put((byte) ascii.charAt(i));
        }
    }

    /**
     * Puts octets that came from a client, with the quotation mark behind them: a backslash before each quotation mark or
     * backslash in them, question marks for control characters.
     *
     * @param key with the sign of equality and the quotation mark
     */
    static void putQuoted(
            final ByteBuffer line, final String key, final ByteBuffer octets, final int from, final int to) {
        put(line, key);
        for (int i = from; i < to; i++) {
            putEscaped(line, octets.get(i));
        }
        line.put((byte) '"');
    }

    /** As the other, the first octets of an array. */
    static void putQuoted(final ByteBuffer line, final String key, final byte[] octets, final int length) {
        put(line, key);
        for (int i = 0; i < length; i++) {
            putEscaped(line, octets[i]);
        }
        line.put((byte) '"');
    }

    private static void putEscaped(final ByteBuffer line, final byte octet) {
        if (octet == '"' || octet == '\\') {
            line.put((byte) '\\');
        }
        line.put(octet >= 0 && octet < ' ' || octet == DELETE ? REPLACEMENT : octet);
    }

    /** @param user null for nobody: then nothing is put */
    static void putUser(final ByteBuffer line, final User user) {
        if (user != null) {
            put(line, " user=\"");
            user.putQuotedTo(line);
            line.put((byte) '"');
        }
    }

    /**
     * Its texts have neither quotation marks nor backslashes.
     *
     * @param via null for a direct connection: then nothing is put
     */
    static void putVia(final ByteBuffer line, final Via via) {
        if (via == null) {
            return;
        }
        put(line, " via=");
        put(line, via.balancer().getHostAddress());
        putText(line, " unique_id=\"", via.uniqueId());
        putText(line, " authority=\"", via.authority());
        putText(line, " client_tls=\"", via.tlsVersion());
        putText(line, " client_name=\"", via.clientName());
    }

    /** @param text null for none: then nothing is put */
    private static void putText(final ByteBuffer line, final String key, final String text) {
        if (text != null) {
            put(line, key);
            put(line, text);
            line.put((byte) '"');
        }
    }
}
