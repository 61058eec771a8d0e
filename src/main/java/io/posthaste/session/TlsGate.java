package io.posthaste.session;

/** Whether TLS can be had, and may begin now. Called on the reactor thread only. */
public interface TlsGate {
    /** A server without a certificate. */
    TlsGate NONE = nowNs -> {
        throw new IllegalStateException("TLS is not offered");
    };

    /** Whether another handshake may begin now. Asked only where TLS is offered; one that may is counted as begun. */
    boolean tryAdmit(long nowNs);
}
