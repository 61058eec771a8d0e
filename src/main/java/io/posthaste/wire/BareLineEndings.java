package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * Finds bare CR and LF, and NUL, in content whose end is counted and not marked: the chunks of BDAT (RFC 3030). Dots mean
 * nothing here. Stateless: the caller keeps the state between buffers. Answers like {@link EndOfData#scan}, with its states
 * {@link EndOfData#MID_LINE} and {@link EndOfData#AFTER_CR} and its events but for the dot's.
 */
public final class BareLineEndings {
    private BareLineEndings() {}

    /**
     * Scans content up to the next event.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from first octet not yet scanned
     * @param to one past the last octet; nothing from here on is read
     * @param state {@link EndOfData#MID_LINE} at the start of content, else the state of the last answer
     * @return packed answer: {@link EndOfData#position}, {@link EndOfData#state}, {@link EndOfData#event}
     */
    public static long scan(final ByteBuffer in, final int from, final int to, final int state) {
        int i = from;
        boolean afterCr = state == EndOfData.AFTER_CR;
        while (i < to) {
            final byte octet = in.get(i);
            if (afterCr) {
                if (octet != '\n') {
                    return EndOfData.pack(i, EndOfData.MID_LINE, EndOfData.BARE_CR, 0);
                }
                afterCr = false;
                i++;
            } else if (octet == '\n') {
                return EndOfData.pack(i + 1, EndOfData.MID_LINE, EndOfData.BARE_LF, 0);
            } else if (octet == 0) {
                return EndOfData.pack(i + 1, EndOfData.MID_LINE, EndOfData.NUL, 0);
            } else if (i - from < EndOfData.WALK) {
                afterCr = octet == '\r';
                i++;
            } else {
                final int next = OrdinaryContent.skip(in, i, to);
                afterCr = in.get(next > i ? next - 1 : next) == '\r';
                i = next > i ? next : i + 1;
            }
        }
        return EndOfData.pack(i, afterCr ? EndOfData.AFTER_CR : EndOfData.MID_LINE, EndOfData.NEED_MORE, 0);
    }
}
