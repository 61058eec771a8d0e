package io.posthaste.delivery.spool;

import io.posthaste.envelope.Envelope;
import java.util.List;

/**
 * An envelope as it was read from the spool.
 *
 * @param id of the message, as in its {@code 250}
 * @param receivedEpochMs when the transaction began, milliseconds since 1970
 * @param storedEpochMs when it was appended to the spool
 * @param traits the sum of those that hold: {@link #EXTENDED} and so on
 * @param tls version and cipher suite of TLS, {@code TLSv1.3/TLS_AES_256_GCM_SHA384}; empty when the client used none, and in
 *     records written before these were known, which have {@link #SECURE} alone
 * @param peer the client's address
 * @param hello the name given with HELO or EHLO
 * @param reversePath empty for the null reverse-path
 * @param envelopeId ENVID (RFC 3461 section 4.4) in xtext; empty when there was none
 * @param recipients in the order given
 * @param user who had logged in, as the client sent it; empty when nobody had, or the record is older than this field
 */
public record StoredEnvelope(
        String id,
        long receivedEpochMs,
        long storedEpochMs,
        int traits,
        String tls,
        String peer,
        String hello,
        String reversePath,
        String envelopeId,
        List<Recipient> recipients,
        String user) {
    /** Trait: the client said EHLO. */
    public static final int EXTENDED = 1;
    /** Trait: BODY=8BITMIME. */
    public static final int EIGHT_BIT = 1 << 1;
    /** Trait: BODY=BINARYMIME. */
    public static final int BINARY = 1 << 2;
    /** Trait: SMTPUTF8. */
    public static final int SMTPUTF8 = 1 << 3;
    /** Trait: RET=FULL. */
    public static final int RETURN_FULL = 1 << 4;
    /** Trait: RET=HDRS. */
    public static final int RETURN_HEADERS = 1 << 5;
    /** Trait: it came over TLS. */
    public static final int SECURE = 1 << 6;
    /** Trait: REQUIRETLS (RFC 8689): whoever passes it on must do it over verified TLS. */
    public static final int TLS_REQUIRED = 1 << 7;
    /** Trait: the client had logged in. */
    public static final int AUTHENTICATED = 1 << 8;

    /**
     * A forward-path.
     *
     * @param notifyFlags flags of NOTIFY (RFC 3461 section 4.1): 1 NEVER, 2 SUCCESS, 4 FAILURE, 8 DELAY; 0 without
     * @param originalRecipient ORCPT as sent; empty when there was none
     */
    public record Recipient(String mailbox, int notifyFlags, String originalRecipient) {}

    /**
     * What an envelope says, for who works with what is stored; allocates.
     *
     * @param envelope borrowed during the call
     */
    public static StoredEnvelope of(final Envelope envelope, final long storedEpochMs) {
        return EnvelopeFormat.copy(envelope, storedEpochMs);
    }

    /** Whether a trait holds. */
    public boolean has(final int trait) {
        return (traits & trait) != 0;
    }
}
