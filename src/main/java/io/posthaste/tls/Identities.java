package io.posthaste.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Loads what a {@link TlsConfig} names. */
final class Identities {
    static final String CERTIFICATE_SUFFIX = ".crt";
    static final String KEY_SUFFIX = ".key";

    private static final String DEFAULT_NAME = "default" + CERTIFICATE_SUFFIX;

    private Identities() {}

    /**
     * At least one identity, the default first.
     *
     * @throws IllegalArgumentException something is missing or wrong; the message is for the operator
     */
    static List<Identity> load(final TlsConfig config) {
        if (config.selfSigned()) {
            return List.of(SelfSigned.create(config.hostname(), Instant.now()));
        }
        final char[] password = config.passwordFile() == null ? null : password(config.passwordFile());
        final List<Identity> identities = new ArrayList<>();
        if (config.certificate() != null) {
            identities.add(
                    load(config.certificate(), config.key() == null ? config.certificate() : config.key(), password));
        }
        if (config.directory() != null) {
            for (final Path certificate : certificatesIn(config.directory())) {
                identities.add(load(certificate, keyOf(certificate), password));
            }
        }
        if (identities.isEmpty()) {
            throw new IllegalArgumentException(config.directory() + " holds no certificate: NAME.crt with NAME.key");
        }
        return identities;
    }

    /** The default first, then by name. */
    static List<Path> certificatesIn(final Path directory) {
        final List<Path> certificates = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + CERTIFICATE_SUFFIX)) {
            files.forEach(certificates::add);
        } catch (final IOException e) {
            throw new IllegalArgumentException("cannot list the directory " + directory + ": " + e, e);
        }
        certificates.sort(Comparator.comparing(
                        (Path path) -> !path.getFileName().toString().equals(DEFAULT_NAME))
                .thenComparing(Comparator.naturalOrder()));
        return certificates;
    }

    static Path keyOf(final Path certificate) {
        final String name = certificate.getFileName().toString();
        return certificate.resolveSibling(name.substring(0, name.length() - CERTIFICATE_SUFFIX.length()) + KEY_SUFFIX);
    }

    private static Identity load(final Path certificate, final Path key, final char[] password) {
        final List<X509Certificate> chain = chain(PemFile.read(certificate));
        return new Identity(
                certificate.toString(),
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

    private static char[] password(final Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .toCharArray();
        } catch (final IOException e) {
            throw new IllegalArgumentException("cannot read the password in " + file + ": " + e, e);
        }
    }
}
