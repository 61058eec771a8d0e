package io.posthaste.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * The files of one identity, in PEM.
 *
 * @param certificate with its chain behind it
 * @param key its private key; may be the same file
 */
record IdentityPair(Path certificate, Path key) {
    private static final String CERTIFICATE_SUFFIX = ".crt";
    private static final String KEY_SUFFIX = ".key";
    private static final String DEFAULT_NAME = "default" + CERTIFICATE_SUFFIX;

    /** The pair that is named itself, if there is one. */
    static List<IdentityPair> named(final TlsConfig config) {
        return config.certificate() == null
                ? List.of()
                : List.of(new IdentityPair(
                        config.certificate(), config.key() == null ? config.certificate() : config.key()));
    }

    /**
     * The pairs in the directory, if one is named: the default first, then by name. What is named itself is none of them.
     *
     * @throws IllegalArgumentException the directory cannot be listed; the message is for the operator
     */
    static List<IdentityPair> listed(final TlsConfig config) {
        final List<IdentityPair> pairs = new ArrayList<>();
        if (config.directory() != null) {
            final Path named = config.certificate() == null ? null : absolute(config.certificate());
            for (final Path certificate : certificatesIn(config.directory())) {
                if (!absolute(certificate).equals(named)) {
                    pairs.add(new IdentityPair(certificate, keyOf(certificate)));
                }
            }
        }
        return pairs;
    }

    private static Path absolute(final Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static List<Path> certificatesIn(final Path directory) {
        final List<Path> certificates = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + CERTIFICATE_SUFFIX)) {
            files.forEach(certificates::add);
        } catch (final IOException | DirectoryIteratorException e) {
            throw new IllegalArgumentException("cannot list the directory " + directory + ": " + e, e);
        }
        certificates.sort(Comparator.comparing(
                        (Path path) -> !path.getFileName().toString().equals(DEFAULT_NAME))
                .thenComparing(Comparator.naturalOrder()));
        return certificates;
    }

    private static Path keyOf(final Path certificate) {
        final String name = certificate.getFileName().toString();
        return certificate.resolveSibling(name.substring(0, name.length() - CERTIFICATE_SUFFIX.length()) + KEY_SUFFIX);
    }

    /** Names it for the operator. */
    String source() {
        return certificate.toString();
    }

    /**
     * Reads both files.
     *
     * @param password of an encrypted key, null when there is none; asked for only when it is needed
     * @throws IllegalArgumentException something is missing or wrong; the message is for the operator
     */
    Identity load(final Supplier<char[]> password) {
        final List<X509Certificate> chain = chain(PemFile.read(certificate));
        return new Identity(
                source(),
                chain,
                PrivateKeys.read(PemFile.read(key), chain.get(0).getPublicKey(), password));
    }

    private static List<X509Certificate> chain(final PemFile file) {
        final List<X509Certificate> chain = new ArrayList<>();
        try {
            final CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (final byte[] octets : file.all("CERTIFICATE")) {
                chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(octets)));
            }
        } catch (final CertificateException e) {
            throw new IllegalArgumentException("a certificate in " + file.path() + " is damaged: " + e.getMessage(), e);
        }
        if (chain.isEmpty()) {
            throw new IllegalArgumentException(file.path() + " holds no certificate in PEM");
        }
        return chain;
    }

    /** Inode, size and time of both files, so that neither a new file nor a moved link goes unseen. */
    String fingerprint() {
        return fingerprint(certificate) + ", " + fingerprint(key);
    }

    /** Of one file. */
    static String fingerprint(final Path file) {
        try {
            final BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.size() + " "
                    + attributes.lastModifiedTime().toInstant();
        } catch (final IOException e) {
            return "missing";
        }
    }
}
