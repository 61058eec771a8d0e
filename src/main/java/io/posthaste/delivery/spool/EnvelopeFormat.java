package io.posthaste.delivery.spool;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.RecordCursor;
import io.posthaste.envelope.User;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout of the envelope in a record. Big-endian; a "string" is two octets of length and then the octets as they came.
 *
 * <pre>
 *    0  id, ASCII                                22
 *   22  received, epoch ms                        8
 *   30  stored, epoch ms                          8
 *   38  traits: {@link StoredEnvelope#EXTENDED} …  4
 *   42  string  version and cipher suite of TLS, {@code TLSv1.3/TLS_AES_256_GCM_SHA384}; empty without
 *       string  peer address
 *       string  name given with HELO or EHLO
 *       string  reverse-path
 *       string  ENVID, xtext as sent
 *       recipients                                4
 *       for each:  NOTIFY flags                   1
 *                  string  forward-path
 *                  string  ORCPT as sent
 *       string  who had logged in, as sent; only if somebody had
 * </pre>
 *
 * The last one came later. Where it is not, there is at most padding, which reads as an empty string or is too short for one; an
 * earlier reader takes it for padding.
 *
 * Writing allocates nothing. One instance a thread, for its cursors.
 */
final class EnvelopeFormat {
    private static final int FIXED_OCTETS = Envelope.ID_LENGTH + 2 * Long.BYTES + 2 * Integer.BYTES;
    /** Strings before the recipients. */
    private static final int STRINGS = 5;

    private final RecordCursor cursor = new RecordCursor();
    private final RecordCursor original = new RecordCursor();

    /** Octets that {@link #put} puts. */
    int length(final Envelope envelope) {
        int length = FIXED_OCTETS + STRINGS * Short.BYTES;
        envelope.peer(cursor);
        length += cursor.length();
        envelope.hello(cursor);
        length += cursor.length();
        envelope.reversePath(cursor);
        length += cursor.length();
        envelope.envelopeId(cursor);
        length += cursor.length();
        length += tlsLength(envelope);
        boolean more = envelope.firstRecipient(cursor);
        while (more) {
            envelope.originalRecipient(cursor, original);
            length += 1 + 2 * Short.BYTES + cursor.length() + original.length();
            more = envelope.nextRecipient(cursor);
        }
        return envelope.user() == null
                ? length
                : length + Short.BYTES + envelope.user().length();
    }

    /** Puts the envelope behind the target's position. */
    void put(final Envelope envelope, final long storedEpochMs, final ByteBuffer target) {
        envelope.putId(target);
        target.putLong(envelope.receivedEpochMs()).putLong(storedEpochMs).putInt(traits(envelope));
        putTls(envelope, target);
        envelope.peer(cursor);
        putString(cursor, target);
        envelope.hello(cursor);
        putString(cursor, target);
        envelope.reversePath(cursor);
        putString(cursor, target);
        envelope.envelopeId(cursor);
        putString(cursor, target);
        target.putInt(envelope.recipientCount());
        boolean more = envelope.firstRecipient(cursor);
        while (more) {
            target.put((byte) envelope.originalRecipient(cursor, original));
            putString(cursor, target);
            putString(original, target);
            more = envelope.nextRecipient(cursor);
        }
        final User user = envelope.user();
        if (user != null) {
            target.putShort((short) user.length());
            user.putTo(target);
        }
    }

    /**
     * Reads an envelope from the source's position on; what lies behind it is padding.
     *
     * @throws RuntimeException (underflow, negative size) it is malformed, although its checksum was right
     */
    static StoredEnvelope read(final ByteBuffer source) {
        final byte[] id = new byte[Envelope.ID_LENGTH];
        source.get(id);
        final long received = source.getLong();
        final long stored = source.getLong();
        final int traits = source.getInt();
        final String tls = readString(source);
        final String peer = readString(source);
        final String hello = readString(source);
        final String reversePath = readString(source);
        final String envelopeId = readString(source);
        final int count = source.getInt();
        final List<StoredEnvelope.Recipient> recipients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int notifyFlags = source.get() & 0xff;
            final String mailbox = readString(source);
            recipients.add(new StoredEnvelope.Recipient(mailbox, notifyFlags, readString(source)));
        }
        final String user = source.remaining() < Short.BYTES ? "" : readString(source);
        return new StoredEnvelope(
                new String(id, StandardCharsets.US_ASCII),
                received,
                stored,
                traits,
                tls,
                peer,
                hello,
                reversePath,
                envelopeId,
                List.copyOf(recipients),
                user);
    }

    /** What {@link #put} would put. */
    static StoredEnvelope copy(final Envelope envelope, final long storedEpochMs) {
        final RecordCursor place = new RecordCursor();
        final RecordCursor original = new RecordCursor();
        final List<StoredEnvelope.Recipient> recipients = new ArrayList<>(envelope.recipientCount());
        boolean more = envelope.firstRecipient(place);
        while (more) {
            final int notifyFlags = envelope.originalRecipient(place, original);
            recipients.add(new StoredEnvelope.Recipient(place.asString(), notifyFlags, original.asString()));
            more = envelope.nextRecipient(place);
        }
        envelope.envelopeId(place);
        final String envelopeId = place.asString();
        return new StoredEnvelope(
                envelope.id(),
                envelope.receivedEpochMs(),
                storedEpochMs,
                traits(envelope),
                envelope.tls() == null ? "" : envelope.tls().toString(),
                envelope.peer(),
                envelope.hello(),
                envelope.reversePath(),
                envelopeId,
                List.copyOf(recipients),
                envelope.user() == null ? "" : envelope.user().name());
    }

    private static int traits(final Envelope envelope) {
        return (envelope.isExtended() ? StoredEnvelope.EXTENDED : 0)
                | (envelope.isEightBit() ? StoredEnvelope.EIGHT_BIT : 0)
                | (envelope.isBinary() ? StoredEnvelope.BINARY : 0)
                | (envelope.isSmtpUtf8() ? StoredEnvelope.SMTPUTF8 : 0)
                | (envelope.isFullReturnWanted() ? StoredEnvelope.RETURN_FULL : 0)
                | (envelope.isHeaderReturnWanted() ? StoredEnvelope.RETURN_HEADERS : 0)
                | (envelope.isSecure() ? StoredEnvelope.SECURE : 0)
                | (envelope.isTlsRequired() ? StoredEnvelope.TLS_REQUIRED : 0)
                | (envelope.isAuthenticated() ? StoredEnvelope.AUTHENTICATED : 0);
    }

    private static int tlsLength(final Envelope envelope) {
        return envelope.tls() == null ? 0 : envelope.tls().length();
    }

    private static void putTls(final Envelope envelope, final ByteBuffer target) {
        target.putShort((short) tlsLength(envelope));
        if (envelope.tls() != null) {
            envelope.tls().putTo(target);
        }
    }

    private static void putString(final RecordCursor place, final ByteBuffer target) {
        target.putShort((short) place.length());
        place.putTo(target);
    }

    private static String readString(final ByteBuffer source) {
        final byte[] octets = new byte[source.getShort() & 0xffff];
        source.get(octets);
        return new String(octets, StandardCharsets.UTF_8);
    }
}
