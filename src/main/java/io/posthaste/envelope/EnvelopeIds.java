package io.posthaste.envelope;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * Message ids: which start of the server, which reactor, which transaction.
 *
 * <pre>
 *   12 digits of the start:       42 bits milliseconds since 1970, 18 bits random
 *   10 digits of the transaction: 10 bits reactor, 40 bits count
 * </pre>
 *
 * The random bits keep ids apart when the clock steps back over a restart. Digits are base 32 in lower case without the
 * letters i, l, o, u, so that an id can be read aloud, is safe in a file name and sorts by start. One instance a reactor,
 * called on its thread only.
 */
public final class EnvelopeIds {
    static final int TEXT_LENGTH = 22;

    private static final int INSTANCE_DIGITS = 12;
    private static final int SEQUENCE_DIGITS = 10;
    private static final int RANDOM_BITS = 18;
    private static final int COUNT_BITS = 40;
    private static final long COUNT_LIMIT = (1L << COUNT_BITS) - 1;
    private static final int REACTOR_LIMIT = 1 << 10;
    private static final byte[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".getBytes(StandardCharsets.US_ASCII);

    private long instance;
    private final long reactor;
    private long count;

    /**
     * @param instance from {@link #newInstance}, the same for all reactors of a server
     * @param reactor the reactor's index, 0 to 1023
     */
    public EnvelopeIds(final long instance, final int reactor) {
        this(instance, reactor, 0);
    }

    /** @param count of transactions so far */
    EnvelopeIds(final long instance, final int reactor, final long count) {
        if (reactor < 0 || reactor >= REACTOR_LIMIT) {
            throw new IllegalArgumentException("reactor " + reactor + " is not in 0.." + (REACTOR_LIMIT - 1));
        }
        this.instance = instance;
        this.reactor = (long) reactor << COUNT_BITS;
        this.count = count;
    }

    /** A number for this start of the server. */
    public static long newInstance(final long epochMs) {
        return epochMs << RANDOM_BITS | new SecureRandom().nextInt(1 << RANDOM_BITS);
    }

    long instance() {
        return instance;
    }

    /** The next transaction's number; when the count is used up it goes on under another {@link #instance}. */
    long next() {
        if (count == COUNT_LIMIT) {
            instance = newInstance(System.currentTimeMillis());
            count = 0;
        }
        return reactor | ++count;
    }

    static void put(final long instance, final long sequence, final ByteBuffer target) {
        for (int shift = 5 * (INSTANCE_DIGITS - 1); shift >= 0; shift -= 5) {
            target.put(DIGITS[(int) (instance >>> shift) & 31]);
        }
        for (int shift = 5 * (SEQUENCE_DIGITS - 1); shift >= 0; shift -= 5) {
            target.put(DIGITS[(int) (sequence >>> shift) & 31]);
        }
    }

    static String text(final long instance, final long sequence) {
        final ByteBuffer text = ByteBuffer.allocate(TEXT_LENGTH);
        put(instance, sequence, text);
        return new String(text.array(), StandardCharsets.US_ASCII);
    }
}
