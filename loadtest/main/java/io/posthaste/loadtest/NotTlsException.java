package io.posthaste.loadtest;

import javax.net.ssl.SSLException;

/** What the server sent is no TLS record, when one was due. */
final class NotTlsException extends SSLException {
    private static final long serialVersionUID = 1L;

    NotTlsException(String message) {
        super(message);
    }
}
