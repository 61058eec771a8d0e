package io.posthaste.server;

import io.posthaste.policy.TlsLimits;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsEngineChoice;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * TLS of a server. Immutable.
 *
 * @param listeners addresses where TLS begins before the greeting; may be empty
 * @param certificates null for a server without TLS
 * @param engine which library does it
 * @param limits what handshakes may cost
 * @param threads for their heavy work
 * @param reloadEvery how often the files of the certificates are looked at
 */
record TlsSettings(
        List<InetSocketAddress> listeners,
        TlsConfig certificates,
        TlsEngineChoice engine,
        TlsLimits limits,
        int threads,
        Duration reloadEvery) {
    static final int DEFAULT_THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    static final Duration DEFAULT_RELOAD = Duration.ofSeconds(ServerBuilder.DEFAULT_TLS_RELOAD_SECONDS);

    private static final int GREATEST_THREADS = 1024;

    /** @throws IllegalArgumentException with a message for the operator */
    TlsSettings {
        listeners = List.copyOf(listeners);
        Objects.requireNonNull(limits);
        Objects.requireNonNull(engine);
        if (!listeners.isEmpty() && certificates == null) {
            throw new IllegalArgumentException(
                    "--listen-tls needs a certificate: --tls-cert and --tls-key, --tls-cert-dir, or --tls-self-signed to"
                            + " try things out");
        }
        if (threads < 1 || threads > GREATEST_THREADS) {
            throw new IllegalArgumentException("tls-threads must be 1 to " + GREATEST_THREADS + ", not " + threads);
        }
        if (reloadEvery.isZero() || reloadEvery.isNegative()) {
            throw new IllegalArgumentException("the time between looks at the certificates must be more than 0");
        }
    }

    boolean isOffered() {
        return certificates != null;
    }
}
