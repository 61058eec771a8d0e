package io.posthaste.tls.boringssl;

import io.netty.internal.tcnative.SessionTicketKey;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/**
 * The keys that session tickets (RFC 5077, RFC 8446 section 4.6.1) are sealed with: the same on all reactors and under all
 * certificates, never written anywhere. A new one every hour seals new tickets; the ones before open theirs as long as those
 * are good. Any thread.
 */
final class TicketKeys {
    /** How long a key seals. */
    static final long ROTATION_NS = TimeUnit.HOURS.toNanos(1);
    /** One that seals, and those before until the last of their tickets has run out. */
    static final int KEPT = 1 + (int) (TimeUnit.SECONDS.toNanos(BoringSslEngines.SESSION_SECONDS) / ROTATION_NS);

    private final SecureRandom random = new SecureRandom();
    private SessionTicketKey[] keys;
    private long rotateNs;
    private int generation;

    TicketKeys(final long nowNs) {
        keys = new SessionTicketKey[] {newKey()};
        rotateNs = nowNs + ROTATION_NS;
    }

    /** Makes a new key if it is time; returns how many there have been, which tells whether {@link #keys} has changed. */
    synchronized int rotate(final long nowNs) {
        if (nowNs - rotateNs >= 0) {
            // What nobody came by for so long that all its tickets have run out is not kept.
            final int before = nowNs - rotateNs >= KEPT * ROTATION_NS ? 0 : Math.min(KEPT - 1, keys.length);
            final SessionTicketKey[] next = new SessionTicketKey[1 + before];
            next[0] = newKey();
            System.arraycopy(keys, 0, next, 1, before);
            keys = next;
            rotateNs = nowNs + ROTATION_NS;
            generation++;
        }
        return generation;
    }

    /** The one that seals first. */
    synchronized SessionTicketKey[] keys() {
        return keys;
    }

    private SessionTicketKey newKey() {
        return new SessionTicketKey(
                octets(SessionTicketKey.NAME_SIZE),
                octets(SessionTicketKey.HMAC_KEY_SIZE),
                octets(SessionTicketKey.AES_KEY_SIZE));
    }

    private byte[] octets(final int count) {
        final byte[] octets = new byte[count];
        random.nextBytes(octets);
        return octets;
    }
}
