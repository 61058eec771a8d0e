package io.posthaste.tls;

import java.nio.file.Path;

/**
 * Where the server's certificates come from. Immutable.
 *
 * @param certificate PEM file with the certificate and its chain, shown to clients that ask for no name or an unknown one; may
 *     be null
 * @param key PEM file with its private key; null when it stands in the same file
 * @param directory more certificates, {@code NAME.crt} with {@code NAME.key} each, chosen by the host name a client asks for;
 *     may be null. Without {@code certificate} that of {@code default.crt}, or else the first by name, takes its place
 * @param passwordFile its first line is the password of encrypted keys; may be null
 * @param selfSigned makes a certificate for {@code hostname} that nobody vouches for, when there is no other
 * @param hostname the server's name
 */
public record TlsConfig(
        Path certificate, Path key, Path directory, Path passwordFile, boolean selfSigned, String hostname) {
    /** @throws IllegalArgumentException the parts contradict each other; the message is for the operator */
    public TlsConfig {
        if (certificate == null && directory == null && !selfSigned) {
            throw new IllegalArgumentException(
                    "there is no certificate for TLS: name one with --tls-cert and --tls-key, or"
                            + " --tls-self-signed to try things out");
        }
        if (selfSigned && (certificate != null || directory != null)) {
            throw new IllegalArgumentException("--tls-self-signed and a certificate of one's own exclude each other");
        }
        if (certificate == null && key != null) {
            throw new IllegalArgumentException("there is a key for TLS, but no certificate: name it with --tls-cert");
        }
    }

    /** A certificate and its key. */
    public static TlsConfig of(final Path certificate, final Path key) {
        return new TlsConfig(certificate, key, null, null, false, "localhost");
    }

    /** A certificate made for the occasion: for development and tests. */
    public static TlsConfig selfSigned(final String hostname) {
        return new TlsConfig(null, null, null, null, true, hostname);
    }
}
