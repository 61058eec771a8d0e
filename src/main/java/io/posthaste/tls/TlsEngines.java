package io.posthaste.tls;

/** Makes engines that share certificates and sessions. Any thread. */
public interface TlsEngines {
    /** An engine for one connection, its handshake about to begin. */
    TlsEngine newEngine();
}
