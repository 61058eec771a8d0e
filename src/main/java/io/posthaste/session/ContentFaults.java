package io.posthaste.session;

import io.posthaste.metrics.Counter;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.wire.EndOfData;
import io.posthaste.wire.LookAlike;
import io.posthaste.wire.LookAlikeFinder;
import java.nio.ByteBuffer;

/**
 * Counts what well-formed content does not hold: each bare CR and LF, each NUL (RFC 5321 section 2.3.8, RFC 2045 section
 * 2.8) and each {@link LookAlike} of the end of data. The octets count as they are sent, by DATA or BDAT alike, whatever
 * becomes of the message: also those that are swallowed because it is refused already. Not looked at are content with
 * BODY=BINARYMIME, where every octet is allowed, and chunks for which there is no transaction.
 */
final class ContentFaults {
    private final ReactorMetrics metrics;
    private final LookAlikeFinder lookAlikes = new LookAlikeFinder();

    ContentFaults(final ReactorMetrics metrics) {
        this.metrics = metrics;
    }

    /** Begins a message. */
    void begin() {
        lookAlikes.begin();
    }

    /** A scan stepped over [from, to), which nothing has moved yet, to an event of {@link EndOfData}. */
    void count(final ByteBuffer in, final int from, final int to, final int event) {
        count(lookAlikes.follow(in, from, to));
        switch (event) {
            case EndOfData.BARE_LF -> countBare(Counter.BARE_LF);
            case EndOfData.BARE_CR -> countBare(Counter.BARE_CR);
            case EndOfData.NUL -> metrics.increment(Counter.NUL);
            default -> {}
        }
    }

    /** The last octet of the message is a CR. */
    void countLastCr() {
        countBare(Counter.BARE_CR);
    }

    private void countBare(final Counter counter) {
        metrics.increment(counter);
        count(lookAlikes.bareLineEnding());
    }

    private void count(final LookAlike found) {
        if (found != null) {
            metrics.increment(counterOf(found));
        }
    }

    private static Counter counterOf(final LookAlike lookAlike) {
        return switch (lookAlike) {
            case LF_DOT_LF -> Counter.SMUGGLING_LF_DOT_LF;
            case LF_DOT_CR -> Counter.SMUGGLING_LF_DOT_CR;
            case LF_DOT_CRLF -> Counter.SMUGGLING_LF_DOT_CRLF;
            case CR_DOT_LF -> Counter.SMUGGLING_CR_DOT_LF;
            case CR_DOT_CR -> Counter.SMUGGLING_CR_DOT_CR;
            case CR_DOT_CRLF -> Counter.SMUGGLING_CR_DOT_CRLF;
            case CRLF_DOT_LF -> Counter.SMUGGLING_CRLF_DOT_LF;
            case CRLF_DOT_CR -> Counter.SMUGGLING_CRLF_DOT_CR;
        };
    }
}
