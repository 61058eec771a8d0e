package io.posthaste.session;

import io.posthaste.reply.Reply;
import io.posthaste.wire.ArgumentError;

/** Which reply names which fault in a command's arguments. */
final class ArgumentReplies {
    private static final Reply[] SENDER = table("SENDER_");
    private static final Reply[] RECIPIENT = table("RECIPIENT_");

    private ArgumentReplies() {}

    /** The reply to a fault in MAIL's arguments. */
    static Reply sender(final ArgumentError error) {
        return SENDER[error.ordinal()];
    }

    /** The reply to a fault in RCPT's arguments. */
    static Reply recipient(final ArgumentError error) {
        return RECIPIENT[error.ordinal()];
    }

    /** Pairs each error with the reply of the same name, with the prefix where there is one. Fails if one has none. */
    private static Reply[] table(final String prefix) {
        final ArgumentError[] errors = ArgumentError.values();
        final Reply[] replies = new Reply[errors.length];
        for (final ArgumentError error : errors) {
            if (error != ArgumentError.NONE) {
                replies[error.ordinal()] = replyNamed(prefix + error.name(), error.name());
            }
        }
        return replies;
    }

    private static Reply replyNamed(final String prefixed, final String plain) {
        Reply found = null;
        for (final Reply reply : Reply.values()) {
            if (reply.name().equals(prefixed)) {
                return reply;
            }
            if (reply.name().equals(plain)) {
                found = reply;
            }
        }
        if (found == null) {
            throw new ExceptionInInitializerError("no reply for " + plain);
        }
        return found;
    }
}
