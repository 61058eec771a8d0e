package io.posthaste.tls;

/** Makes engines that share certificates and sessions. Any thread. */
public interface TlsEngines extends AutoCloseable {
    /** An engine for one connection, its handshake about to begin. */
    TlsEngine newEngine();

    /** No more engines are made; those that were live on. What is shared outside the heap goes with the last. Idempotent. */
    @Override
    void close();
}
