package io.posthaste.reactor;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.RecordCursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A copy of an envelope as the delivery saw it. Content is one character an octet.
 *
 * @param declared what the parameters of MAIL and RCPT said beyond 8BITMIME, as the envelope tells it
 */
record Received(
        String from,
        List<String> to,
        String content,
        long contentLength,
        String hello,
        boolean extended,
        boolean eightBit,
        String declared,
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
                    declaredIn(envelope),
                    envelope.id());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same with other parameters. */
    Received declaring(final String parameters) {
        return new Received(from, to, content, contentLength, hello, extended, eightBit, parameters, id);
    }

    /** The same with octets before its content. */
    Received behind(final String octets) {
        return new Received(from, to, octets + content, contentLength, hello, extended, eightBit, declared, id);
    }

    /** Whether the octets were to be kept as they are. */
    boolean isBinary() {
        return declared.startsWith("BINARYMIME");
    }

    private static String declaredIn(final Envelope envelope) {
        final StringBuilder text = new StringBuilder();
        text.append(envelope.isBinary() ? "BINARYMIME " : "");
        text.append(envelope.isSmtpUtf8() ? "SMTPUTF8 " : "");
        text.append(envelope.isSecure() ? "TLS " : "");
        text.append(envelope.isTlsRequired() ? "REQUIRETLS " : "");
        text.append(envelope.isFullReturnWanted() ? "RET=FULL " : "");
        text.append(envelope.isHeaderReturnWanted() ? "RET=HDRS " : "");
        final RecordCursor recipient = new RecordCursor();
        final RecordCursor value = new RecordCursor();
        envelope.envelopeId(value);
        text.append(value.length() > 0 ? "ENVID=" + value.asString() + " " : "");
        boolean more = envelope.firstRecipient(recipient);
        for (int i = 1; more; i++) {
            final int notify = envelope.originalRecipient(recipient, value);
            text.append(notify != 0 ? i + ":NOTIFY=" + notify + " " : "");
            text.append(value.length() > 0 ? i + ":ORCPT=" + value.asString() + " " : "");
            more = envelope.nextRecipient(recipient);
        }
        return text.toString().strip();
    }

    /** The same without its id, which differs from run to run. */
    Received anonymous() {
        return new Received(from, to, content, contentLength, hello, extended, eightBit, declared, "");
    }
}
