package io.posthaste.reactor;

import io.posthaste.envelope.Envelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A copy of an envelope as the delivery saw it. Content is one character an octet. */
record Received(
        String from,
        List<String> to,
        String content,
        long contentLength,
        String hello,
        boolean extended,
        boolean eightBit,
        String id) {

    static Received copyOf(final Envelope envelope) {
        try {
            return new Received(
                    envelope.reversePath(),
                    envelope.recipients(),
                    new String(envelope.contentStream().readAllBytes(), StandardCharsets.ISO_8859_1),
                    envelope.contentLength(),
                    envelope.hello(),
                    envelope.isExtended(),
                    envelope.isEightBit(),
                    envelope.id());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same without its id, which differs from run to run. */
    Received anonymous() {
        return new Received(from, to, content, contentLength, hello, extended, eightBit, "");
    }
}
