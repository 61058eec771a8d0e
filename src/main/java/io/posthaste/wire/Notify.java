package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * On what occasions a client wants to be notified about a recipient: the value of NOTIFY (RFC 3461, 4.1), as a set of
 * bits. Stateless.
 */
public final class Notify {
    /** NOTIFY is absent: on failure, and on delay if the server does so by itself. No bit is set. */
    public static final int UNSPECIFIED = 0;
    /** NEVER: on none; alone. */
    public static final int NEVER = 1;
    /** SUCCESS: when the message was delivered. */
    public static final int SUCCESS = 1 << 1;
    /** FAILURE: when it cannot be delivered. */
    public static final int FAILURE = 1 << 2;
    /** DELAY: when its delivery takes longer than usual. */
    public static final int DELAY = 1 << 3;

    private static final byte[] NEVER_WORD = "NEVER".getBytes(US_ASCII);
    private static final byte[] SUCCESS_WORD = "SUCCESS".getBytes(US_ASCII);
    private static final byte[] FAILURE_WORD = "FAILURE".getBytes(US_ASCII);
    private static final byte[] DELAY_WORD = "DELAY".getBytes(US_ASCII);

    private Notify() {}

    /**
     * Reads {@code "NEVER" / 1#( "SUCCESS" / "FAILURE" / "DELAY" )}. An element may come twice; none may be empty.
     *
     * @param in borrowed for the call
     * @param from first octet of the value
     * @param to end of the value
     * @return the bits, at least one; {@link #UNSPECIFIED} when it is malformed
     */
    static int parse(final ByteBuffer in, final int from, final int to) {
        if (Ascii.equalsIgnoreCase(in, from, to, NEVER_WORD)) {
            return NEVER;
        }
        int bits = 0;
        int start = from;
        for (int i = from; i <= to; i++) {
            if (i == to || in.get(i) == ',') {
                final int bit = element(in, start, i);
                if (bit == UNSPECIFIED) {
                    return UNSPECIFIED;
                }
                bits |= bit;
                start = i + 1;
            }
        }
        return bits;
    }

    private static int element(final ByteBuffer in, final int from, final int to) {
        if (Ascii.equalsIgnoreCase(in, from, to, SUCCESS_WORD)) {
            return SUCCESS;
        }
        if (Ascii.equalsIgnoreCase(in, from, to, FAILURE_WORD)) {
            return FAILURE;
        }
        return Ascii.equalsIgnoreCase(in, from, to, DELAY_WORD) ? DELAY : UNSPECIFIED;
    }
}
