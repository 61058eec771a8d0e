package io.posthaste.forward.kafka;

import io.posthaste.forward.ForwardedMessage;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Which key a record gets, and so which partition: records of one key stay in order. */
enum KeyChoice {
    /** The domain of the recipients; a message for several domains becomes a record for each of them. */
    RECIPIENT_DOMAIN {
        @Override
        String key(final ForwardedMessage message, final ForwardedMessage.Recipient recipient) {
            return domain(recipient.mailbox());
        }
    },
    /** The domain of the reverse-path. */
    SENDER_DOMAIN {
        @Override
        String key(final ForwardedMessage message, final ForwardedMessage.Recipient recipient) {
            return domain(message.envelope().reversePath());
        }
    },
    /** The message's id. */
    ID {
        @Override
        String key(final ForwardedMessage message, final ForwardedMessage.Recipient recipient) {
            return message.id();
        }
    },
    /** None: spread evenly. Parts of one message have its id. */
    NONE {
        @Override
        String key(final ForwardedMessage message, final ForwardedMessage.Recipient recipient) {
            return null;
        }
    };

    /** The key for a recipient; null for none. */
    abstract String key(ForwardedMessage message, ForwardedMessage.Recipient recipient);

    /** As it stands in a URI. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static byte[] octets(final String key) {
        return key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    }

    /** In lower case; empty where there is none. */
    private static String domain(final String mailbox) {
        final int at = mailbox.lastIndexOf('@');
        return at < 0 ? "" : mailbox.substring(at + 1).toLowerCase(Locale.ROOT);
    }
}
