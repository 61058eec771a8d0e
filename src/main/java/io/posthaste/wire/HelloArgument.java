package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * Argument of EHLO and HELO: {@code SP ( Domain / address-literal )} (RFC 5321, 4.1.1.1). Both verbs take both forms, and a
 * name of one label or with an underscore is accepted, because real clients send them. It is always ASCII (RFC 6531,
 * 3.7.1). The results mean something only after {@link ArgumentError#NONE}. Reusable; belongs to one reactor.
 */
public final class HelloArgument {
    private int start;
    private int end;

    /** Creates an argument whose results are empty. */
    public HelloArgument() {}

    /**
     * Reads the rest of a command line. White space around the name is tolerated.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from index behind the verb
     * @param to end of the line, without its CRLF
     * @return the first error found, or {@link ArgumentError#NONE}
     */
    public ArgumentError parse(final ByteBuffer in, final int from, final int to) {
        final int last = Ascii.trimmedEnd(in, from, to);
        start = Ascii.skipWhiteSpace(in, from, last);
        end = start;
        if (start == last) {
            return ArgumentError.MISSING_ARGUMENT;
        }
        final int stop = DomainGrammar.domainOrLiteral(in, start, last, false);
        if (stop < 0) {
            return ArgumentError.of(stop);
        }
        end = stop;
        if (stop == last) {
            return ArgumentError.NONE;
        }
        return Ascii.isWhiteSpace(in.get(stop))
                ? ArgumentError.UNEXPECTED_ARGUMENT
                : isLiteral(in) ? ArgumentError.MALFORMED_ADDRESS_LITERAL : ArgumentError.MALFORMED_DOMAIN;
    }

    /**
     * Where the name starts.
     *
     * @return index of its first octet
     */
    public int start() {
        return start;
    }

    /**
     * Where the name ends.
     *
     * @return index behind its last octet
     */
    public int end() {
        return end;
    }

    private boolean isLiteral(final ByteBuffer in) {
        return in.get(start) == '[';
    }
}
