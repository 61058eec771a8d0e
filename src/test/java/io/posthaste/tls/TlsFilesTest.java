package io.posthaste.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates and keys from files, in every form that tools write, and what is said about those that are wrong. */
final class TlsFilesTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "rsa, rsa-pkcs8.key, RSA", "rsa, rsa-pkcs1.key, RSA", "rsa, rsa-encrypted.key, RSA",
        "ec, ec-pkcs8.key, EC", "ec, ec-sec1.key, EC", "ed25519, ed25519-pkcs8.key, EdDSA"
    })
    void shouldReadKeysOfEveryForm(final String certificate, final String key, final String algorithm)
            throws IOException {
        final Path password = Files.writeString(directory.resolve("password"), "secret\n");
        final Identity identity = Identities.load(
                        new TlsConfig(file(certificate + ".crt"), file(key), null, password, false, "x"))
                .get(0);
        assertEquals(algorithm, identity.key().getAlgorithm());
        assertTrue(identity.isFor(certificate + ".test"));
        assertFalse(identity.isFor("other.test"));
    }

    @Test
    void shouldReadACertificateItsChainAndTheKeyFromOneFile() throws IOException {
        final Path all = Files.writeString(
                directory.resolve("all.pem"),
                "# for mx\n" + Files.readString(file("rsa-pkcs8.key")) + Files.readString(file("rsa.crt"))
                        + Files.readString(file("ec.crt")));
        final Identity identity = Identities.load(TlsConfig.of(all, null)).get(0);
        assertEquals(2, identity.chain().size());
        assertEquals("RSA", identity.certificate().getPublicKey().getAlgorithm());
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.crt, rsa-old-encryption.key, is encrypted in a way that is no standard",
        "rsa.crt, rsa-encrypted.key, is encrypted: name a file with its password",
        "rsa.crt, ec-sec1.key, does not belong to the certificate",
        "ec.crt, rsa-pkcs8.key, does not belong to the certificate",
        "ed25519.crt, ec-pkcs8.key, does not belong to the certificate",
        "rsa.crt, ec.crt, holds no private key in PEM",
        "ec-sec1.key, ec-sec1.key, holds no certificate in PEM",
        "rsa.crt, missing.key, does not exist"
    })
    void shouldSayWhatIsWrong(final String certificate, final String key, final String message) throws IOException {
        final TlsConfig config = TlsConfig.of(file(certificate), file(key));
        final String said = assertThrows(IllegalArgumentException.class, () -> new TlsCertificates(config))
                .getMessage();
        assertTrue(said.contains(message), said);
        assertFalse(said.contains("\n"), said);
    }

    @Test
    void shouldSayThatAKeyIsAnothersOfTheSameKind() throws IOException {
        final Identity other = SelfSigned.create("x.test", Instant.now());
        final Path key = pem("PRIVATE KEY", other.key().getEncoded());
        final TlsConfig config = TlsConfig.of(file("ec.crt"), key);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Identities.load(config))
                .getMessage()
                .endsWith("does not belong to the certificate"));
    }

    @Test
    void shouldSayThatAPasswordIsWrong() throws IOException {
        final Path password = Files.writeString(directory.resolve("password"), "wrong\n");
        final TlsConfig config = new TlsConfig(file("rsa.crt"), file("rsa-encrypted.key"), null, password, false, "x");
        final String said = assertThrows(IllegalArgumentException.class, () -> Identities.load(config))
                .getMessage();
        assertTrue(said.startsWith("the password of the key in "), said);
    }

    @Test
    void shouldSayThatBase64IsDamaged() throws IOException {
        final Path damaged = Files.writeString(
                directory.resolve("damaged.crt"), "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Identities.load(TlsConfig.of(damaged, null)))
                .getMessage()
                .endsWith("a CERTIFICATE is damaged: it is no base64"));
    }

    // ---- names

    @Test
    void shouldChooseByNameBeforeKind() throws IOException {
        place("rsa", "a-rsa");
        place("ec", "default");
        final List<Identity> identities = Identities.load(new TlsConfig(null, null, directory, null, false, "mx.test"));
        final IdentityKeyManager manager = new IdentityKeyManager(identities);
        assertEquals("ec.test", identities.get(0).names().get(0), "default.crt goes first");
        assertEquals("0", manager.choose("EC", List.of()));
        assertNull(manager.choose("RSA", List.of()));
        assertEquals("1", manager.choose("RSA", asks("RSA.test")));
        assertNull(manager.choose("EC", asks("rsa.test")), "the default's key is for others");
        assertEquals("1", manager.choose("RSA", asks("mx.wild.test")));
        assertNull(manager.choose("RSA", asks("a.mx.wild.test")), "a wildcard is one label");
        assertNull(manager.choose("RSA", asks("wild.test")));
        assertEquals("0", manager.choose("EC", asks("unknown.test")));
        assertNotNull(manager.getPrivateKey("1"));
        assertEquals(1, manager.getCertificateChain("1").length);
    }

    private static List<SNIServerName> asks(final String host) {
        return List.of(new SNIHostName(host));
    }

    @Test
    void shouldSayThatAFileIsNotWhole() throws IOException {
        final String one = Files.readString(file("ec.crt"));
        final Path cut = Files.writeString(directory.resolve("cut.crt"), one + one.substring(0, one.length() / 2));
        assertTrue(assertThrows(
                        IllegalArgumentException.class, () -> Identities.load(TlsConfig.of(cut, file("ec-sec1.key"))))
                .getMessage()
                .endsWith("cut.crt: a CERTIFICATE has no end: the file is not whole"));
    }

    @Test
    void shouldNotStartWithOneBadPairAmongGoodOnes() throws IOException {
        place("rsa", "mx");
        Files.copy(file("ec.crt"), directory.resolve("second.crt"));
        final TlsConfig config = new TlsConfig(null, null, directory, null, false, "mx.test");
        assertEquals(
                directory.resolve("second.key") + " does not exist",
                assertThrows(IllegalArgumentException.class, () -> new TlsCertificates(config))
                        .getMessage());
    }

    // ---- the self-signed certificate

    @Test
    void shouldMakeACertificateThatHoldsTogether() throws Exception {
        final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        for (final Instant time : List.of(now, Instant.parse("2049-06-01T00:00:00Z"))) {
            final Identity identity = SelfSigned.create("mx.example", time);
            final X509Certificate certificate = identity.certificate();
            certificate.verify(certificate.getPublicKey());
            assertEquals(
                    time.minus(1, ChronoUnit.DAYS), certificate.getNotBefore().toInstant());
            assertEquals(
                    time.plus(365, ChronoUnit.DAYS), certificate.getNotAfter().toInstant());
            assertEquals(3, certificate.getVersion());
            assertEquals(List.of("mx.example"), identity.names());
            assertEquals("CN=mx.example", certificate.getSubjectX500Principal().getName());
            assertTrue(certificate.getSerialNumber().signum() > 0);
            assertThrows(
                    SignatureException.class,
                    () -> certificate.verify(
                            SelfSigned.create("x", now).certificate().getPublicKey()));
        }
    }

    // ---- files

    private void place(final String identity, final String name) throws IOException {
        Files.copy(file(identity + ".crt"), directory.resolve(name + ".crt"));
        Files.copy(file(identity + "-pkcs8.key"), directory.resolve(name + ".key"));
    }

    private Path pem(final String label, final byte[] octets) throws IOException {
        return Files.writeString(
                directory.resolve("made.pem"),
                "-----BEGIN " + label + "-----\n"
                        + java.util.Base64.getMimeEncoder().encodeToString(octets) + "\n-----END " + label + "-----\n");
    }

    private Path file(final String name) throws IOException {
        return TlsFixtures.file(Files.createDirectories(directory.resolve("given")), name);
    }
}
