package io.posthaste.tls.boringssl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.posthaste.tls.EnginePair;
import io.posthaste.tls.Identity;
import io.posthaste.tls.TlsEngine;
import io.posthaste.tls.TlsFixtures;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies outside the heap comes back however handshakes end; sessions are resumed; records cost no garbage. */
final class BoringSslEnginesTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int RECORD = 8 * 1024;
    private static final int RECORDS = 500;
    /** Steps of both sides that a whole handshake has at most, with what comes behind it. */
    private static final int STEPS = 6;
    /**
     * Tickets that the JDK's client keeps at the most for TLS 1.3 since 24, where it uses the oldest first. Of the two that come
     * with each handshake one is left over, so that a client that comes once an hour soon shows one whose key is gone.
     */
    private static final int TICKETS_KEPT = 10;

    private final AtomicLong nowNs = new AtomicLong();
    private final SSLContext clients = TlsFixtures.trustingAnyone();

    @TempDir
    private Path directory;

    private List<Identity> identities;
    private TicketKeys tickets;
    private BoringSslEngines engines;

    @BeforeEach
    void loads() throws Exception {
        BoringSslLibrary.load();
        identities = List.of(TlsFixtures.identity(directory, "ec"));
        tickets = new TicketKeys(0);
        engines = newEngines();
    }

    private BoringSslEngines newEngines() {
        return new BoringSslEngines(identities, tickets, nowNs::get);
    }

    @AfterEach
    void holdsNothing() {
        assertEquals(1, engines.references(), "engines that were not released");
        engines.close();
        assertEquals(0, engines.references());
    }

    // ---- references

    @Test
    void shouldHoldTheContextUntilTheLastEngineIsReleased() throws SSLException {
        final BoringSslEngines closed = newEngines();
        final TlsEngine one = closed.newEngine();
        final TlsEngine other = closed.newEngine();
        assertEquals(3, closed.references());
        closed.close();
        closed.close();
        assertEquals(2, closed.references());
        assertThrows(
                IllegalStateException.class,
                () -> {
                    final TlsEngine late = closed.newEngine();
                    late.release();
                },
                "made of nothing");
        new EnginePair(one, clients).shakesHands();
        one.release();
        one.release();
        other.release();
        assertEquals(0, closed.references());
        assertThrows(IllegalStateException.class, closed::newEngine);
    }

    /** Thousands of them: to their end, resumed, given up at each stage, refused in the middle, and broken at their end. */
    @ParameterizedTest
    @CsvSource({"TLSv1.3, 250", "TLSv1.2, 250"})
    void shouldGiveEverythingBackHoweverHandshakesEnd(final String protocol, final int rounds) throws SSLException {
        int resumed = 0;
        int failed = 0;
        for (int i = 0; i < rounds; i++) {
            for (int steps = 0; steps <= STEPS; steps++) {
                final EnginePair pair = new EnginePair(
                        engines.newEngine(), steps % 2 == 0 ? clients : TlsFixtures.trustingAnyone(), protocol);
                pair.shakesHands(steps);
                resumed += pair.server.isFinished() && pair.server.isResumed() ? 1 : 0;
                if (pair.server.isFinished()) {
                    pair.serverSays("220 mx.test");
                    pair.server.closeOutput();
                }
                pair.server.release();
            }
            failed += failsOn(new byte[] {22, 3, 1, 0, 4, 1, 0, 0, 0}) ? 1 : 0;
            failed += failsOn(new byte[] {22, 3, 1, 0, 5, 20, 0, 0, 1, 7}) ? 1 : 0;
        }
        assertTrue(resumed >= rounds - 1, "resumed: " + resumed);
        assertEquals(2 * rounds, failed);
        assertEquals(1, engines.references());
    }

    private boolean failsOn(final byte[] record) throws SSLException {
        final TlsEngine engine = engines.newEngine();
        try {
            final ByteBuffer out = ByteBuffer.allocateDirect(RECORD);
            final ByteBuffer in =
                    ByteBuffer.allocateDirect(record.length).put(record).flip();
            engine.unwrap(in, out);
            assertEquals(TlsEngine.Need.TASK, engine.need());
            engine.runTask();
            assertEquals(TlsEngine.Need.WRAP, engine.need());
            assertThrows(SSLException.class, () -> engine.wrap(ByteBuffer.allocate(0), out));
            engine.wrap(ByteBuffer.allocate(0), out);
            return out.position() > 0 && out.get(0) == 21;
        } finally {
            engine.release();
        }
    }

    @Test
    void shouldReleaseAnEngineWhoseTaskWasNeverRun() throws SSLException {
        final EnginePair pair = new EnginePair(engines.newEngine(), clients);
        pair.shakesHands(1);
        pair.server.release();
        assertEquals(1, engines.references());
    }

    // ---- sessions

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void shouldResumeUnderNewCertificatesAndNewTicketKeys(final String protocol) throws SSLException {
        assertFalse(isResumed(engines, clients, protocol));
        assertTrue(isResumed(engines, clients, protocol));
        final BoringSslEngines reloaded = newEngines();
        assertTrue(isResumed(reloaded, clients, protocol), "by other engines with the same keys");
        for (int hours = 1; hours <= 5; hours++) {
            nowNs.addAndGet(TicketKeys.ROTATION_NS);
            for (int i = 0; i < TICKETS_KEPT; i++) {
                assertTrue(isResumed(reloaded, clients, protocol), "hour " + hours + ", " + i);
            }
        }
        reloaded.close();
        assertEquals(0, reloaded.references());
    }

    /** A new key each hour, as somebody comes by; each of the clients comes back once. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void shouldOpenTicketsAsLongAsTheirKeyIsKept(final String protocol) throws SSLException {
        final int most = TicketKeys.KEPT + 1;
        final SSLContext[][] comingBack = new SSLContext[2 * most][most + 1];
        for (int hour = 0; hour < comingBack.length; hour++) {
            for (int age = 1; age <= most; age++) {
                comingBack[hour][age] = TlsFixtures.trustingAnyone();
                assertFalse(isResumed(engines, comingBack[hour][age], protocol), "a client that is new");
                if (hour >= age) {
                    assertEquals(
                            age < TicketKeys.KEPT,
                            isResumed(engines, comingBack[hour - age][age], protocol),
                            "in hour " + hour + " by a ticket so many hours old: " + age);
                }
            }
            nowNs.addAndGet(TicketKeys.ROTATION_NS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void shouldNotOpenTicketsOfKeysThatAreGone(final String protocol) throws SSLException {
        assertFalse(isResumed(engines, clients, protocol));
        nowNs.addAndGet(TicketKeys.KEPT * TicketKeys.ROTATION_NS + TicketKeys.ROTATION_NS);
        assertFalse(isResumed(engines, clients, protocol));
    }

    private static boolean isResumed(final BoringSslEngines servers, final SSLContext client, final String protocol)
            throws SSLException {
        final EnginePair pair = new EnginePair(servers.newEngine(), client, protocol).shakesHands();
        assertEquals("EHLO x", pair.clientSays("EHLO x"));
        assertEquals("250 mx.test", pair.serverSays("250 mx.test"));
        final boolean resumed = pair.server.isResumed();
        pair.server.release();
        return resumed;
    }

    // ---- garbage

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void shouldAllocateNothingForARecord(final String protocol) throws SSLException {
        final EnginePair pair = new EnginePair(engines.newEngine(), clients, protocol).shakesHands();
        final ByteBuffer octets = ByteBuffer.allocateDirect(RECORD);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5 && least > 0; round++) {
            long bytes = 0;
            for (int i = 0; i < RECORDS; i++) {
                pair.clientWrites(octets.clear());
                final long before = THREADS.getCurrentThreadAllocatedBytes();
                final int taken = pair.unwrapOfServer();
                final int put = pair.wrapOfServer(octets.clear());
                bytes += THREADS.getCurrentThreadAllocatedBytes() - before;
                assertEquals(RECORD, taken);
                assertTrue(put > RECORD);
            }
            least = Math.min(least, bytes);
        }
        assertEquals(0, least, "bytes allocated for " + RECORDS + " records each way");
        pair.server.release();
    }

    // ---- keys

    @Test
    void shouldChooseByWhatTheClientCanVerify() throws Exception {
        final Identity rsa = TlsFixtures.identity(directory, "rsa");
        final Identity edwards = TlsFixtures.identity(directory, "ed25519");
        final Identity elliptic = identities.get(0);
        final List<Identity> all = new ArrayList<>(List.of(edwards, elliptic, rsa));
        assertEquals(
                elliptic, KeyMaterialChooser.best(all, new String[] {"rsa_pkcs1_sha256", "ecdsa_secp256r1_sha256"}));
        assertEquals(rsa, KeyMaterialChooser.best(all, new String[] {"rsa_pss_rsae_sha256"}));
        assertEquals(edwards, KeyMaterialChooser.best(all, new String[] {"ed25519", "rsa_pss_rsae_sha256"}));
        assertEquals(edwards, KeyMaterialChooser.best(all, new String[] {"unheard_of"}), "let it fail by itself");
        assertEquals(edwards, KeyMaterialChooser.best(all, null), "the client does not say");
    }

    @Test
    void shouldNameTheLibraryAsTheJarsDo() {
        assertEquals("libnetty_tcnative_linux_x86_64", BoringSslLibrary.libraryName("Linux", "amd64"));
        assertEquals("libnetty_tcnative_linux_aarch_64", BoringSslLibrary.libraryName("Linux", "aarch64"));
        final String version = BoringSslLibrary.version();
        assertTrue(version.matches("netty-tcnative \\d+\\.\\S+, revision [0-9a-f]{40}"), version);
    }
}
