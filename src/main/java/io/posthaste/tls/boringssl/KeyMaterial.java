package io.posthaste.tls.boringssl;

import io.netty.internal.tcnative.SSL;
import io.posthaste.tls.Identity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;

/** A certificate chain and its key as BoringSSL has them, parsed once. Owned by {@link BoringSslEngines}; any thread. */
final class KeyMaterial {
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    final String algorithm;
    private final long chain;
    private final long key;

    /** @throws IllegalArgumentException it cannot do with the certificate or its key */
    KeyMaterial(final Identity identity) {
        algorithm = identity.keyAlgorithm();
        long parsedChain = 0;
        try {
            final StringBuilder certificates = new StringBuilder();
            for (final X509Certificate certificate : identity.chain()) {
                certificates.append(
                        new String(pem("CERTIFICATE", certificate.getEncoded()), StandardCharsets.US_ASCII));
            }
            final byte[] encodedKey = identity.key().getEncoded();
            final byte[] keyPem = pem("PRIVATE KEY", encodedKey);
            try {
                parsedChain = parse(certificates.toString().getBytes(StandardCharsets.US_ASCII), SSL::parseX509Chain);
                key = parse(keyPem, bio -> SSL.parsePrivateKey(bio, null));
            } finally {
                Arrays.fill(encodedKey, (byte) 0);
                Arrays.fill(keyPem, (byte) 0);
            }
        } catch (final Exception e) {
            if (parsedChain != 0) {
                SSL.freeX509Chain(parsedChain);
            }
            throw new IllegalArgumentException("BoringSSL cannot use " + identity.source() + ": " + e.getMessage(), e);
        }
        chain = parsedChain;
    }

    /** Something that is made of PEM in a buffer of BoringSSL's. */
    @FunctionalInterface
    private interface Parser {
        long parse(long bio) throws Exception;
    }

    private static long parse(final byte[] pem, final Parser parser) throws Exception {
        final ByteBuffer direct = ByteBuffer.allocateDirect(pem.length).put(pem).flip();
        final long bio = SSL.newMemBIO();
        try {
            if (SSL.bioWrite(bio, Addresses.of(direct), pem.length) != pem.length) {
                throw new IllegalStateException("no memory");
            }
            return parser.parse(bio);
        } finally {
            SSL.freeBIO(bio);
            direct.clear().put(new byte[pem.length]);
        }
    }

    private static byte[] pem(final String label, final byte[] octets) throws CertificateEncodingException {
        final byte[] body = BASE64.encode(octets);
        final byte[] head = ("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
        final byte[] tail = ("\n-----END " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
        final byte[] all = Arrays.copyOf(head, head.length + body.length + tail.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        System.arraycopy(tail, 0, all, head.length + body.length, tail.length);
        Arrays.fill(body, (byte) 0);
        return all;
    }

    /** Shows this certificate in a handshake. */
    void useFor(final long ssl) throws Exception {
        SSL.setKeyMaterial(ssl, chain, key);
    }

    void free() {
        SSL.freeX509Chain(chain);
        SSL.freePrivateKey(key);
    }
}
