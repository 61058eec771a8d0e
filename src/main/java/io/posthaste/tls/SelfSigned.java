package io.posthaste.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Makes a certificate that nobody vouches for (RFC 5280), for development: ECDSA P-256, good for a year. */
final class SelfSigned {
    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final int SERIAL_BITS = 127;
    private static final int DAYS = 365;
    private static final int VERSION_TAG = 0xa0;
    private static final int EXTENSIONS_TAG = 0xa3;
    private static final int DNS_NAME_TAG = 0x82;
    /** Longest common name (RFC 5280 appendix A.1). */
    private static final int LONGEST_COMMON_NAME = 64;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private SelfSigned() {}

    /** A fresh key and a certificate to it, good from a day ago. */
    static Identity create(final String host, final Instant now) {
        try {
            final KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            final KeyPair keys = generator.generateKeyPair();
            final byte[] algorithm = Der.element(Der.SEQUENCE, Der.oid(ECDSA_WITH_SHA256));
            final byte[] body = body(host, keys, algorithm, now);
            final Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(body);
            final byte[] encoded = Der.element(Der.SEQUENCE, body, algorithm, Der.bitString(signature.sign()));
            final X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
            return new Identity("the self-signed certificate", List.of(certificate), keys.getPrivate());
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime cannot make a certificate", e);
        }
    }

    private static byte[] body(final String host, final KeyPair keys, final byte[] algorithm, final Instant now) {
        final String commonName = host.length() > LONGEST_COMMON_NAME ? "posthaste" : host;
        final byte[] name = Der.element(
                Der.SEQUENCE,
                Der.element(
                        Der.SET,
                        Der.element(Der.SEQUENCE, Der.oid(COMMON_NAME), Der.text(Der.UTF8_STRING, commonName))));
        final byte[] alternativeNames =
                Der.element(Der.SEQUENCE, Der.element(DNS_NAME_TAG, host.getBytes(StandardCharsets.US_ASCII)));
        return Der.element(
                Der.SEQUENCE,
                Der.element(VERSION_TAG, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE)),
                algorithm,
                name,
                Der.element(Der.SEQUENCE, time(now.minus(1, ChronoUnit.DAYS)), time(now.plus(DAYS, ChronoUnit.DAYS))),
                name,
                keys.getPublic().getEncoded(),
                Der.element(
                        EXTENSIONS_TAG,
                        Der.element(
                                Der.SEQUENCE,
                                Der.element(
                                        Der.SEQUENCE,
                                        Der.oid(SUBJECT_ALTERNATIVE_NAME),
                                        Der.element(Der.OCTET_STRING, alternativeNames)))));
    }

    /** RFC 5280 section 4.1.2.5: two digits of the year up to 2049. */
    private static byte[] time(final Instant time) {
        final String digits = TIME.format(time);
        final boolean isShort = digits.compareTo("2050") < 0;
        return isShort ? Der.text(Der.UTC_TIME, digits.substring(2)) : Der.text(Der.GENERALIZED_TIME, digits);
    }
}
