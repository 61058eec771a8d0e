package io.posthaste.relay;

import io.posthaste.wire.Notify;
import java.nio.charset.StandardCharsets;

/** Makes the command lines of a transaction, with the parameters that the next server knows. Stateless. */
final class CommandLines {
    private static final String CRLF = "\r\n";

    private CommandLines() {}

    /** MAIL (RFC 5321 section 4.1.1.2). */
    static byte[] mail(final OutgoingMessage message, final HopExtensions extensions, final boolean needsUtf8) {
        final OutgoingMessage.Declaration declared = message.declaration();
        final StringBuilder line =
                new StringBuilder("MAIL FROM:<").append(message.reversePath()).append('>');
        if (extensions.size()) {
            line.append(" SIZE=").append(message.contentOctets());
        }
        if (declared.isBinary()) {
            line.append(" BODY=BINARYMIME");
        } else if (declared.isEightBit()) {
            line.append(" BODY=8BITMIME");
        }
        if (needsUtf8) {
            line.append(" SMTPUTF8");
        }
        if (declared.isTlsRequired()) {
            line.append(" REQUIRETLS");
        }
        if (extensions.dsn()) {
            if (declared.isFullReturnWanted()) {
                line.append(" RET=FULL");
            } else if (declared.isHeaderReturnWanted()) {
                line.append(" RET=HDRS");
            }
            if (!declared.envelopeId().isEmpty()) {
                line.append(" ENVID=").append(declared.envelopeId());
            }
        }
        return octets(line);
    }

    /** RCPT (RFC 5321 section 4.1.1.3). */
    static byte[] rcpt(final OutgoingMessage.Recipient recipient, final HopExtensions extensions) {
        final StringBuilder line =
                new StringBuilder("RCPT TO:<").append(recipient.mailbox()).append('>');
        if (extensions.dsn()) {
            if (recipient.notifyFlags() != Notify.UNSPECIFIED) {
                line.append(" NOTIFY=").append(notifyWords(recipient.notifyFlags()));
            }
            if (!recipient.originalRecipient().isEmpty()) {
                line.append(" ORCPT=").append(recipient.originalRecipient());
            }
        }
        return octets(line);
    }

    /** Whether nothing in an address or parameter ends the command; they were checked when they came. */
    static boolean isHarmless(final String text) {
        return text.chars().noneMatch(c -> c < ' ' || c == 0x7f);
    }

    /** Whether it can be said to a server that does not know SMTPUTF8. */
    static boolean isAscii(final String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static String notifyWords(final int flags) {
        if ((flags & Notify.NEVER) != 0) {
            return "NEVER";
        }
        final StringBuilder words = new StringBuilder();
        append(words, flags, Notify.SUCCESS, "SUCCESS");
        append(words, flags, Notify.FAILURE, "FAILURE");
        append(words, flags, Notify.DELAY, "DELAY");
        return words.toString();
    }

    private static void append(final StringBuilder words, final int flags, final int flag, final String word) {
        if ((flags & flag) != 0) {
            words.append(words.length() == 0 ? "" : ",").append(word);
        }
    }

    private static byte[] octets(final StringBuilder line) {
        return line.append(CRLF).toString().getBytes(StandardCharsets.UTF_8);
    }
}
