package io.posthaste.loadtest;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * How connections are encrypted, as data, already checked.
 *
 * @param isImplicit whether TLS begins with the connection (RFC 8314), else by STARTTLS (RFC 3207)
 * @param serverName name that the certificate is checked for, and that SNI tells unless it is an address
 * @param isVerified whether the server's certificate is checked
 * @param authorities certificates trusted; if empty, those that the Java runtime trusts
 * @param protocols versions offered, by the names of JSSE
 * @param isResuming whether sessions are resumed where the server allows it
 */
record TlsPlan(
        boolean isImplicit,
        String serverName,
        boolean isVerified,
        List<X509Certificate> authorities,
        List<String> protocols,
        boolean isResuming) {
    /** All versions that a load may be asked to offer. */
    static final List<String> ALL_PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /** Whether the server was named by an address, which SNI does not tell (RFC 6066, section 3). */
    boolean isNamedByAddress() {
        return serverName.indexOf(':') >= 0 || serverName.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
    }
}
