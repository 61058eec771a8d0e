package io.posthaste.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of certificates whose files change: each identity is on its own, whatever is wrong with another. */
@ParameterizedClass
@EnumSource(value = TlsEngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
class TlsReloadTest {
    private static final Instant FIRST = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant SECOND = Instant.parse("2026-12-01T00:00:00Z");
    private static final Instant THIRD = Instant.parse("2027-01-01T00:00:00Z");

    @Parameter
    private TlsEngineChoice engine;

    @TempDir
    private Path directory;

    private Path named;
    private Path listed;
    private TlsCertificates certificates;

    @BeforeEach
    void place() throws IOException {
        named = Files.createDirectory(directory.resolve("named"));
        listed = Files.createDirectory(directory.resolve("listed"));
        TlsFixtures.pair(named, "mx", "mx.test", FIRST);
        TlsFixtures.pair(listed, "a", "a.test", FIRST);
        TlsFixtures.pair(listed, "b", "b.test", FIRST);
    }

    @AfterEach
    void close() {
        if (certificates != null) {
            certificates.close();
        }
    }

    private void opens() {
        certificates = new TlsCertificates(
                new TlsConfig(named.resolve("mx.crt"), named.resolve("mx.key"), listed, null, false, "mx.test"),
                engine);
    }

    private void opensListed() {
        certificates = new TlsCertificates(new TlsConfig(null, null, listed, null, false, "mx.test"), engine);
    }

    private static Instant endOf(final Instant made) {
        return made.plus(365, ChronoUnit.DAYS);
    }

    /** How long those in force are valid, by the name of their file. */
    private void inForce(final Object... namesAndTimes) {
        final Map<String, Instant> ends = certificates.ends();
        assertEquals(namesAndTimes.length / 2, ends.size(), ends::toString);
        for (int i = 0; i < namesAndTimes.length; i += 2) {
            final Path directoryOf = namesAndTimes[i].equals("mx.crt") ? named : listed;
            assertEquals(
                    endOf((Instant) namesAndTimes[i + 1]),
                    ends.get(directoryOf.resolve((String) namesAndTimes[i]).toString()),
                    ends::toString);
        }
    }

    private void isShown(final Instant made) throws SSLException {
        final EnginePair pair = new EnginePair(certificates.newEngine(), TlsFixtures.trustingAnyone()).shakesHands();
        final X509Certificate shown = (X509Certificate) pair.client.getSession().getPeerCertificates()[0];
        assertEquals(endOf(made), shown.getNotAfter().toInstant(), "what a client sees");
        pair.server.release();
    }

    private static void writes(final Path file, final String text) throws IOException {
        Files.writeString(file, text);
    }

    @Test
    void shouldRenewTheOthersWhileOnePairIsWrong() throws IOException {
        opens();
        assertEquals(new CertificateReload(false, false, Map.of()), certificates.look());
        writes(listed.resolve("a.key"), "half a k");
        TlsFixtures.pair(listed, "b", "b.test", SECOND);
        TlsFixtures.pair(named, "mx", "mx.test", SECOND);
        final CertificateReload reload = certificates.look();
        assertTrue(reload.isChanged() && reload.isSwapped());
        final String a = listed.resolve("a.crt").toString();
        assertEquals(
                Map.of(
                        a,
                        "the new version of " + a + " is not taken, the one before, valid until " + endOf(FIRST)
                                + ", stays in force: " + listed.resolve("a.key") + " holds no private key in PEM"),
                reload.faults());
        inForce("mx.crt", SECOND, "a.crt", FIRST, "b.crt", SECOND);
        isShown(SECOND);
        final CertificateReload again = certificates.look();
        assertEquals(new CertificateReload(false, false, reload.faults()), again, "it is still wrong");
        TlsFixtures.pair(listed, "a", "a.test", THIRD);
        assertEquals(new CertificateReload(true, true, Map.of()), certificates.look());
        inForce("mx.crt", SECOND, "a.crt", THIRD, "b.crt", SECOND);
    }

    @Test
    void shouldKeepTheDefaultWhileItsPairIsWrong() throws IOException {
        opens();
        TlsFixtures.pair(listed, "a", "a.test", SECOND);
        Files.delete(named.resolve("mx.crt"));
        final CertificateReload reload = certificates.look();
        assertTrue(reload.isSwapped());
        assertEquals(Set.of(named.resolve("mx.crt").toString()), reload.faults().keySet());
        inForce("mx.crt", FIRST, "a.crt", SECOND, "b.crt", FIRST);
        isShown(FIRST);
    }

    @Test
    void shouldTakeACertificateOnceItsKeyFitsIt() throws IOException {
        opens();
        final Path beside = Files.createDirectory(directory.resolve("beside"));
        TlsFixtures.pair(beside, "a", "a.test", SECOND);
        Files.copy(beside.resolve("a.crt"), listed.resolve("a.crt"), StandardCopyOption.REPLACE_EXISTING);
        final CertificateReload reload = certificates.look();
        assertFalse(reload.isSwapped());
        assertTrue(
                reload.faults().get(listed.resolve("a.crt").toString()).endsWith("does not belong to the certificate"));
        Files.copy(beside.resolve("a.key"), listed.resolve("a.key"), StandardCopyOption.REPLACE_EXISTING);
        assertEquals(new CertificateReload(true, true, Map.of()), certificates.look());
        inForce("mx.crt", FIRST, "a.crt", SECOND, "b.crt", FIRST);
    }

    @Test
    void shouldLeaveOutANewPairThatIsWrong() throws IOException {
        opens();
        TlsFixtures.pair(listed, "c", "c.test", FIRST);
        final String key = Files.readString(listed.resolve("c.key"));
        Files.delete(listed.resolve("c.key"));
        final CertificateReload reload = certificates.look();
        assertEquals(
                new CertificateReload(
                        true,
                        false,
                        Map.of(
                                listed.resolve("c.crt").toString(),
                                listed.resolve("c.crt") + " is left out: " + listed.resolve("c.key")
                                        + " does not exist")),
                reload);
        inForce("mx.crt", FIRST, "a.crt", FIRST, "b.crt", FIRST);
        writes(listed.resolve("c.key"), key);
        assertEquals(new CertificateReload(true, true, Map.of()), certificates.look());
        inForce("mx.crt", FIRST, "a.crt", FIRST, "b.crt", FIRST, "c.crt", FIRST);
    }

    @Test
    void shouldLetGoWhatIsRemovedEvenIfItWasWrong() throws IOException {
        opens();
        Files.delete(listed.resolve("a.key"));
        assertEquals(1, certificates.look().faults().size());
        Files.delete(listed.resolve("a.crt"));
        assertEquals(new CertificateReload(true, true, Map.of()), certificates.look());
        inForce("mx.crt", FIRST, "b.crt", FIRST);
    }

    /** Its mode may have been put right: that leaves no trace in size and time. */
    @Test
    void shouldTryAgainWhatWasWrongThoughItsFilesLookTheSame() throws IOException {
        opens();
        final Path key = listed.resolve("a.key");
        final String text = Files.readString(key);
        final FileTime time = FileTime.from(FIRST);
        writes(key, text.replace("PRIVATE", "PIRVATE"));
        Files.setLastModifiedTime(key, time);
        assertEquals(1, certificates.look().faults().size());
        writes(key, text);
        Files.setLastModifiedTime(key, time);
        assertEquals(new CertificateReload(true, false, Map.of()), certificates.look());
        inForce("mx.crt", FIRST, "a.crt", FIRST, "b.crt", FIRST);
    }

    /** New engines would cost the JDK's clients their sessions. */
    @Test
    void shouldSwapNothingWhereNothingIsNew() throws IOException {
        opens();
        Files.setLastModifiedTime(listed.resolve("a.crt"), FileTime.from(SECOND));
        assertEquals(new CertificateReload(true, false, Map.of()), certificates.look());
        assertEquals(new CertificateReload(false, false, Map.of()), certificates.look());
        assertEquals(new CertificateReload(false, false, Map.of()), certificates.load());
    }

    @Test
    void shouldKeepTheLastOnesWhenNoneIsLeft() throws IOException {
        opensListed();
        for (final String file : List.of("a.crt", "a.key", "b.crt", "b.key")) {
            Files.delete(listed.resolve(file));
        }
        final CertificateReload reload = certificates.look();
        assertFalse(reload.isSwapped());
        assertEquals(
                Map.of(listed.toString(), listed + " holds no certificate any more; the last ones stay in force"),
                reload.faults());
        inForce("a.crt", FIRST, "b.crt", FIRST);
        isShown(FIRST);
        TlsFixtures.pair(listed, "b", "b.test", SECOND);
        assertEquals(new CertificateReload(true, true, Map.of()), certificates.look());
        inForce("b.crt", SECOND);
        isShown(SECOND);
    }

    @Test
    void shouldKeepThoseOfADirectoryThatCannotBeListed() throws IOException {
        opens();
        final Path away = Files.move(listed, directory.resolve("away"));
        TlsFixtures.pair(named, "mx", "mx.test", SECOND);
        final CertificateReload reload = certificates.look();
        assertTrue(reload.isSwapped(), "the one that is named itself is renewed");
        assertEquals(Set.of(listed.toString()), reload.faults().keySet());
        assertTrue(reload.faults().get(listed.toString()).startsWith("cannot list the directory " + listed));
        inForce("mx.crt", SECOND, "a.crt", FIRST, "b.crt", FIRST);
        Files.move(away, listed);
        assertEquals(new CertificateReload(true, false, Map.of()), certificates.look());
    }

    @Test
    void shouldTakeTheNextByNameAsDefaultWhenTheDefaultGoes() throws IOException {
        TlsFixtures.pair(listed, "a", "a.test", SECOND);
        TlsFixtures.pair(listed, "default", "mx.test", THIRD);
        opensListed();
        isShown(THIRD);
        Files.delete(listed.resolve("default.crt"));
        assertTrue(certificates.look().isSwapped());
        isShown(SECOND);
    }

    @Test
    void shouldNeedThePasswordOnlyForEncryptedKeys() throws IOException {
        TlsFixtures.file(listed, "rsa.crt");
        TlsFixtures.file(listed, "rsa-encrypted.key", "rsa.key");
        final Path password = directory.resolve("password");
        writes(password, "secret\n");
        final TlsConfig config = new TlsConfig(null, null, listed, password, false, "mx.test");
        certificates = new TlsCertificates(config, engine);
        Files.delete(password);
        TlsFixtures.pair(listed, "a", "a.test", SECOND);
        final CertificateReload reload = certificates.look();
        assertTrue(reload.isSwapped());
        assertEquals(
                Set.of(listed.resolve("rsa.crt").toString()), reload.faults().keySet());
        assertTrue(reload.faults()
                .get(listed.resolve("rsa.crt").toString())
                .contains("cannot read the password in " + password));
        assertEquals(
                endOf(SECOND), certificates.ends().get(listed.resolve("a.crt").toString()));
        assertEquals(3, certificates.ends().size());
        assertThrows(IllegalArgumentException.class, () -> new TlsCertificates(config, engine), "at the start");
    }

    /** Both under one name would also be one sample twice among the metrics. */
    @Test
    void shouldTakeThePairThatIsNamedOnceThoughItLiesInTheDirectory() {
        certificates = new TlsCertificates(
                new TlsConfig(listed.resolve("b.crt"), listed.resolve("b.key"), listed, null, false, "mx.test"),
                engine);
        assertEquals(
                List.of(
                        listed.resolve("b.crt").toString(),
                        listed.resolve("a.crt").toString()),
                List.copyOf(certificates.ends().keySet()));
    }

    @Test
    void shouldNeverChangeTheSelfSignedOne() {
        certificates = new TlsCertificates(TlsConfig.selfSigned("mx.test"), engine);
        final Map<String, Instant> before = certificates.ends();
        assertEquals(new CertificateReload(false, false, Map.of()), certificates.load());
        assertEquals(before, certificates.ends());
        assertEquals(Set.of("the self-signed certificate"), before.keySet());
    }
}
