package io.posthaste.relay;

import java.io.IOException;

/** What the next server sends is no reply of SMTP, or is longer than one may be. */
final class MalformedReplyException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedReplyException(final String message) {
        super(message);
    }
}
