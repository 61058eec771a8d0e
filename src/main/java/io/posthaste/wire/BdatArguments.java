package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Arguments of BDAT: {@code SP chunk-size [ SP "LAST" ]} (RFC 3030, 2). Reusable; belongs to one reactor.
 *
 * <p>The chunk follows the command whatever the server thinks of it, so {@link #size()} is worth asking after every
 * {@link #parse}: if it was readable, these octets must be consumed, even when what stands behind it is wrong. If it was
 * not, the session cannot be brought back into step. The other result means something only after
 * {@link ArgumentError#NONE}.
 */
public final class BdatArguments {
    /** {@link #size()} when it could not be read. */
    public static final long NO_SIZE = -1;

    private static final byte[] LAST = "LAST".getBytes(US_ASCII);

    private long size = NO_SIZE;
    private boolean isLast;

    /** Creates arguments whose results are empty. */
    public BdatArguments() {}

    /**
     * Reads the rest of a BDAT command line. White space around the arguments is tolerated.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from index behind the verb
     * @param to end of the line, without its CRLF
     * @return {@link ArgumentError#MISSING_ARGUMENT}, {@link ArgumentError#MALFORMED_CHUNK_SIZE},
     *     {@link ArgumentError#UNEXPECTED_ARGUMENT} for anything but LAST behind the size, or {@link ArgumentError#NONE}
     */
    public ArgumentError parse(final ByteBuffer in, final int from, final int to) {
        size = NO_SIZE;
        isLast = false;
        final int end = Ascii.trimmedEnd(in, from, to);
        final int sizeStart = Ascii.skipWhiteSpace(in, from, end);
        if (sizeStart == end) {
            return ArgumentError.MISSING_ARGUMENT;
        }
        final int sizeEnd = Ascii.skipWord(in, sizeStart, end);
        final long octets = Ascii.decimal(in, sizeStart, sizeEnd);
        if (octets == Ascii.NO_DECIMAL) {
            return ArgumentError.MALFORMED_CHUNK_SIZE;
        }
        size = octets;
        if (sizeEnd == end) {
            return ArgumentError.NONE;
        }
        isLast = Ascii.equalsIgnoreCase(in, Ascii.skipWhiteSpace(in, sizeEnd, end), end, LAST);
        return isLast ? ArgumentError.NONE : ArgumentError.UNEXPECTED_ARGUMENT;
    }

    /**
     * How many octets follow the command line; usable after an error too.
     *
     * @return 0 or more, {@link Long#MAX_VALUE} for that and more, {@link #NO_SIZE} when it could not be read
     */
    public long size() {
        return size;
    }

    /**
     * Whether this chunk ends the message.
     *
     * @return true with LAST
     */
    public boolean isLast() {
        return isLast;
    }
}
