package io.posthaste.relay;

import java.io.IOException;
import java.util.Set;

/** What a message needs of the next server, and whether that has it. Stateless. */
final class Requirements {
    /** What messages are refused with that the next server could take if they were ASCII (RFC 3463, RFC 6531). */
    static final Set<String> EIGHT_BIT_STATUSES = Set.of("5.6.3", "5.6.7");

    private Requirements() {}

    /**
     * Why the message cannot go to a server with these extensions; null when it can.
     *
     * @param isVerified whether the connection is within TLS and the server's certificate was checked
     * @throws IOException the content cannot be read
     */
    static HopReply unmet(final OutgoingMessage message, final HopExtensions extensions, final boolean isVerified)
            throws IOException {
        final OutgoingMessage.Declaration declared = message.declaration();
        if (message.header().isLoop()) {
            return HopReply.ours(554, "5.4.6", "Mail loop: more than " + HeaderScan.MOST_RECEIVED + " Received fields");
        }
        if (!isHarmless(message)) {
            return HopReply.ours(554, "5.1.3", "An address holds a control character");
        }
        if (extensions.isTooLarge(message.contentOctets())) {
            return HopReply.ours(554, "5.3.4", "Message is larger than the next server takes");
        }
        if (declared.isTlsRequired() && !(isVerified && extensions.requireTls())) {
            return HopReply.ours(554, "5.7.30", "REQUIRETLS cannot be kept on the way to the next server");
        }
        if (declared.isBinary() && !extensions.binaryMime()) {
            return HopReply.ours(554, "5.6.1", "Message is BINARYMIME, which the next server does not offer");
        }
        if (declared.isEightBit() && !extensions.eightBitMime()) {
            return HopReply.ours(554, "5.6.3", "Message is 8BITMIME, which the next server does not offer");
        }
        if (!extensions.smtpUtf8() && needsUtf8(message)) {
            return HopReply.ours(554, "5.6.7", "Message needs SMTPUTF8, which the next server does not offer");
        }
        return null;
    }

    /** Whether an address or the header is not ASCII, and the client said that this may be (RFC 6531 section 3.4). */
    static boolean needsUtf8(final OutgoingMessage message) throws IOException {
        return message.declaration().isSmtpUtf8()
                && !(isAscii(message) && message.header().isAscii());
    }

    private static boolean isAscii(final OutgoingMessage message) {
        return CommandLines.isAscii(message.reversePath())
                && message.recipients().stream()
                        .allMatch(
                                recipient -> CommandLines.isAscii(recipient.mailbox() + recipient.originalRecipient()));
    }

    private static boolean isHarmless(final OutgoingMessage message) {
        return CommandLines.isHarmless(
                        message.reversePath() + message.declaration().envelopeId())
                && message.recipients().stream()
                        .allMatch(recipient ->
                                CommandLines.isHarmless(recipient.mailbox() + recipient.originalRecipient()));
    }
}
