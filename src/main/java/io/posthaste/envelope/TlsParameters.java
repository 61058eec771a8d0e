package io.posthaste.envelope;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What client and server agreed on when TLS began. Of each pair there is one object, which all connections share: there are no
 * more of them than an engine has suites. Immutable; any thread.
 */
public final class TlsParameters {
    private static final Map<String, TlsParameters> KNOWN = new ConcurrentHashMap<>();

    private final String version;
    private final String cipherSuite;
    private final String text;
    private final byte[] octets;

    private TlsParameters(final String version, final String cipherSuite, final String text) {
        this.version = version;
        this.cipherSuite = cipherSuite;
        this.text = text;
        octets = text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * @param version such as {@code TLSv1.3}
     * @param cipherSuite by its name in the registry of IANA, such as {@code TLS_AES_256_GCM_SHA384}
     */
    public static TlsParameters of(final String version, final String cipherSuite) {
        return KNOWN.computeIfAbsent(
                version + "/" + cipherSuite, text -> new TlsParameters(version, cipherSuite, text));
    }

    /** Such as {@code TLSv1.3}. */
    public String version() {
        return version;
    }

    /** By its name in the registry of IANA. */
    public String cipherSuite() {
        return cipherSuite;
    }

    /** Octets that {@link #putTo} puts. */
    public int length() {
        return octets.length;
    }

    /** Puts both, such as {@code TLSv1.3/TLS_AES_256_GCM_SHA384}, behind the target's position. */
    public void putTo(final ByteBuffer target) {
        target.put(octets);
    }

    /** Puts the name of the cipher suite alone. */
    public void putCipherSuiteTo(final ByteBuffer target) {
        target.put(octets, version.length() + 1, cipherSuite.length());
    }

    /** Both, such as {@code TLSv1.3/TLS_AES_256_GCM_SHA384}. */
    @Override
    public String toString() {
        return text;
    }
}
