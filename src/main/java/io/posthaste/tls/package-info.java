/**
 * TLS as a transformer of octets: engines, the stream over one, certificates and keys. Knows no socket.
 *
 * <p>A {@link io.posthaste.tls.TlsStream} belongs to one reactor thread; only its engine's delegated task runs elsewhere.
 * Certificates are loaded and swapped by any thread. Uses {@code memory} and the JDK only.
 */
package io.posthaste.tls;
