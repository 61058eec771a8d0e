package io.posthaste.tls;

/** Which library is to do TLS. */
public enum TlsEngineChoice {
    /** BoringSSL where it is there and can do with the certificates, else the JDK. */
    AUTO,
    JDK,
    BORINGSSL
}
