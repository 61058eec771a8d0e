package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * Finds each {@link LookAlike} in content, however it is cut. Whoever scans the content passes on what its scan stepped
 * over and says where a line ending was bare; there is one in every look-alike. Between them this only remembers the last
 * octets, a load a call. One that ends bare is seen by looking back at them; one that only begins bare, by watching the
 * three octets behind its beginning:
 *
 * <pre>
 *     CRLF "." LF│                      LF│"." CR LF
 *                bareLineEnding()         │◀─ watched ─▶
 * </pre>
 *
 * <p>The octets are those of the wire, dots not yet dropped. Copies nothing and holds no buffer between calls. Used by one
 * thread.
 */
public final class LookAlikeFinder {
    private static final byte CR = '\r';
    private static final byte LF = '\n';
    private static final byte DOT = '.';

    /** Octets of {@code "." CR LF}. */
    private static final int WATCHED = 3;

    private static final int LAST_SHIFT = Long.SIZE - Byte.SIZE;
    private static final long CRLF = (long) LF << LAST_SHIFT | (long) CR << LAST_SHIFT - Byte.SIZE;

    /** The last octets, the very last one most significant. */
    private long recent = CRLF;

    private int watched;

    /** Begins a message. The CRLF of the DATA command's line stands before its first octet (RFC 5321, 4.1.1.4). */
    public void begin() {
        recent = CRLF;
        watched = 0;
    }

    /**
     * Takes note of the content that comes next. A call ends where a bare line ending does, at the latest.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from the first octet behind those of the last call
     * @param to one past the last octet
     * @return the look-alike among them that begins with a bare line ending and ends in CRLF, or null
     */
    public LookAlike follow(final ByteBuffer in, final int from, final int to) {
        LookAlike found = null;
        int i = from;
        for (; watched > 0 && i < to; i++) {
            remember(in.get(i));
            watched--;
            if (watched == 0) {
                found = endingInCrLf();
            }
        }
        if (to - i >= Swar.WORD) {
            recent = Swar.word(in, to - Swar.WORD);
        } else {
            for (; i < to; i++) {
                remember(in.get(i));
            }
        }
        return found;
    }

    /**
     * The last octet followed is a CR or LF, and bare.
     *
     * @return the look-alike that it ends, or null
     */
    public LookAlike bareLineEnding() {
        watched = WATCHED;
        if (back(1) != DOT) {
            return null;
        }
        final boolean isLf = back(0) == LF;
        return switch (back(2)) {
            case CR -> isLf ? LookAlike.CR_DOT_LF : LookAlike.CR_DOT_CR;
            case LF -> {
                if (back(3) == CR) {
                    yield isLf ? LookAlike.CRLF_DOT_LF : LookAlike.CRLF_DOT_CR;
                }
                yield isLf ? LookAlike.LF_DOT_LF : LookAlike.LF_DOT_CR;
            }
            default -> null;
        };
    }

    private LookAlike endingInCrLf() {
        if (back(0) != LF || back(1) != CR || back(2) != DOT) {
            return null;
        }
        return back(WATCHED) == LF ? LookAlike.LF_DOT_CRLF : LookAlike.CR_DOT_CRLF;
    }

    private void remember(final byte octet) {
        recent = recent >>> Byte.SIZE | (long) octet << LAST_SHIFT;
    }

    private byte back(final int octets) {
        return (byte) (recent >>> LAST_SHIFT - octets * Byte.SIZE);
    }
}
