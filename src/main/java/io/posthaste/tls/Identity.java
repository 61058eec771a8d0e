package io.posthaste.tls;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * A certificate with its chain, the key to it, and the host names it is good for. Immutable.
 *
 * @param source where it comes from, for messages to the operator
 * @param chain the server's own certificate first
 * @param names in lower case; one may begin with {@code *.}
 */
public record Identity(String source, List<X509Certificate> chain, PrivateKey key, List<String> names) {
    private static final int DNS_NAME = 2;

    Identity(final String source, final List<X509Certificate> chain, final PrivateKey key) {
        this(source, List.copyOf(chain), key, namesOf(chain.get(0)));
    }

    /** Whether a client that asks for this host, in lower case, is shown this certificate (RFC 6125 section 6.4.3). */
    public boolean isFor(final String host) {
        if (names.contains(host)) {
            return true;
        }
        final int dot = host.indexOf('.');
        return dot > 0 && names.contains("*" + host.substring(dot));
    }

    /** The server's own. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** When the server's own is no longer valid. */
    public Instant end() {
        return certificate().getNotAfter().toInstant();
    }

    /** The kind of its key: {@code RSA}, {@code EC} or {@code EdDSA}. */
    public String keyAlgorithm() {
        return certificate().getPublicKey().getAlgorithm();
    }

    private static List<String> namesOf(final X509Certificate certificate) {
        final List<String> names = new ArrayList<>();
        try {
            final Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (final List<?> alternative : alternatives) {
                    if (alternative.get(0).equals(DNS_NAME)) {
                        names.add(alternative.get(1).toString().toLowerCase(Locale.ROOT));
                    }
                }
            }
            if (names.isEmpty()) {
                for (final Rdn rdn :
                        new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                    if (rdn.getType().equalsIgnoreCase("CN")) {
                        names.add(rdn.getValue().toString().toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (final CertificateParsingException | InvalidNameException e) {
            throw new IllegalArgumentException("the names in a certificate cannot be read: " + e.getMessage(), e);
        }
        return List.copyOf(names);
    }
}
