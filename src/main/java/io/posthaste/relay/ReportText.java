package io.posthaste.relay;

import io.posthaste.delivery.DateText;
import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.forward.ForwardedMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * The text of a delivery status notification: header, the part for people, the fields of RFC 3464, and what goes around the
 * message that is returned. What came from clients and servers cannot end a line in it.
 */
final class ReportText {
    private static final String CRLF = "\r\n";

    private final ForwardedMessage message;
    private final StoredEnvelope envelope;
    private final List<Report.Entry> entries;
    private final String hop;
    private final String hostname;
    private final String now;
    private final boolean isUtf8;
    private final boolean isEightBit;
    /** No part of a message can hold it but by guessing 122 bits. */
    private final String unique = UUID.randomUUID().toString();

    ReportText(
            final ForwardedMessage message,
            final List<Report.Entry> entries,
            final String hop,
            final String hostname,
            final long nowEpochMs,
            final boolean isUtf8,
            final boolean isEightBit) {
        this.message = message;
        this.envelope = message.envelope();
        this.entries = entries;
        this.hop = hop;
        this.hostname = hostname;
        this.now = DateText.of(nowEpochMs);
        this.isUtf8 = isUtf8;
        this.isEightBit = isEightBit;
    }

    String id() {
        return unique;
    }

    /** From the first line to where the message or its header begins. */
    String opening(final boolean isFull) {
        final StringBuilder text = new StringBuilder();
        header(text);
        forPeople(text);
        forPrograms(text);
        part(
                text,
                isFull
                        ? isUtf8 ? "message/global" : "message/rfc822"
                        : isUtf8 ? "message/global-headers" : "text/rfc822-headers");
        return text.toString();
    }

    /** What is behind the message or its header. */
    String closing() {
        return CRLF + "--" + unique + "--" + CRLF;
    }

    private void header(final StringBuilder text) {
        final boolean isFailure = entries.stream().anyMatch(Report.Entry::isFailed);
        field(text, "Date", now);
        field(text, "From", "Mail Delivery System <MAILER-DAEMON@" + hostname + ">");
        field(text, "To", "<" + envelope.reversePath() + ">");
        field(text, "Subject", isFailure ? "Undelivered mail" : "Mail passed on");
        field(text, "Message-ID", "<" + unique + "@" + hostname + ">");
        field(text, "Auto-Submitted", "auto-replied");
        field(text, "MIME-Version", "1.0");
        text.append("Content-Type: multipart/report; report-type=")
                .append(isUtf8 ? "global-delivery-status" : "delivery-status")
                .append(";\r\n\tboundary=\"")
                .append(unique)
                .append("\"\r\n");
        if (isEightBit) {
            field(text, "Content-Transfer-Encoding", "8bit");
        }
        text.append(CRLF);
    }

    private void forPeople(final StringBuilder text) {
        part(text, isUtf8 ? "text/plain; charset=utf-8" : "text/plain; charset=us-ascii");
        text.append("This is the mail system at host ")
                .append(hostname)
                .append('.')
                .append(CRLF);
        paragraph(text, true, "Your message could not be delivered to:");
        paragraph(text, false, "Your message was passed on to a server that sends no further notice about:");
        text.append(CRLF).append("The message came on ").append(DateText.of(envelope.receivedEpochMs()));
        text.append(" and had the id ").append(message.id()).append('.').append(CRLF);
    }

    private void paragraph(final StringBuilder text, final boolean isFailed, final String introduction) {
        if (entries.stream().noneMatch(entry -> entry.isFailed() == isFailed)) {
            return;
        }
        text.append(CRLF).append(introduction).append(CRLF);
        for (final Report.Entry entry : entries) {
            if (entry.isFailed() == isFailed) {
                text.append(CRLF)
                        .append("  <")
                        .append(clean(entry.recipient().mailbox()))
                        .append('>')
                        .append(CRLF);
                text.append("    ").append(reason(entry)).append(CRLF);
            }
        }
    }

    private String reason(final Report.Entry entry) {
        final String said = entry.reply().isOurs() ? entry.reply().text() : hop + " said: " + entry.reply();
        return clean(
                entry.isFailed() && entry.reply().isTransient() ? "Given up after too long a time; " + said : said);
    }

    /** RFC 3464 section 2, RFC 6533 section 4. */
    private void forPrograms(final StringBuilder text) {
        part(text, isUtf8 ? "message/global-delivery-status" : "message/delivery-status");
        if (!envelope.envelopeId().isEmpty()) {
            field(text, "Original-Envelope-Id", decoded(envelope.envelopeId()));
        }
        field(text, "Reporting-MTA", "dns; " + hostname);
        field(text, "Arrival-Date", DateText.of(envelope.receivedEpochMs()));
        for (final Report.Entry entry : entries) {
            text.append(CRLF);
            final String original = entry.recipient().originalRecipient();
            final int semicolon = original.indexOf(';');
            if (semicolon > 0) {
                field(
                        text,
                        "Original-Recipient",
                        original.substring(0, semicolon) + "; " + decoded(original.substring(semicolon + 1)));
            }
            final String mailbox = entry.recipient().mailbox();
            field(text, "Final-Recipient", (CommandLines.isAscii(mailbox) ? "rfc822; " : "utf-8; ") + mailbox);
            field(text, "Action", entry.isFailed() ? "failed" : "relayed");
            field(text, "Status", entry.status());
            if (!entry.reply().isOurs()) {
                field(text, "Remote-MTA", "dns; " + hop);
                field(text, "Diagnostic-Code", "smtp; " + entry.reply());
            }
            field(text, "Last-Attempt-Date", now);
        }
    }

    private void part(final StringBuilder text, final String type) {
        text.append(CRLF).append("--").append(unique).append(CRLF);
        field(text, "Content-Type", type);
        if (isEightBit) {
            field(text, "Content-Transfer-Encoding", "8bit");
        }
        text.append(CRLF);
    }

    private void field(final StringBuilder text, final String name, final String value) {
        text.append(name).append(": ").append(clean(value)).append(CRLF);
    }

    /** Nothing in it ends the line, or is of another character set. */
    private String clean(final String text) {
        return text.replaceAll(isUtf8 ? "\\p{Cntrl}" : "[^ -~]", "?");
    }

    /** Undoes xtext (RFC 3461 section 4); what is no xtext stays. */
    private static String decoded(final String xtext) {
        final byte[] octets = xtext.getBytes(StandardCharsets.UTF_8);
        final java.io.ByteArrayOutputStream plain = new java.io.ByteArrayOutputStream();
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] == '+' && i + 2 < octets.length && isHex(octets[i + 1]) && isHex(octets[i + 2])) {
                plain.write(Integer.parseInt(new String(octets, i + 1, 2, StandardCharsets.US_ASCII), 16));
                i += 2;
            } else {
                plain.write(octets[i]);
            }
        }
        return plain.toString(StandardCharsets.UTF_8);
    }

    private static boolean isHex(final byte octet) {
        return Character.digit(octet, 16) >= 0;
    }
}
