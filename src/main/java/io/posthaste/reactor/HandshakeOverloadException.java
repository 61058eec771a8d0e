package io.posthaste.reactor;

import java.io.IOException;

/** The workers have too many handshakes already: the connection is closed. */
final class HandshakeOverloadException extends IOException {
    private static final long serialVersionUID = 1L;

    HandshakeOverloadException() {
        super("too many handshakes at once");
    }
}
