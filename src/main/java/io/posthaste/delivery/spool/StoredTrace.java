package io.posthaste.delivery.spool;

import io.posthaste.delivery.DateText;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The header fields that a message gets when it leaves the spool, the same that the Maildir delivery writes (RFC 5321 section
 * 4.4): Return-Path, a pair of X-Original-To and Delivered-To for each recipient, Received.
 */
public final class StoredTrace {
    private StoredTrace() {}

    /** All fields for all recipients, lines with CRLF. */
    public static byte[] of(final StoredMessage message) {
        return of(message.envelope(), message.envelope().recipients(), message.hostname());
    }

    /**
     * All fields, lines with CRLF.
     *
     * @param recipients who gets it where the fields go
     * @param hostname of the server that took the message
     */
    public static byte[] of(
            final StoredEnvelope envelope, final List<StoredEnvelope.Recipient> recipients, final String hostname) {
        final StringBuilder fields = new StringBuilder();
        fields.append("Return-Path: <").append(value(envelope.reversePath())).append(">\r\n");
        for (final StoredEnvelope.Recipient recipient : recipients) {
            final String mailbox = value(recipient.mailbox());
            fields.append("X-Original-To: ").append(mailbox).append("\r\n");
            fields.append("Delivered-To: ").append(mailbox).append("\r\n");
        }
        appendReceived(fields, envelope, hostname);
        return fields.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The Received field alone, which is what a relay adds; lines with CRLF. */
    public static byte[] received(final StoredEnvelope envelope, final String hostname) {
        final StringBuilder fields = new StringBuilder();
        appendReceived(fields, envelope, hostname);
        return fields.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void appendReceived(
            final StringBuilder fields, final StoredEnvelope envelope, final String hostname) {
        fields.append("Received: from ")
                .append(envelope.hello().isEmpty() ? "unknown" : word(envelope.hello()))
                .append(" ([")
                .append(word(envelope.peer()))
                .append("])\r\n\tby ")
                .append(word(hostname))
                .append(" (Posthaste) with ")
                .append(protocol(envelope))
                .append(" id ")
                .append(envelope.id());
        if (envelope.recipients().size() == 1) {
            fields.append("\r\n\tfor <")
                    .append(value(envelope.recipients().get(0).mailbox()))
                    .append('>');
        }
        final int suite = envelope.tls().indexOf('/') + 1;
        if (suite > 0) {
            fields.append("\r\n\ttls ").append(word(envelope.tls().substring(suite)));
        }
        fields.append(";\r\n\t").append(DateText.of(envelope.receivedEpochMs())).append("\r\n");
    }

    /** RFC 3848, RFC 6531 section 4.3. */
    private static String protocol(final StoredEnvelope envelope) {
        final boolean isUtf8 = envelope.has(StoredEnvelope.SMTPUTF8);
        if (!isUtf8 && !envelope.has(StoredEnvelope.EXTENDED)) {
            return "SMTP";
        }
        return (isUtf8 ? "UTF8SMTP" : "ESMTP")
                + (envelope.has(StoredEnvelope.AUTHENTICATED) ? "SA" : envelope.has(StoredEnvelope.SECURE) ? "S" : "");
    }

    /** Nothing in it ends the line. */
    private static String value(final String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /** Nothing in it ends the line, the word or the clause. */
    private static String word(final String text) {
        return text.replaceAll("[\\p{Cntrl} ()<>;,\"\\\\]", "?");
    }
}
