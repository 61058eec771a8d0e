package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.policy.TlsLimits;
import io.posthaste.session.FlightListener;
import io.posthaste.session.FlightRecorder;
import io.posthaste.session.FlightReport;
import io.posthaste.tls.TlsEngineChoice;
import io.posthaste.tls.TlsFixtures;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes that come to nothing, with each engine: why, in the counters, in the log and in the flight report. */
@ParameterizedClass
@EnumSource(value = TlsEngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
final class HandshakeFailureTest {
    private static final String V13 = "TLSv1.3";
    private static final String V12 = "TLSv1.2";

    private final TlsEngineChoice engine;
    private final List<FlightReport> reports = new ArrayList<>();

    HandshakeFailureTest(final TlsEngineChoice engine) {
        this.engine = engine;
    }

    private House house() {
        final House house = new House(Setup.INLINE, TlsLimits.DEFAULTS, engine);
        house.context.sessions.record(new FlightRecorder(64, new FlightListener() {
            @Override
            public FlightReport tryTake(final long nowNs) {
                return new FlightReport();
            }

            @Override
            public void offer(final FlightReport report) {
                reports.add(report);
            }
        }));
        house.steps();
        return house;
    }

    private static TlsClient client(final House house, final String protocol) {
        return new TlsClient(
                house, house.connectSecurely(), TlsFixtures.trustingAnyone(), protocol, () -> Integer.MAX_VALUE);
    }

    /** It failed once, for this; returns the line of the log. */
    private static String failedFor(final HandshakeFailure cause, final House house) {
        for (final HandshakeFailure each : HandshakeFailure.values()) {
            assertEquals(
                    each == cause ? 1 : 0, house.reactor.metrics().count(each), each + " " + house.failedHandshakes);
        }
        assertEquals(1, house.count(Counter.TLS_HANDSHAKE_FAILURES));
        assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
        assertEquals(1, house.failedHandshakes.size());
        final String line = house.failedHandshakes.get(0);
        assertTrue(line.startsWith("cause=" + cause.name().toLowerCase(Locale.ROOT) + " peer=192.0.2.1"), line);
        return line;
    }

    // ---- nothing in common

    @Test
    void shouldTellThatThereIsNoSharedCipherSuite() {
        try (House house = house()) {
            final TlsClient client = client(house, V12);
            // Our certificate has a key for ECDSA. Suites with RSA alone are off in newer Javas.
            client.engine.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
            client.breaksOff();
            client.client.isClosed();
            final String line = failedFor(HandshakeFailure.NO_SHARED_CIPHER, house);
            assertEquals(
                    engine == TlsEngineChoice.BORINGSSL, line.contains(" name=\"mx.test\" "), "the JDK's forgets it");
            assertEquals(1, house.closes(CloseReason.TLS_HANDSHAKE_FAILURE));
        }
    }

    @Test
    void shouldTellThatThereIsNoSharedCipherSuiteOfTheNewestVersion() throws SSLException {
        try (House house = house()) {
            final TlsClient client = client(house, V13);
            client.engine.setEnabledCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"});
            client.engine.beginHandshake();
            final String hello = new String(client.next(), StandardCharsets.ISO_8859_1);
            // One suite, which becomes TLS_AES_128_CCM_8_SHA256.
            client.client.sendsOctets(hello.replace("\0\2\23\1", "\0\2\23\5"));
            house.worksOff();
            client.client.isClosed();
            final String line = failedFor(HandshakeFailure.NO_SHARED_CIPHER, house);
            assertEquals(
                    engine == TlsEngineChoice.BORINGSSL, line.contains(" name=\"mx.test\" "), "the JDK's forgets it");
        }
    }

    private static void assertIsNamed(final String line) {
        assertTrue(line.contains(" name=\"mx.test\" error=\""), line);
    }

    /** A client that can do no better than TLS 1.0 or 1.1. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldTellThatAVersionIsTooOld(final int minor) {
        final String suites = "\0\6\300\11\300\12\300\23";
        final String body = "\3" + (char) minor + "r".repeat(32) + "\0" + suites + "\1\0";
        final String hello = "\1\0\0" + (char) body.length() + body;
        try (House house = house()) {
            final Client client = house.connectSecurely();
            client.sendsOctets("\26\3\1\0" + (char) hello.length() + hello);
            house.worksOff();
            client.isClosed();
            failedFor(HandshakeFailure.UNSUPPORTED_VERSION, house);
        }
    }

    // ---- no TLS

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EHLO client.test\r\n",
                "GET / HTTP/1.1\r\nHost: mx.test\r\n\r\n",
                "\200\56\1\0\2\0\25\0\0\0\20\1\0\200\2\0\200\3\0\200",
                "\0\0\0\0\0\0\0\0"
            })
    void shouldTellWhatIsNoTls(final String octets) {
        try (House house = house()) {
            final Client client = house.connectSecurely();
            client.sendsOctets(octets);
            house.worksOff();
            client.isClosed();
            failedFor(HandshakeFailure.NOT_TLS, house);
        }
    }

    @Test
    void shouldTellThatAClientTalksOnInTheClearBehindStartTls() {
        try (House house = house()) {
            final Client client = house.connect().sends("EHLO x.test", "STARTTLS");
            client.replies(220, 250, 220).sends("EHLO x.test").isClosed();
            failedFor(HandshakeFailure.NOT_TLS, house);
            assertEquals(HandshakeFailure.NOT_TLS, reports.get(0).handshakeFailure());
            assertEquals(CloseReason.TLS_HANDSHAKE_FAILURE, reports.get(0).reason());
        }
    }

    // ---- the client does not want

    /** A client that verifies, and we sign ourselves. */
    @ParameterizedTest
    @ValueSource(strings = {V13, V12})
    void shouldTellThatAClientTakesNotOurCertificate(final String protocol) throws NoSuchAlgorithmException {
        try (House house = house()) {
            final Client plain = house.connectSecurely();
            new TlsClient(house, plain, SSLContext.getDefault(), protocol, () -> Integer.MAX_VALUE).breaksOff();
            plain.isClosed();
            assertIsNamed(failedFor(HandshakeFailure.CLIENT_REJECTED_CERTIFICATE, house));
            assertEquals(1, reports.size(), "told though there was nothing before");
            assertEquals(
                    HandshakeFailure.CLIENT_REJECTED_CERTIFICATE, reports.get(0).handshakeFailure());
        }
    }

    /** RFC 8446 section 6.2. In TLS 1.2 they come in the clear when the client has seen the certificate. */
    @ParameterizedTest
    @CsvSource({
        "42, CLIENT_REJECTED_CERTIFICATE",
        "43, CLIENT_REJECTED_CERTIFICATE",
        "44, CLIENT_REJECTED_CERTIFICATE",
        "45, CLIENT_REJECTED_CERTIFICATE",
        "46, CLIENT_REJECTED_CERTIFICATE",
        "48, CLIENT_REJECTED_CERTIFICATE",
        "40, CLIENT_ALERT",
        "47, CLIENT_ALERT",
        "80, CLIENT_ALERT",
        "70, UNSUPPORTED_VERSION"
    })
    void shouldTellAlertsApart(final int alert, final HandshakeFailure cause) throws SSLException {
        try (House house = house()) {
            final TlsClient client = client(house, V12);
            client.engine.beginHandshake();
            client.client.sendsOctets(client.next());
            house.worksOff();
            assertTrue(client.client.channel.outputLength() > 0, "the certificate");
            client.client.sendsOctets("\25\3\3\0\2\2" + (char) alert).isClosed();
            assertIsNamed(failedFor(cause, house));
        }
    }

    // ---- the end of waiting

    @Test
    void shouldTellThatItTookTooLong() {
        try (House house = house()) {
            final Client silent = house.connectSecurely();
            house.passes(TimeUnit.SECONDS.toNanos(31));
            silent.isClosed();
            assertEquals("cause=timeout peer=192.0.2.1", failedFor(HandshakeFailure.TIMEOUT, house));
            assertEquals(List.of(), reports, "a client that says nothing is not worth one");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellThatTheClientWent(final boolean resets) {
        try (House house = house()) {
            final Client client = house.connectSecurely();
            if (resets) {
                client.resets();
            } else {
                client.closes();
            }
            client.isClosed();
            assertEquals("cause=closed peer=192.0.2.1", failedFor(HandshakeFailure.CLOSED, house));
        }
    }

    /** close_notify in the place of the rest, as of one that was cancelled. */
    @Test
    void shouldTellThatTheClientSaysItGoes() throws SSLException {
        try (House house = house()) {
            final TlsClient client = client(house, V12);
            client.engine.beginHandshake();
            client.client.sendsOctets(client.next());
            house.worksOff();
            client.client.sendsOctets("\25\3\3\0\2\1\0").isClosed();
            failedFor(HandshakeFailure.CLOSED, house);
        }
    }

    @Test
    void shouldTellThatTheWorkersHaveTooMuchToDo() throws SSLException {
        try (House house = house()) {
            final TlsClient client = client(house, V13);
            house.workers.capacity(0);
            client.engine.beginHandshake();
            client.client.sendsOctets(client.next()).isClosed();
            failedFor(HandshakeFailure.OVERLOAD, house);
            assertEquals(1, house.closes(CloseReason.TLS_OVERLOAD));
        }
    }

    @Test
    void shouldTellThatTheServerStopped() {
        try (House house = house()) {
            house.connectSecurely().drain();
            failedFor(HandshakeFailure.SHUTDOWN, house);
        }
    }

    @Test
    void shouldTellNothingOfHandshakesThatAreCompleted() {
        try (House house = house()) {
            client(house, V13).shakesHands().sends("QUIT").replies(220, 221).isClosedInOrder();
            final TlsClient lost = client(house, V13).shakesHands();
            lost.client.resets();
            assertEquals(List.of(), house.failedHandshakes);
            assertEquals(0, house.count(Counter.TLS_HANDSHAKE_FAILURES));
        }
    }

    // ---- how often

    /** Each cause for itself: a crowd of scanners does not hide the one client that matters. */
    @Test
    void shouldTellOfEachCauseOnceInTenSeconds() throws NoSuchAlgorithmException {
        try (House house = house()) {
            for (int i = 0; i < 5; i++) {
                house.connectSecurely().sends("EHLO client.test").isClosed();
            }
            final Client plain = house.connectSecurely();
            new TlsClient(house, plain, SSLContext.getDefault(), V13, () -> Integer.MAX_VALUE).breaksOff();
            assertEquals(2, house.failedHandshakes.size(), house.failedHandshakes::toString);
            house.passes(HandshakeReports.INTERVAL_NS - 1);
            house.connectSecurely().sends("EHLO client.test").isClosed();
            assertEquals(2, house.failedHandshakes.size());
            house.passes(1);
            house.connectSecurely().sends("EHLO client.test").isClosed();
            assertEquals(3, house.failedHandshakes.size());
            assertTrue(house.failedHandshakes.get(2).endsWith("\" more=5"), house.failedHandshakes.get(2));
            house.passes(HandshakeReports.INTERVAL_NS);
            house.connectSecurely().sends("EHLO client.test").isClosed();
            assertTrue(house.failedHandshakes.get(3).endsWith("\""), "the count began anew");
            assertEquals(8, house.reactor.metrics().count(HandshakeFailure.NOT_TLS));
        }
    }
}
