package io.posthaste.relay;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;

/**
 * A message on its way to the next server. What it says does not change. Asked on the client's thread from {@link
 * RelayClient#offer} until {@link #settled} is called, which happens exactly once.
 */
interface OutgoingMessage {
    /**
     * A recipient.
     *
     * @param mailbox the forward-path without brackets
     * @param notifyFlags of RFC 3461 section 4.1, as {@link io.posthaste.wire.Notify} has them; 0 for none
     * @param originalRecipient ORCPT as it was sent; empty for none
     */
    record Recipient(String mailbox, int notifyFlags, String originalRecipient) {}

    /**
     * What was declared with MAIL.
     *
     * @param isFullReturnWanted RET=FULL
     * @param isHeaderReturnWanted RET=HDRS
     * @param envelopeId ENVID as it was sent; empty for none
     * @param isTlsRequired REQUIRETLS (RFC 8689)
     */
    record Declaration(
            boolean isEightBit,
            boolean isBinary,
            boolean isSmtpUtf8,
            boolean isTlsRequired,
            boolean isFullReturnWanted,
            boolean isHeaderReturnWanted,
            String envelopeId) {}

    /** For logs. */
    String id();

    /** Without brackets; empty for the null reverse-path. */
    String reversePath();

    /** At least one. */
    List<Recipient> recipients();

    Declaration declaration();

    /** Octets that {@link #openContent()} has. */
    long contentOctets();

    /**
     * The content from its beginning, as it was sent to us: dot-stuffing undone, our own Received field in front. May be
     * opened again when a connection broke. Closed by the client.
     */
    ReadableByteChannel openContent() throws IOException;

    /** What the content's header tells. */
    HeaderScan header() throws IOException;

    /** Since when its time counts: {@code nowNs}, when the client takes it over, unless somebody waits for it longer. */
    default long begunNs(final long nowNs) {
        return nowNs;
    }

    /** Whether nothing is to be sent to anybody when one recipient is refused. */
    boolean isAllOrNothing();

    /**
     * It is over.
     *
     * @param outcome what became of each recipient
     */
    void settled(TransferOutcome outcome);
}
