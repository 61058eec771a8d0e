package io.posthaste.delivery;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.RecordCursor;
import io.posthaste.envelope.TlsParameters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes the header fields a delivery puts on top of the content.
 *
 * <pre>
 *   Return-Path: &lt;reverse-path&gt;            RFC 5321 section 4.4, &lt;&gt; for the null reverse-path
 *   X-Original-To: forward-path            this pair for each recipient, bare, as Postfix writes them
 *   Delivered-To: forward-path
 *   Received: from HELO ([PEER])           RFC 5321 section 4.4
 *   	by HOSTNAME (Posthaste) with ESMTP id ID
 *   	for &lt;forward-path&gt;                    with exactly one recipient only: no recipient sees another's
 *   	tls CIPHER-SUITE; DATE                within TLS only (RFC 8314 section 4.3)
 * </pre>
 *
 * Lines end with CRLF and are folded at {@value #LINE_LENGTH} octets where there is a place to fold. Names and addresses
 * come from the wire: whatever could end a line there is replaced, and in the greeting name whatever could pass for another
 * clause of the field. Allocates only when its buffer grows. Not thread-safe: one instance a delivery.
 */
public final class TraceFields {
    /** Octets of a line without CRLF that should not be exceeded (RFC 5322 section 2.1.1). */
    static final int LINE_LENGTH = 78;

    private static final int FIRST_CAPACITY = 4 * 1024;
    private static final byte REPLACEMENT = '?';

    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] FOLD = ascii("\r\n\t");
    private static final byte[] RETURN_PATH = ascii("Return-Path: <");
    private static final byte[] END_OF_PATH = ascii(">\r\n");
    private static final byte[] ORIGINAL_TO = ascii("X-Original-To: ");
    private static final byte[] DELIVERED_TO = ascii("Delivered-To: ");
    private static final byte[] RECEIVED_FROM = ascii("Received: from");
    private static final byte[] UNKNOWN = ascii("unknown");
    private static final byte[] PEER = ascii("([");
    private static final byte[] END_OF_PEER = ascii("])");
    private static final byte[] BY = ascii("by");
    private static final byte[] SOFTWARE = ascii("(Posthaste)");
    private static final byte[] WITH_ESMTP = ascii("with ESMTP");
    private static final byte[] WITH_ESMTPS = ascii("with ESMTPS");
    private static final byte[] WITH_UTF8SMTP = ascii("with UTF8SMTP");
    private static final byte[] WITH_UTF8SMTPS = ascii("with UTF8SMTPS");
    private static final byte[] WITH_ESMTPSA = ascii("with ESMTPSA");
    private static final byte[] WITH_UTF8SMTPSA = ascii("with UTF8SMTPSA");
    private static final byte[] WITH_SMTP = ascii("with SMTP");
    private static final byte[] ID = ascii("id ");
    private static final byte[] FOR = ascii("for <");
    private static final byte[] TLS = ascii("tls ");

    private final byte[] hostname;
    private final DateText date = new DateText();
    private final RecordCursor cursor = new RecordCursor();
    private ByteBuffer fields = ByteBuffer.allocateDirect(FIRST_CAPACITY);
    private int lineStart;

    /** @param hostname this server's name, behind "by" */
    public TraceFields(final String hostname) {
        this.hostname = ascii(hostname);
        for (int i = 0; i < this.hostname.length; i++) {
            this.hostname[i] = harmlessInWord(this.hostname[i]);
        }
    }

    /**
     * Writes the fields of a message.
     *
     * @return direct memory, from position to limit; borrowed until the next call
     */
    public ByteBuffer write(final Envelope envelope) {
        fields.clear();
        envelope.reversePath(cursor);
        put(RETURN_PATH);
        putValue();
        put(END_OF_PATH);
        putRecipients(envelope);
        putReceived(envelope);
        return fields.flip();
    }

    /**
     * Writes the Received field alone, which is all that a relay adds.
     *
     * @return as {@link #write}
     */
    public ByteBuffer writeReceived(final Envelope envelope) {
        fields.clear();
        putReceived(envelope);
        return fields.flip();
    }

    private void putRecipients(final Envelope envelope) {
        boolean more = envelope.firstRecipient(cursor);
        while (more) {
            put(ORIGINAL_TO);
            putValue();
            put(CRLF);
            put(DELIVERED_TO);
            putValue();
            put(CRLF);
            more = envelope.nextRecipient(cursor);
        }
    }

    private void putReceived(final Envelope envelope) {
        lineStart = fields.position();
        put(RECEIVED_FROM);
        envelope.hello(cursor);
        if (cursor.length() == 0) {
            putWord(UNKNOWN);
        } else {
            separate(cursor.length());
            putWordOctets();
        }
        envelope.peer(cursor);
        separate(PEER.length + cursor.length() + END_OF_PEER.length);
        put(PEER);
        putWordOctets();
        put(END_OF_PEER);

        fold();
        put(BY);
        putWord(hostname);
        putWord(SOFTWARE);
        putWord(protocol(envelope));
        separate(ID.length + Envelope.ID_LENGTH + 1);
        put(ID);
        ensureRoom(Envelope.ID_LENGTH);
        envelope.putId(fields);

        if (envelope.recipientCount() == 1) {
            envelope.firstRecipient(cursor);
            fold();
            put(FOR);
            putValue();
            put((byte) '>');
        }
        final TlsParameters tls = envelope.tls();
        if (tls != null) {
            fold();
            put(TLS);
            ensureRoom(tls.cipherSuite().length());
            tls.putCipherSuiteTo(fields);
        }
        put((byte) ';');
        if (tls != null || envelope.recipientCount() == 1) {
            separate(DateText.LENGTH);
        } else {
            fold();
        }
        put(date.at(Math.floorDiv(envelope.receivedEpochMs(), 1000L)));
        put(CRLF);
    }

    /** RFC 3848, RFC 6531 section 4.3. There is no name for HELO within TLS. */
    private static byte[] protocol(final Envelope envelope) {
        if (envelope.isAuthenticated()) {
            return envelope.isSmtpUtf8() ? WITH_UTF8SMTPSA : WITH_ESMTPSA;
        }
        if (envelope.isSmtpUtf8()) {
            return envelope.isSecure() ? WITH_UTF8SMTPS : WITH_UTF8SMTP;
        }
        if (!envelope.isExtended()) {
            return WITH_SMTP;
        }
        return envelope.isSecure() ? WITH_ESMTPS : WITH_ESMTP;
    }

    /** Puts the record under the cursor as the value of a field: nothing in it ends the line. */
    private void putValue() {
        final ByteBuffer record = cursor.buffer();
        final int end = cursor.end();
        ensureRoom(cursor.length());
        for (int i = cursor.start(); i < end; i++) {
            final byte octet = record.get(i);
            fields.put(isControl(octet) ? REPLACEMENT : octet);
        }
    }

    /** Puts the record under the cursor as one word: nothing in it ends the line, the word or the clause. */
    private void putWordOctets() {
        final ByteBuffer record = cursor.buffer();
        final int end = cursor.end();
        ensureRoom(cursor.length());
        for (int i = cursor.start(); i < end; i++) {
            fields.put(harmlessInWord(record.get(i)));
        }
    }

    private void putWord(final byte[] word) {
        separate(word.length);
        put(word);
    }

    /** Puts a space, or folds when {@code length} more octets behind it would make the line too long. */
    private void separate(final int length) {
        if (fields.position() - lineStart + 1 + length > LINE_LENGTH) {
            fold();
        } else {
            put((byte) ' ');
        }
    }

    private void fold() {
        put(FOLD);
        lineStart = fields.position() - 1; // the tab counts
    }

    private void put(final byte[] octets) {
        ensureRoom(octets.length);
        fields.put(octets);
    }

    private void put(final byte octet) {
        ensureRoom(1);
        fields.put(octet);
    }

    private void ensureRoom(final int count) {
        if (fields.remaining() < count) {
            final int capacity = Math.max(2 * fields.capacity(), fields.position() + count);
            fields = ByteBuffer.allocateDirect(capacity).put(fields.flip());
        }
    }

    private static boolean isControl(final byte octet) {
        return octet >= 0 && octet < ' ' || octet == 0x7f;
    }

    private static byte harmlessInWord(final byte octet) {
        return switch (octet) {
            case ' ', '(', ')', '<', '>', ';', ',', '"', '\\' -> REPLACEMENT;
            default -> isControl(octet) ? REPLACEMENT : octet;
        };
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
