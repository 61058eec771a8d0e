package io.posthaste.cli.spool;

import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.delivery.spool.StoredMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The header fields that a message gets when it leaves the spool, the same that the Maildir delivery writes (RFC 5321 section
 * 4.4): Return-Path, a pair of X-Original-To and Delivered-To for each recipient, Received.
 */
final class StoredTrace {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

    private StoredTrace() {}

    /** The fields, lines with CRLF. */
    static byte[] of(final StoredMessage message) {
        final StoredEnvelope envelope = message.envelope();
        final StringBuilder fields = new StringBuilder();
        fields.append("Return-Path: <").append(value(envelope.reversePath())).append(">\r\n");
        for (final StoredEnvelope.Recipient recipient : envelope.recipients()) {
            final String mailbox = value(recipient.mailbox());
            fields.append("X-Original-To: ").append(mailbox).append("\r\n");
            fields.append("Delivered-To: ").append(mailbox).append("\r\n");
        }
        fields.append("Received: from ")
                .append(envelope.hello().isEmpty() ? "unknown" : word(envelope.hello()))
                .append(" ([")
                .append(word(envelope.peer()))
                .append("])\r\n\tby ")
                .append(word(message.hostname()))
                .append(" (Posthaste) with ")
                .append(protocol(envelope))
                .append(" id ")
                .append(envelope.id());
        if (envelope.recipients().size() == 1) {
            fields.append("\r\n\tfor <")
                    .append(value(envelope.recipients().get(0).mailbox()))
                    .append('>');
        }
        fields.append(";\r\n\t")
                .append(DATE.format(
                        Instant.ofEpochMilli(envelope.receivedEpochMs()).atOffset(ZoneOffset.UTC)))
                .append("\r\n");
        return fields.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String protocol(final StoredEnvelope envelope) {
        if (envelope.has(StoredEnvelope.SMTPUTF8)) {
            return "UTF8SMTP";
        }
        return envelope.has(StoredEnvelope.EXTENDED) ? "ESMTP" : "SMTP";
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
