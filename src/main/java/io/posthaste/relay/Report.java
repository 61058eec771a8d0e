package io.posthaste.relay;

import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.forward.ForwardedMessage;
import io.posthaste.forward.Settlement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A delivery status notification (RFC 3464) to the sender of a message: text for people, fields for programs, and the
 * message or its header, as RET wants it (RFC 3461 section 4.3); the header alone when RET does not say, when the message was
 * to stay within TLS (RFC 8689 section 5), and when its header is not what was declared. Immutable.
 */
final class Report {
    /** Octets of a header that are returned. */
    private static final int MOST_HEADER_OCTETS = 64 * 1024;

    private static final int SCAN_OCTETS = 16 * 1024;

    private final String id;
    private final String sender;
    private final boolean isUtf8;
    private final boolean isEightBit;
    private final byte[] before;
    /** The message that is returned whole; null when only its header is. */
    private final ForwardedMessage returned;

    private final byte[] behind;

    /**
     * What became of a recipient.
     *
     * @param isFailed false when the next server has the message and cannot tell more: "relayed"
     */
    record Entry(ForwardedMessage.Recipient recipient, HopReply reply, boolean isFailed) {
        static Entry failed(final ForwardedMessage.Recipient recipient, final HopReply reply) {
            return new Entry(recipient, reply, true);
        }

        static Entry relayed(final ForwardedMessage.Recipient recipient, final HopReply reply) {
            return new Entry(recipient, reply, false);
        }

        /** Status of RFC 3463: 4.4.7 when it took too long. */
        String status() {
            return isFailed && reply.isTransient() ? "4.4.7" : reply.enhancedStatus();
        }

        /** Whether it failed because the next server takes only ASCII: it would not take that in a report either. */
        boolean isForEightBit() {
            return reply.isOurs() && Requirements.EIGHT_BIT_STATUSES.contains(reply.enhancedStatus());
        }

        void settleAsFailed(final Settlement settlement) {
            settlement.failed(recipient.index(), (reply.isTransient() ? "expired: " : "") + reply);
        }
    }

    private Report(
            final String id,
            final String sender,
            final boolean isUtf8,
            final boolean isEightBit,
            final byte[] before,
            final ForwardedMessage returned,
            final byte[] behind) {
        this.id = id;
        this.sender = sender;
        this.isUtf8 = isUtf8;
        this.isEightBit = isEightBit;
        this.before = before;
        this.returned = returned;
        this.behind = behind;
    }

    /**
     * Writes a report.
     *
     * @param entries at least one
     * @param hop the next server
     * @param hostname this server
     * @throws IOException the message cannot be read
     */
    static Report of(
            final ForwardedMessage message,
            final List<Entry> entries,
            final String hop,
            final String hostname,
            final long nowEpochMs)
            throws IOException {
        final StoredEnvelope envelope = message.envelope();
        byte[] header = header(message);
        final boolean isHeaderAscii = CommandLines.isAscii(new String(header, StandardCharsets.ISO_8859_1));
        final boolean areAddressesAscii = CommandLines.isAscii(envelope.reversePath())
                && entries.stream()
                        .allMatch(entry -> CommandLines.isAscii(
                                entry.recipient().mailbox() + entry.recipient().originalRecipient()));
        final boolean isEightBitTaken = entries.stream().noneMatch(Entry::isForEightBit);
        final boolean isFull = envelope.has(StoredEnvelope.RETURN_FULL)
                && !envelope.has(StoredEnvelope.TLS_REQUIRED) // RFC 8689 section 5
                && !envelope.has(StoredEnvelope.BINARY)
                && (isHeaderAscii || envelope.has(StoredEnvelope.SMTPUTF8))
                && isEightBitTaken
                && entries.stream().anyMatch(Entry::isFailed);
        final boolean isUtf8 = !areAddressesAscii || isFull && !isHeaderAscii;
        final boolean isDeclared =
                isEightBitTaken && (envelope.has(StoredEnvelope.EIGHT_BIT) || envelope.has(StoredEnvelope.SMTPUTF8));
        if (!isFull && !isDeclared) {
            header = asAscii(header); // the next server need not take anything else
        }
        final boolean isEightBit = isUtf8
                || !isHeaderAscii && isDeclared
                || isFull && (envelope.has(StoredEnvelope.EIGHT_BIT) || !isContentAscii(message));
        final ReportText text = new ReportText(message, entries, hop, hostname, nowEpochMs, isUtf8, isEightBit);
        final byte[] opening = text.opening(isFull).getBytes(StandardCharsets.UTF_8);
        return new Report(
                text.id(),
                envelope.reversePath(),
                isUtf8,
                isEightBit,
                isFull ? opening : joined(opening, header),
                isFull ? message : null,
                text.closing().getBytes(StandardCharsets.US_ASCII));
    }

    /** For logs. */
    String id() {
        return id;
    }

    /** Whom it goes to. */
    String sender() {
        return sender;
    }

    /** Whether addresses or header fields are UTF-8 (RFC 6533). */
    boolean isUtf8() {
        return isUtf8;
    }

    boolean isEightBit() {
        return isEightBit;
    }

    long octets() {
        return before.length + (returned == null ? 0 : returned.contentOctets()) + behind.length;
    }

    /** All of it from its beginning. */
    ReadableByteChannel open() throws IOException {
        return new JoinedChannel(
                ByteBuffer.wrap(before), returned == null ? null : returned.openContent(), ByteBuffer.wrap(behind));
    }

    /** The header of the message, at most {@value #MOST_HEADER_OCTETS} octets of it, up to the end of a line. */
    private static byte[] header(final ForwardedMessage message) throws IOException {
        final ByteBuffer header = ByteBuffer.allocate((int) Math.min(MOST_HEADER_OCTETS, message.contentOctets()));
        try (ReadableByteChannel content = message.openContent()) {
            while (header.hasRemaining() && content.read(header) >= 0) {
                // Until it is full, or the end.
            }
        }
        final String text = new String(header.array(), 0, header.position(), StandardCharsets.ISO_8859_1);
        final int empty = text.startsWith("\r\n") ? 0 : text.indexOf("\r\n\r\n");
        final int end = empty >= 0 ? empty : Math.max(text.lastIndexOf("\r\n"), 0);
        return (text.substring(0, end) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] asAscii(final byte[] octets) {
        final byte[] ascii = octets.clone();
        for (int i = 0; i < ascii.length; i++) {
            if (ascii[i] < 0) {
                ascii[i] = '?';
            }
        }
        return ascii;
    }

    private static boolean isContentAscii(final ForwardedMessage message) throws IOException {
        final ByteBuffer buffer = ByteBuffer.allocate(SCAN_OCTETS);
        try (ReadableByteChannel content = message.openContent()) {
            while (content.read(buffer.clear()) >= 0) {
                for (int i = 0; i < buffer.position(); i++) {
                    if (buffer.get(i) < 0) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static byte[] joined(final byte[] first, final byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
