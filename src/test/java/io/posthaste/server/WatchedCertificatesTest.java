package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.tls.TlsCertificates;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsEngineChoice;
import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told and counted of certificates that are loaded anew, day after day. */
class WatchedCertificatesTest {
    private static final Instant FIRST = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant SECOND = Instant.parse("2026-12-01T00:00:00Z");

    private final RecordedLog log = new RecordedLog();
    private final SettableTime time = new SettableTime();
    private final long start = time.instant().getEpochSecond();

    @TempDir
    private Path directory;

    private TlsCertificates certificates;
    private WatchedCertificates watched;

    @BeforeEach
    void open() throws IOException {
        TlsFixtures.pair(directory, "a", "a.test", FIRST);
        TlsFixtures.pair(directory, "b", "b.test", FIRST);
        certificates =
                new TlsCertificates(new TlsConfig(null, null, directory, null, false, "mx.test"), TlsEngineChoice.JDK);
        watched = new WatchedCertificates(certificates, log, time);
    }

    @AfterEach
    void close() {
        certificates.close();
    }

    private String leftOut(final String name) {
        return "WARN " + directory.resolve(name + ".crt") + " is left out: " + directory.resolve(name + ".key")
                + " does not exist";
    }

    private String inForce() {
        return "INFO certificates in force: " + certificates.description();
    }

    /** A pair whose key never comes, while others are renewed. */
    private void placeHalf(final String name) throws IOException {
        TlsFixtures.pair(directory, name, name + ".test", FIRST);
        Files.delete(directory.resolve(name + ".key"));
    }

    @Test
    void shouldTellWhatIsWrongOnceADayForAsLongAsItLasts() throws IOException {
        placeHalf("c");
        assertFalse(watched.look());
        assertEquals(List.of(leftOut("c")), log.take());
        for (int hour = 1; hour < 24; hour++) {
            time.passes(Duration.ofHours(1));
            assertFalse(watched.look());
            assertEquals(List.of(), log.take());
        }
        time.passes(Duration.ofHours(1));
        assertFalse(watched.look());
        assertEquals(List.of(leftOut("c")), log.take());
        time.passes(Duration.ofHours(12));
        TlsFixtures.pair(directory, "a", "a.test", SECOND);
        assertTrue(watched.look());
        assertEquals(List.of(inForce()), log.take(), "what is told has not changed, and its day is not over");
        time.passes(Duration.ofHours(12));
        watched.look();
        assertEquals(List.of(leftOut("c")), log.take());
        Files.delete(directory.resolve("c.crt"));
        assertFalse(watched.look());
        assertEquals(List.of("INFO " + directory.resolve("c.crt") + " is in order again"), log.take());
    }

    @Test
    void shouldAnswerWhoeverAsks() throws IOException {
        assertFalse(watched.reload());
        assertEquals(List.of(inForce()), log.take());
        placeHalf("c");
        watched.look();
        log.take();
        assertFalse(watched.reload());
        assertEquals(List.of(inForce(), leftOut("c")), log.take());
    }

    @Test
    void shouldCountWhatBecameOfThem() throws IOException {
        counts(0, 0, 0, start);
        watched.look();
        counts(0, 0, 0, start);
        placeHalf("c");
        watched.look();
        watched.look();
        counts(0, 1, 1, start);
        time.passes(Duration.ofDays(2));
        TlsFixtures.pair(directory, "a", "a.test", SECOND);
        watched.look();
        counts(1, 1, 1, start);
        placeHalf("d");
        watched.look();
        counts(1, 2, 2, start);
        watched.reload();
        counts(1, 3, 2, start);
        TlsFixtures.pair(directory, "c", "c.test", SECOND);
        watched.look();
        counts(2, 3, 1, start);
        Files.delete(directory.resolve("d.crt"));
        watched.look();
        counts(3, 3, 0, start + Duration.ofDays(2).toSeconds());
        time.passes(Duration.ofDays(1));
        watched.look();
        counts(3, 3, 0, start + Duration.ofDays(2).toSeconds());
        watched.reload();
        counts(4, 3, 0, start + Duration.ofDays(3).toSeconds());
    }

    private void counts(final long reloads, final long failures, final long faults, final long lastSuccess) {
        Reloads.are(watched.figures(), "certificates", reloads, failures, faults, lastSuccess);
    }
}
